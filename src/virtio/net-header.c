// SPDX-License-Identifier: GPL-2.0-or-later
#include "net-header.h"

#include <assert.h>

#include <linux/virtio_config.h>
#include <linux/virtio_net.h>

#include "feature-names.h"

static_assert(sizeof(struct virtio_net_hdr) == NET_HEADER_LEGACY, "the legacy header");
static_assert(sizeof(struct virtio_net_hdr_mrg_rxbuf) == NET_HEADER_V1, "the header with num_buffers");
static_assert(sizeof(struct virtio_net_hdr_v1) == NET_HEADER_V1, "the header of version 1");
static_assert(sizeof(struct virtio_net_hdr_v1_hash) == NET_HEADER_HASH, "the header with a hash");

unsigned int net_header_len(const uint64_t features[2])
{
	if (feature_is_set(features, NET_F_GUEST_UDP_TUNNEL_GSO) || feature_is_set(features, NET_F_HOST_UDP_TUNNEL_GSO))
		return NET_HEADER_TUNNEL;
	if (feature_is_set(features, VIRTIO_NET_F_HASH_REPORT))
		return NET_HEADER_HASH;
	if (feature_is_set(features, VIRTIO_F_VERSION_1) || feature_is_set(features, VIRTIO_NET_F_MRG_RXBUF))
		return NET_HEADER_V1;
	return NET_HEADER_LEGACY;
}
