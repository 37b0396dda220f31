// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The length of the virtio-net header by features. The wanted values are sums of the fields' sizes in virtio 1.2,
 * 5.1.6: 10 bytes, num_buffers 2, the hash 8, the tunnel's offsets 4.
 */
#include "base/array.h"
#include "tap-out.h"
#include "virtio/net-header.h"

#define BIT(n) (UINT64_C(1) << (n))

/* Bit numbers from the specification. */
#define MRG_RXBUF BIT(15)
#define EVENT_IDX BIT(29)
#define VERSION_1 BIT(32)
#define HASH_REPORT BIT(57)
#define GUEST_TUNNEL BIT(65 - 64)
#define GUEST_TUNNEL_CSUM BIT(66 - 64)
#define HOST_TUNNEL BIT(67 - 64)
#define HOST_TUNNEL_CSUM BIT(68 - 64)

int main(void)
{
	static const struct {
		const char *name;
		uint64_t features[2];
		unsigned int len;
	} cases[] = {
		{ "legacy", { 0 }, 10 },
		{ "legacy with EVENT_IDX", { EVENT_IDX }, 10 },
		{ "legacy with MRG_RXBUF", { MRG_RXBUF }, 12 },
		{ "VERSION_1", { VERSION_1 }, 12 },
		{ "VERSION_1 and MRG_RXBUF", { VERSION_1 | MRG_RXBUF }, 12 },
		{ "HASH_REPORT", { VERSION_1 | HASH_REPORT }, 20 },
		{ "GUEST_UDP_TUNNEL_GSO", { VERSION_1, GUEST_TUNNEL }, 24 },
		{ "HOST_UDP_TUNNEL_GSO", { VERSION_1, HOST_TUNNEL }, 24 },
		{ "both", { VERSION_1 | MRG_RXBUF, GUEST_TUNNEL | HOST_TUNNEL }, 24 },
		{ "the tunnels' checksums alone", { VERSION_1, GUEST_TUNNEL_CSUM | HOST_TUNNEL_CSUM }, 12 },
		{ "tunnels and HASH_REPORT", { VERSION_1 | HASH_REPORT, HOST_TUNNEL }, 24 },
		{ "bits 1 and 3, not 65 and 67", { VERSION_1 | BIT(1) | BIT(3) }, 12 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const unsigned int len = net_header_len(cases[i].features);

		if (!ok(len == cases[i].len, "%s: %u bytes", cases[i].name, cases[i].len))
			diag("got %u", len);
	}
	return tap_done();
}
