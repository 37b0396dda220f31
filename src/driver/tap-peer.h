/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAP_PEER_H
#define TAP_PEER_H

#include <stddef.h>

/**
 * DOC: the far end of the tap
 *
 * What the driver sends comes out of the tap as packets that the host receives; what the host sends to the tap comes
 * out of the RX queue. A packet socket on the tap is the host's end of both. It takes our EtherType alone, so that
 * nobody else's packets are counted.
 */

struct flow;

/**
 * tap_peer_open() - open the far end of a tap
 * @ifindex: the tap
 * @frame_size: the largest frame
 * @window: packets that may wait in the socket, which is given the memory for them; 0: it is for sending only
 *
 * Return: a descriptor, or -errno: -EPERM without CAP_NET_RAW.
 */
int tap_peer_open(int ifindex, size_t frame_size, unsigned int window);

/**
 * tap_peer_receive() - count and check packets until the flow is finished and all of them are in, or no more come
 * @fd: the far end
 * @flow: the packets
 * @finished_fd: readable once the flow is finished
 *
 * Return: 0 or -errno.
 */
int tap_peer_receive(int fd, struct flow *flow, int finished_fd);

/**
 * tap_peer_send() - submit packets until the flow wants no more
 * @fd: the far end
 * @flow: the packets
 * @batch: how many at a time
 *
 * Return: 0 or -errno.
 */
int tap_peer_send(int fd, struct flow *flow, unsigned int batch);

#endif
