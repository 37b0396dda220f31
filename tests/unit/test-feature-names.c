// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of feature bits, against the numbers in the headers of this build; lists of their names.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/vhost.h>
#include <linux/virtio_balloon.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>
#include <linux/virtio_scsi.h>
#include <linux/virtio_vsock.h>

#include "tap-out.h"
#include "virtio/feature-list.h"
#include "virtio/feature-names.h"
#include "virtio/kind-features.h"

struct macro {
	const char *name;
	unsigned int bit;
};

#define M(name) { #name, name }

static const struct macro net_macros[] = {
	M(VIRTIO_NET_F_CSUM), M(VIRTIO_NET_F_GUEST_CSUM), M(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS), M(VIRTIO_NET_F_MTU),
	M(VIRTIO_NET_F_MAC), M(VIRTIO_NET_F_GSO), M(VIRTIO_NET_F_GUEST_TSO4), M(VIRTIO_NET_F_GUEST_TSO6),
	M(VIRTIO_NET_F_GUEST_ECN), M(VIRTIO_NET_F_GUEST_UFO), M(VIRTIO_NET_F_HOST_TSO4), M(VIRTIO_NET_F_HOST_TSO6),
	M(VIRTIO_NET_F_HOST_ECN), M(VIRTIO_NET_F_HOST_UFO), M(VIRTIO_NET_F_MRG_RXBUF), M(VIRTIO_NET_F_STATUS),
	M(VIRTIO_NET_F_CTRL_VQ), M(VIRTIO_NET_F_CTRL_RX), M(VIRTIO_NET_F_CTRL_VLAN), M(VIRTIO_NET_F_CTRL_RX_EXTRA),
	M(VIRTIO_NET_F_GUEST_ANNOUNCE), M(VIRTIO_NET_F_MQ), M(VIRTIO_NET_F_CTRL_MAC_ADDR), M(VIRTIO_F_NOTIFY_ON_EMPTY),
	M(VHOST_F_LOG_ALL), M(VHOST_NET_F_VIRTIO_NET_HDR), M(VIRTIO_RING_F_INDIRECT_DESC), M(VIRTIO_RING_F_EVENT_IDX),
	M(VIRTIO_F_VERSION_1), M(VIRTIO_F_ACCESS_PLATFORM), M(VIRTIO_F_RING_PACKED), M(VIRTIO_F_IN_ORDER),
	M(VIRTIO_F_ORDER_PLATFORM), M(VIRTIO_F_SR_IOV), M(VIRTIO_F_RING_RESET), M(VIRTIO_NET_F_NOTF_COAL),
	M(VIRTIO_NET_F_HASH_REPORT), M(VIRTIO_NET_F_RSS), M(VIRTIO_NET_F_RSC_EXT), M(VIRTIO_NET_F_STANDBY),
	M(VIRTIO_NET_F_SPEED_DUPLEX),
	/* The oldest headers that a build may find lack these. */
	{ "VIRTIO_F_NOTIFICATION_DATA", 38 }, { "VIRTIO_F_NOTIF_CONFIG_DATA", 39 }, { "VIRTIO_F_ADMIN_VQ", 41 },
	{ "VIRTIO_NET_F_DEVICE_STATS", 50 }, { "VIRTIO_NET_F_HASH_TUNNEL", 51 }, { "VIRTIO_NET_F_VQ_NOTF_COAL", 52 },
	{ "VIRTIO_NET_F_GUEST_USO4", 54 }, { "VIRTIO_NET_F_GUEST_USO6", 55 }, { "VIRTIO_NET_F_HOST_USO", 56 },
	{ "VIRTIO_NET_F_GUEST_HDRLEN", 59 },
	{ "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO", 65 }, { "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM", 66 },
	{ "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO", 67 }, { "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM", 68 },
	{ 0 },
};

static const struct macro backend_macros[] = {
	M(VHOST_BACKEND_F_IOTLB_MSG_V2), M(VHOST_BACKEND_F_IOTLB_BATCH), M(VHOST_BACKEND_F_IOTLB_ASID),
	M(VHOST_BACKEND_F_SUSPEND),
	{ "VHOST_BACKEND_F_RESUME", 5 }, { "VHOST_BACKEND_F_ENABLE_AFTER_DRIVER_OK", 6 },
	{ "VHOST_BACKEND_F_DESC_ASID", 7 }, { "VHOST_BACKEND_F_IOTLB_PERSIST", 8 },
	{ 0 },
};

static const struct macro blk_macros[] = {
	M(VIRTIO_BLK_F_BARRIER), M(VIRTIO_BLK_F_SIZE_MAX), M(VIRTIO_BLK_F_SEG_MAX), M(VIRTIO_BLK_F_GEOMETRY),
	M(VIRTIO_BLK_F_RO), M(VIRTIO_BLK_F_BLK_SIZE), M(VIRTIO_BLK_F_SCSI), M(VIRTIO_BLK_F_FLUSH),
	M(VIRTIO_BLK_F_TOPOLOGY), M(VIRTIO_BLK_F_CONFIG_WCE), M(VIRTIO_BLK_F_MQ), M(VIRTIO_BLK_F_DISCARD),
	M(VIRTIO_BLK_F_WRITE_ZEROES),
	/* The oldest headers that a build may find lack these. */
	{ "VIRTIO_BLK_F_LIFETIME", 15 }, { "VIRTIO_BLK_F_SECURE_ERASE", 16 }, { "VIRTIO_BLK_F_ZONED", 17 },
	{ 0 },
};

static const struct macro console_macros[] = {
	M(VIRTIO_CONSOLE_F_SIZE), M(VIRTIO_CONSOLE_F_MULTIPORT), M(VIRTIO_CONSOLE_F_EMERG_WRITE), { 0 },
};

static const struct macro balloon_macros[] = {
	M(VIRTIO_BALLOON_F_MUST_TELL_HOST), M(VIRTIO_BALLOON_F_STATS_VQ), M(VIRTIO_BALLOON_F_DEFLATE_ON_OOM),
	M(VIRTIO_BALLOON_F_FREE_PAGE_HINT), M(VIRTIO_BALLOON_F_PAGE_POISON), M(VIRTIO_BALLOON_F_REPORTING), { 0 },
};

static const struct macro scsi_macros[] = {
	M(VIRTIO_SCSI_F_INOUT), M(VIRTIO_SCSI_F_HOTPLUG), M(VIRTIO_SCSI_F_CHANGE), M(VIRTIO_SCSI_F_T10_PI), { 0 },
};

/* The headers have one of these. */
static const struct macro vsock_macros[] = {
	{ "VIRTIO_VSOCK_F_STREAM", 0 }, M(VIRTIO_VSOCK_F_SEQPACKET), { "VIRTIO_VSOCK_F_NO_IMPLIED_STREAM", 2 }, { 0 },
};

/* The specification reserves it. */
#define UNKNOWN_KIND 0

static void test_macros(const struct feature *table, const struct macro *m)
{
	for (; m->name; m++) {
		const struct feature *f = feature_find(table, m->bit);

		if (!ok(f && f->bit == m->bit && !strcmp(f->name, m->name), "bit %u is %s", m->bit, m->name))
			diag("%s", f ? f->name : "no name");
	}
}

/* One of the lists has checked each entry. */
static void test_count(const char *what, const struct feature *table, const struct macro *m)
{
	int entries = 0, checked = 0;

	for (; table[entries].name; entries++)
		;
	for (; m[checked].name; checked++)
		;
	ok(entries == checked, "%s: %d entries, %d checked", what, entries, checked);
}

static void test_order(const char *what, const struct feature *table, unsigned int limit)
{
	bool ascending = true, named = true;

	for (const struct feature *f = table; f->name; f++) {
		if (f->bit >= limit || (f > table && f->bit <= f[-1].bit))
			ascending = false;
		if (strncmp(f->name, "VIRTIO_", 7) && strncmp(f->name, "VHOST_", 6))
			named = false;
	}
	ok(ascending, "%s: ascending, each bit once, below %u", what, limit);
	ok(named, "%s: names are VIRTIO_ or VHOST_", what);
}

static void test_kind(const char *what, uint32_t id, const struct macro *m)
{
	test_macros(kind_features(id), m);
	test_count(what, kind_features(id), m);
	test_order(what, kind_features(id), FEATURES_COMMON);
}

static void test_list(const struct feature_list *l, const char *wanted, const char *json, const char *name)
{
	struct json_object *obj = features_json(l);
	char *text = features_text(l);

	if (!ok(text && !strcmp(text, wanted), "%s", name))
		diag("got '%s'", text);
	if (!ok(!strcmp(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN), json), "%s, as JSON", name))
		diag("got %s", json_object_to_json_string(obj));
	json_object_put(obj);
	free(text);
}

static void test_lists(void)
{
	const uint64_t none[2] = { 0 };
	const uint64_t words[2] = { 1U << 4 | 1U << 5 | 1U << 27 | 1U << 29, 1U << 1 | UINT64_C(1) << 63 };
	const uint64_t others = 1U << 1 | 1U << 5 | 1U << 29;
	struct feature_list l = { net_features, none, 2, NULL };

	test_list(&l, "", "[]", "no feature");
	l.words = words;
	test_list(&l, "4 VIRTIO_NET_F_MAC VHOST_NET_F_VIRTIO_NET_HDR VIRTIO_RING_F_EVENT_IDX "
		  "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO 127",
		  "[\"4\",\"VIRTIO_NET_F_MAC\",\"VHOST_NET_F_VIRTIO_NET_HDR\",\"VIRTIO_RING_F_EVENT_IDX\","
		  "\"VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO\",\"127\"]",
		  "two words, two bits without a name");
	l.count = 1;
	l.own = kind_features(UNKNOWN_KIND);
	test_list(&l, "4 5 VIRTIO_F_ANY_LAYOUT VIRTIO_RING_F_EVENT_IDX",
		  "[\"4\",\"5\",\"VIRTIO_F_ANY_LAYOUT\",\"VIRTIO_RING_F_EVENT_IDX\"]", "of a device of another kind");
	l.own = kind_features(VIRTIO_ID_VSOCK);
	l.words = &others;
	test_list(&l, "VIRTIO_VSOCK_F_SEQPACKET 5 VIRTIO_RING_F_EVENT_IDX",
		  "[\"VIRTIO_VSOCK_F_SEQPACKET\",\"5\",\"VIRTIO_RING_F_EVENT_IDX\"]", "of a vsock device");
	l.own = kind_features(VIRTIO_ID_NET);
	test_list(&l, "VIRTIO_NET_F_GUEST_CSUM VIRTIO_NET_F_MAC VIRTIO_RING_F_EVENT_IDX",
		  "[\"VIRTIO_NET_F_GUEST_CSUM\",\"VIRTIO_NET_F_MAC\",\"VIRTIO_RING_F_EVENT_IDX\"]", "of net");
	l = (struct feature_list){ backend_features, words, 1, NULL };
	test_list(&l, "VHOST_BACKEND_F_SUSPEND VHOST_BACKEND_F_RESUME 27 29",
		  "[\"VHOST_BACKEND_F_SUSPEND\",\"VHOST_BACKEND_F_RESUME\",\"27\",\"29\"]", "backend features");
}

int main(void)
{
	const struct feature *f;

	test_macros(net_features, net_macros);
	test_macros(backend_features, backend_macros);
	test_count("features", net_features, net_macros);
	test_count("backend features", backend_features, backend_macros);
	test_order("features", net_features, 128);
	test_order("backend features", backend_features, 64);
	test_kind("blk", VIRTIO_ID_BLOCK, blk_macros);
	test_kind("console", VIRTIO_ID_CONSOLE, console_macros);
	test_kind("balloon", VIRTIO_ID_BALLOON, balloon_macros);
	test_kind("scsi", VIRTIO_ID_SCSI, scsi_macros);
	test_kind("vsock", VIRTIO_ID_VSOCK, vsock_macros);
	ok(!kind_features(VIRTIO_ID_NET) && !kind_features(UNKNOWN_KIND)->name, "of net, and of an unknown kind");
	f = feature_find(net_features, VIRTIO_F_ANY_LAYOUT);
	ok(f && f->alias && !strcmp(f->alias, "VIRTIO_F_ANY_LAYOUT"), "bit 27 is VIRTIO_F_ANY_LAYOUT, too");
	f = feature_find(net_features, VIRTIO_RING_F_EVENT_IDX);
	ok(f && !f->alias, "bit 29 has one name");
	ok(!feature_find(net_features, 30) && !feature_find(net_features, 127) && !feature_find(net_features, 4),
	   "bits 4, 30 and 127 have no name");
	ok(!feature_find(backend_features, 0) && !feature_find(backend_features, 63), "nor have 0 and 63 there");
	ok(!strcmp(feature_find(net_features, 0)->name, "VIRTIO_NET_F_CSUM"), "bit 0 has one");
	test_lists();
	return tap_done();
}
