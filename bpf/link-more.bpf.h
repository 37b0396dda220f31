/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LINK_MORE_BPF_H
#define LINK_MORE_BPF_H

#include "inspect-record.h"
#include "types.bpf.h"

/*
 * What check(8) wants to know of taps beyond their state: where vhost-net is in the packets of a tap, and whether
 * somebody takes the frames that leave it.
 */

/* That of the queue that was read last. Here, since the stack is full. */
extern struct rx_position rx_position;

/* Read it. @vq: the queue's address. */
int read_rx_position(__u64 vq);

/* Return: 1 if somebody takes the frames that leave an interface, as far as that can be seen from its own structure. */
int is_taken(__u64 netdev);

#endif
