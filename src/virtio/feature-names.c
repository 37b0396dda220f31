// SPDX-License-Identifier: GPL-2.0-or-later
#include "feature-names.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"

/* Numbers, not the headers' macros: the running kernel may have more bits than the headers of the build. */
const struct feature net_features[] = {
	{ 0, "VIRTIO_NET_F_CSUM" },
	{ 1, "VIRTIO_NET_F_GUEST_CSUM" },
	{ 2, "VIRTIO_NET_F_CTRL_GUEST_OFFLOADS" },
	{ 3, "VIRTIO_NET_F_MTU" },
	{ 5, "VIRTIO_NET_F_MAC" },
	{ 6, "VIRTIO_NET_F_GSO" },
	{ 7, "VIRTIO_NET_F_GUEST_TSO4" },
	{ 8, "VIRTIO_NET_F_GUEST_TSO6" },
	{ 9, "VIRTIO_NET_F_GUEST_ECN" },
	{ 10, "VIRTIO_NET_F_GUEST_UFO" },
	{ 11, "VIRTIO_NET_F_HOST_TSO4" },
	{ 12, "VIRTIO_NET_F_HOST_TSO6" },
	{ 13, "VIRTIO_NET_F_HOST_ECN" },
	{ 14, "VIRTIO_NET_F_HOST_UFO" },
	{ 15, "VIRTIO_NET_F_MRG_RXBUF" },
	{ 16, "VIRTIO_NET_F_STATUS" },
	{ 17, "VIRTIO_NET_F_CTRL_VQ" },
	{ 18, "VIRTIO_NET_F_CTRL_RX" },
	{ 19, "VIRTIO_NET_F_CTRL_VLAN" },
	{ 20, "VIRTIO_NET_F_CTRL_RX_EXTRA" },
	{ 21, "VIRTIO_NET_F_GUEST_ANNOUNCE" },
	{ 22, "VIRTIO_NET_F_MQ" },
	{ 23, "VIRTIO_NET_F_CTRL_MAC_ADDR" },
	{ 24, "VIRTIO_F_NOTIFY_ON_EMPTY" },
	{ 26, "VHOST_F_LOG_ALL" },
	{ 27, "VHOST_NET_F_VIRTIO_NET_HDR", "VIRTIO_F_ANY_LAYOUT" },
	{ 28, "VIRTIO_RING_F_INDIRECT_DESC" },
	{ 29, "VIRTIO_RING_F_EVENT_IDX" },
	{ 32, "VIRTIO_F_VERSION_1" },
	{ 33, "VIRTIO_F_ACCESS_PLATFORM" },
	{ 34, "VIRTIO_F_RING_PACKED" },
	{ 35, "VIRTIO_F_IN_ORDER" },
	{ 36, "VIRTIO_F_ORDER_PLATFORM" },
	{ 37, "VIRTIO_F_SR_IOV" },
	{ 38, "VIRTIO_F_NOTIFICATION_DATA" },
	{ 39, "VIRTIO_F_NOTIF_CONFIG_DATA" },
	{ 40, "VIRTIO_F_RING_RESET" },
	{ 41, "VIRTIO_F_ADMIN_VQ" },
	{ 50, "VIRTIO_NET_F_DEVICE_STATS" },
	{ 51, "VIRTIO_NET_F_HASH_TUNNEL" },
	{ 52, "VIRTIO_NET_F_VQ_NOTF_COAL" },
	{ 53, "VIRTIO_NET_F_NOTF_COAL" },
	{ 54, "VIRTIO_NET_F_GUEST_USO4" },
	{ 55, "VIRTIO_NET_F_GUEST_USO6" },
	{ 56, "VIRTIO_NET_F_HOST_USO" },
	{ 57, "VIRTIO_NET_F_HASH_REPORT" },
	{ 59, "VIRTIO_NET_F_GUEST_HDRLEN" },
	{ 60, "VIRTIO_NET_F_RSS" },
	{ 61, "VIRTIO_NET_F_RSC_EXT" },
	{ 62, "VIRTIO_NET_F_STANDBY" },
	{ 63, "VIRTIO_NET_F_SPEED_DUPLEX" },
	{ 65, "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO" },
	{ 66, "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM" },
	{ 67, "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO" },
	{ 68, "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM" },
	{ 0 },
};

const struct feature backend_features[] = {
	{ 1, "VHOST_BACKEND_F_IOTLB_MSG_V2" },
	{ 2, "VHOST_BACKEND_F_IOTLB_BATCH" },
	{ 3, "VHOST_BACKEND_F_IOTLB_ASID" },
	{ 4, "VHOST_BACKEND_F_SUSPEND" },
	{ 5, "VHOST_BACKEND_F_RESUME" },
	{ 6, "VHOST_BACKEND_F_ENABLE_AFTER_DRIVER_OK" },
	{ 7, "VHOST_BACKEND_F_DESC_ASID" },
	{ 8, "VHOST_BACKEND_F_IOTLB_PERSIST" },
	{ 0 },
};

const struct feature *feature_find(const struct feature *table, unsigned int bit)
{
	for (; table->name; table++)
		if (table->bit == bit)
			return table;
	return NULL;
}

/* Is @name the name @full, with or without the prefix that ends in "_F_"? */
static int says(const char *full, const char *name, size_t len)
{
	const char *brief;

	if (!full)
		return 0;
	brief = strstr(full, "_F_") + strlen("_F_");
	return (strlen(full) == len && !strncasecmp(full, name, len)) ||
	       (strlen(brief) == len && !strncasecmp(brief, name, len));
}

int feature_bit(const struct feature *table, const char *name, size_t len)
{
	uint64_t bit;

	if (len <= 3 && !parse_decimal(name, len, 127, &bit))
		return (int)bit;
	for (; table->name; table++)
		if (says(table->name, name, len) || says(table->alias, name, len))
			return (int)table->bit;
	return -EINVAL;
}

const char *feature_choose(const struct feature *table, const char *list, struct feature_choice *choice)
{
	for (const char *p = list; ; p++) {
		size_t len = strcspn(p, ",");
		uint64_t *set, *clear, mask;
		int bit;

		if (*p != '+' && *p != '-')
			return "has a name without + or - in front of it";
		bit = feature_bit(table, p + 1, len - 1);
		if (bit < 0)
			return "has a name that no feature has; vhostctl-features(8) lists them";
		mask = UINT64_C(1) << (bit % 64);
		set = *p == '+' ? choice->on : choice->off;
		clear = *p == '+' ? choice->off : choice->on;
		set[bit / 64] |= mask;
		clear[bit / 64] &= ~mask;
		p += len;
		if (!*p)
			return NULL;
	}
}
