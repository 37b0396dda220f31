// SPDX-License-Identifier: GPL-2.0-or-later
#include "net-options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_tun.h>

#include "base/array.h"
#include "base/parse.h"

/* Linux 6.2. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
static_assert(TUN_F_USO4 == 0x20 && TUN_F_USO6 == 0x40, "TUN_F_USO*");

/* The smallest MTU that IPv4 allows, and the largest number in its length field. */
#define MTU_MIN 68
#define MTU_MAX 65535

static const char *parse_tap(void *field, const char *arg)
{
	const char *percent = strchr(arg, '%');

	if (!is_ifname(arg))
		return "is no name for a network interface: up to 15 characters, no slash, colon or blank";
	if (percent && (percent[1] != 'd' || strchr(percent + 1, '%')))
		return "has a % that is not that of one %d";
	*(const char **)field = arg;
	return NULL;
}

static const char *parse_link(void *field, const char *arg)
{
	if (!is_ifname(arg))
		return "is no name of a network interface";
	*(const char **)field = arg;
	return NULL;
}

static const char *parse_vnet_hdr_size(void *field, const char *arg)
{
	uint64_t size;

	if (parse_uint(arg, &size) || (size != 10 && size != 12 && size != 20 && size != 24))
		return "is no size of a virtio-net header: 10, 12, 20 or 24";
	*(uint64_t *)field = size;
	return NULL;
}

/* The bit of the word of @len bytes at @arg; 0 if there is no such word. */
static uint32_t offload_bit(const char *arg, size_t len)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} offloads[] = {
		{ "csum", TUN_F_CSUM }, { "tso4", TUN_F_TSO4 }, { "tso6", TUN_F_TSO6 }, { "tso_ecn", TUN_F_TSO_ECN },
		{ "ufo", TUN_F_UFO }, { "uso4", TUN_F_USO4 }, { "uso6", TUN_F_USO6 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(offloads); i++)
		if (strlen(offloads[i].name) == len && !strncmp(arg, offloads[i].name, len))
			return offloads[i].bit;
	return 0;
}

static const char *parse_offload(void *field, const char *arg)
{
	uint32_t mask = 0;

	for (const char *word = arg;; word += strcspn(word, ",") + 1) {
		uint32_t bit = offload_bit(word, strcspn(word, ","));

		if (!bit)
			return "is no list of csum, tso4, tso6, tso_ecn, ufo, uso4, uso6 with commas between";
		mask |= bit;
		if (!strchr(word, ','))
			break;
	}
	if (!(mask & TUN_F_CSUM))
		return "lacks csum, which all others need";
	if ((mask & TUN_F_TSO_ECN) && !(mask & (TUN_F_TSO4 | TUN_F_TSO6)))
		return "has tso_ecn, which needs tso4 or tso6";
	*(uint32_t *)field = mask;
	return NULL;
}

static const char *parse_link_mac(void *field, const char *arg)
{
	static const uint8_t zeros[6];
	struct tapnet_conf *c = field;
	uint8_t mac[6];

	if (parse_mac(arg, mac))
		return "is no Ethernet address like 52:54:00:12:34:56";
	if (mac[0] & 1)
		return "is a multicast address; the lowest bit of the first byte must be 0";
	if (!memcmp(mac, zeros, sizeof(mac)))
		return "is no address of a link";
	memcpy(c->mac, mac, sizeof(c->mac));
	c->mac_given = true;
	return NULL;
}

static const char *parse_address(void *field, const char *arg)
{
	struct tapnet_conf *c = field;

	if (link_address_family(arg) < 0)
		return "is no IPv4 or IPv6 address with the length of its prefix, like 192.0.2.1/24";
	if (c->address_count == TAPNET_ADDRESSES_MAX)
		return "is one address more than a tap is given here";
	c->addresses[c->address_count++] = arg;
	return NULL;
}

#define FIELD(f) offsetof(struct tapnet_conf, f)

const struct opt net_tap_options[] = {
	{ "tap", 0, OPT_PARSE, FIELD(tap), "NAME", "tap to use or make (default vhost%d, free number)",
	  .parse = parse_tap },
	{ "macvtap", 0, OPT_PARSE, FIELD(macvtap), "LINK", "make a macvtap on it, in place of a tap",
	  .parse = parse_link },
	{ "macvtap-mode", 0, OPT_CHOICE, FIELD(macvtap_mode), "MODE", "bridge (default), vepa, private or passthru",
	  .choices = macvtap_mode_names },
	{ "queues", 0, OPT_UINT, FIELD(queues), "N", "queue pairs (default 1)", 1, TAPNET_QUEUES_MAX },
	{ "backpressure", 0, OPT_FLAG, FIELD(backpressure), .help = "stop the tap in place of dropping packets" },
	{ "persist", 0, OPT_FLAG, FIELD(persist), .help = "keep the tap when the command has ended" },
	{ "sndbuf", 0, OPT_UINT, FIELD(sndbuf), "BYTES", "most bytes in flight from a queue to the host", 1,
	  INT32_MAX },
	{ "offload", 0, OPT_PARSE, FIELD(offload), "LIST", "offloads of the driver: csum,tso4,tso6,...",
	  .parse = parse_offload },
	{ "vnet-hdr-size", 0, OPT_PARSE, FIELD(vnet_hdr_size), "N", "length of the virtio-net header (default 12)",
	  .parse = parse_vnet_hdr_size },
	{ 0 },
};

/* The field of mac and address is the whole conf, since each fills two members. */
const struct opt net_link_options[] = {
	{ "mac", 0, OPT_PARSE, 0, "ADDR", "Ethernet address of the tap or macvtap", .parse = parse_link_mac },
	{ "mtu", 0, OPT_UINT, FIELD(mtu), "BYTES", "MTU, without the Ethernet header", MTU_MIN, MTU_MAX },
	{ "down", 0, OPT_FLAG, FIELD(down), .help = "leave the link down" },
	{ "bridge", 0, OPT_PARSE, FIELD(bridge), "NAME", "make it a port of this bridge", .parse = parse_link },
	{ "address", 0, OPT_PARSE, 0, "ADDR/LEN", "IPv4 or IPv6 address; may be given again",
	  .parse = parse_address },
	{ "netns", 0, OPT_STRING, FIELD(netns), "NAME", "network namespace of the tap, a name or a path" },
	{ 0 },
};
