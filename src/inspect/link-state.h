/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_STATE_H
#define LINK_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/link-record.h"

/**
 * DOC: the links of taps, in a look
 *
 * What BPF reads of them is in bpf/link-record.h, and where each number comes from. It does not matter in which network
 * namespace a tap lies.
 */

/**
 * struct tap_link - a tap's link
 * @link: the link; what follows it in the stream is in @queues
 * @queues: the tap's queues, those that are turned off among them; owned
 * @queue_count: number of @queues
 */
struct tap_link {
	struct inspect_link link;
	struct inspect_tap_queue *queues;
	size_t queue_count;
};

/**
 * struct tap_links - the links of a look, each once
 * @list: the links; owned
 * @count: number of @list
 * @room: allocated elements of @list
 */
struct tap_links {
	struct tap_link *list;
	size_t count, room;
};

/**
 * tap_links_add() - add a link from the iterator's records
 * @l: the links so far; to begin with, all 0
 * @record: struct inspect_link, with what follows it
 * @left: how many bytes there are
 *
 * Return: the size of the record, or -errno: -EPROTO if it is not whole.
 */
ssize_t tap_links_add(struct tap_links *l, const struct inspect_link *record, size_t left);

/**
 * tap_links_find() - a link
 * @l: the links
 * @ifindex: its interface number
 * @netns: inode number of its network namespace
 *
 * Return: the link, as long as none is added; NULL if it is not there.
 */
const struct tap_link *tap_links_find(const struct tap_links *l, uint32_t ifindex, uint32_t netns);

/* Release the links. */
void tap_links_free(struct tap_links *l);

/**
 * tap_link_queue() - a tap's queue
 * @link: the link
 * @socket: of the queue, as in struct inspect_queue
 *
 * Return: the queue, or NULL.
 */
const struct inspect_tap_queue *tap_link_queue(const struct tap_link *link, uint64_t socket);

/* Set TAP_QUEUE_SERVED for the queue with that socket, if there is one. */
void tap_link_mark_served(const struct tap_link *link, uint64_t socket);

/**
 * struct link_drops - packets that a tap has dropped since it exists
 * @to_driver: packets for the driver; a tun counts them as TX, a macvtap as RX
 * @from_driver: packets of the driver, as far as the kernel counts them
 */
struct link_drops {
	uint64_t to_driver, from_driver;
};

/* Return: what the link has dropped. */
struct link_drops link_drops(const struct inspect_link *l);

/* What keeps frames from passing a link, the worst first; link_condition_name() has the words. */
enum link_condition {
	LINK_IS_UP,
	LINK_IS_DOWN,			/* nobody has set it up */
	LINK_HAS_NO_CARRIER,
};

/* Return: the condition of the link. */
enum link_condition link_condition(const struct inspect_link *l);

/* Return: "up", "down" or "no-carrier". */
const char *link_condition_name(enum link_condition condition);

/* Return: "unknown", "up", "lowerlayerdown" and so on, as ip -j says in capitals; NULL: a number that is not known. */
const char *link_operstate_name(uint32_t operstate);

/* Return: "tap", "tun", "macvtap", "ipvtap"; "other" for another driver of tap.c. */
const char *link_type_name(const struct inspect_link *l);

/**
 * link_offload_name() - the name of an offload
 * @number: 0 to LINK_OFFLOADS - 1: of the bits of @offloads
 *
 * Return: "csum", "tso4" and so on.
 */
const char *link_offload_name(unsigned int number);

/* Return: length of the virtio-net header in front of each packet, bytes; 0: packets have none. */
uint32_t link_header(uint32_t tap_flags, uint32_t header);

/* Does the tap stop the network when a ring is full, instead of dropping? */
static inline bool link_has_backpressure(const struct inspect_link *l)
{
	return l->type == LINK_TUN && l->tap_flags & TAP_IFF_BACKPRESSURE;
}

/**
 * link_stopped_ns() - for how long has a tap's queue been stopped?
 * @l: the link
 * @q: the queue
 * @ns: the result: nanoseconds since a packet was last put into its ring
 *
 * Return: whether the queue is stopped, and the time is known.
 */
bool link_stopped_ns(const struct inspect_link *l, const struct inspect_tap_queue *q, uint64_t *ns);

#endif
