/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NET_HEADER_H
#define NET_HEADER_H

#include <stdint.h>

/**
 * DOC: the virtio-net header in front of each packet
 *
 * Its length follows from the features (virtio 1.2, 5.1.6 and 5.1.6.1). These are the structs of linux/virtio_net.h;
 * the headers of Linux 6.1 lack the last one.
 */

/* struct virtio_net_hdr: legacy devices without VIRTIO_NET_F_MRG_RXBUF, which have no num_buffers. */
#define NET_HEADER_LEGACY 10

/* struct virtio_net_hdr_mrg_rxbuf and virtio_net_hdr_v1. */
#define NET_HEADER_V1 12

/* struct virtio_net_hdr_v1_hash: with VIRTIO_NET_F_HASH_REPORT. */
#define NET_HEADER_HASH 20

/* struct virtio_net_hdr_v1_hash_tunnel: with VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO or _GUEST_. */
#define NET_HEADER_TUNNEL 24

/* Bits that the headers of Linux 6.1 lack. */
#define NET_F_GUEST_UDP_TUNNEL_GSO 65
#define NET_F_HOST_UDP_TUNNEL_GSO 67

/**
 * net_header_len() - length of the header that driver and device use
 * @features: the acked features, 128 bits, the lowest word first
 *
 * vhost-net computes the same in vhost_net_set_features(), from 6.17 on with tunnels; it offers no hash reports.
 *
 * Return: bytes, one of NET_HEADER_*.
 */
unsigned int net_header_len(const uint64_t features[2]);

#endif
