/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAP_PEER_H
#define TAP_PEER_H

#include <stddef.h>

/**
 * DOC: the far end of the tap
 *
 * The host receives from the tap the packets that the driver sends, and the driver receives from its RX queue the
 * packets that the host sends to the tap. A packet socket on the tap is the host's end of both. It receives our
 * EtherType only, so that other packets are not counted.
 */

struct flow;

/**
 * tap_peer_open() - open the far end of a tap
 * @ifindex: the tap
 * @frame_size: the largest frame, in bytes
 * @window: packets that may wait in the socket, which gets memory for them; 0: the socket only sends
 *
 * Return: a descriptor, or -errno: -EPERM without CAP_NET_RAW.
 */
int tap_peer_open(int ifindex, size_t frame_size, unsigned int window);

/**
 * tap_peer_receive() - count and check packets until the flow is finished and all have arrived, or no more arrive
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
 * @batch: packets to submit at a time
 *
 * Return: 0 or -errno.
 */
int tap_peer_send(int fd, struct flow *flow, unsigned int batch);

#endif
