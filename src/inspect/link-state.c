// SPDX-License-Identifier: GPL-2.0-or-later
#include "link-state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Copy the queues that are still there. */
static int copy_queues(struct tap_link *to, const struct inspect_link *from)
{
	const struct inspect_tap_queue *q = (const void *)(from + 1);

	to->queues = malloc(from->listed * sizeof(*q) + 1); /* not NULL without any */
	if (!to->queues)
		return -ENOMEM;
	for (uint32_t i = 0; i < from->listed; i++)
		if (q[i].socket)
			to->queues[to->queue_count++] = q[i];
	return 0;
}

ssize_t tap_links_add(struct tap_links *l, const struct inspect_link *record, size_t left)
{
	struct tap_link one = { 0 }, *more;
	size_t size;

	if (left < sizeof(*record) || record->listed > LINK_QUEUES_MAX)
		return -EPROTO;
	size = sizeof(*record) + record->listed * sizeof(struct inspect_tap_queue);
	if (left < size)
		return -EPROTO;
	/* The iterator does not remember all of them. */
	if (tap_links_find(l, record->ifindex, record->netns))
		return (ssize_t)size;
	more = array_grow(l->list, &l->room, l->count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	l->list = more;
	one.link = *record;
	if (copy_queues(&one, record))
		return -ENOMEM;
	more[l->count++] = one;
	return (ssize_t)size;
}

const struct tap_link *tap_links_find(const struct tap_links *l, uint32_t ifindex, uint32_t netns)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].link.ifindex == ifindex && l->list[i].link.netns == netns)
			return &l->list[i];
	return NULL;
}

void tap_links_free(struct tap_links *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->list[i].queues);
	free(l->list);
	*l = (struct tap_links){ 0 };
}

const struct inspect_tap_queue *tap_link_queue(const struct tap_link *link, uint64_t socket)
{
	for (size_t i = 0; i < link->queue_count; i++)
		if (link->queues[i].socket == socket)
			return &link->queues[i];
	return NULL;
}

void tap_link_mark_served(const struct tap_link *link, uint64_t socket)
{
	struct inspect_tap_queue *q = (struct inspect_tap_queue *)tap_link_queue(link, socket);

	if (q)
		q->flags |= TAP_QUEUE_SERVED;
}

struct link_drops link_drops(const struct inspect_link *l)
{
	if (l->type == LINK_TUN)
		return (struct link_drops){ l->tx_dropped, l->rx_dropped };
	return (struct link_drops){ l->rx_dropped, l->tx_dropped };
}

enum link_condition link_condition(const struct inspect_link *l)
{
	if (!(l->flags & LINK_UP))
		return LINK_IS_DOWN;
	return l->flags & LINK_CARRIER ? LINK_IS_UP : LINK_HAS_NO_CARRIER;
}

const char *link_condition_name(enum link_condition condition)
{
	static const char *const names[] = {
		[LINK_IS_UP] = "up",
		[LINK_IS_DOWN] = "down",
		[LINK_HAS_NO_CARRIER] = "no-carrier",
	};

	return names[condition];
}

const char *link_operstate_name(uint32_t operstate)
{
	/* RFC 2863, as in linux/if.h */
	static const char *const names[] = {
		"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up",
	};

	return operstate < ARRAY_SIZE(names) ? names[operstate] : NULL;
}

const char *link_type_name(const struct inspect_link *l)
{
	switch (l->type) {
	case LINK_TUN:
		return l->tap_flags & TAP_IFF_TAP ? "tap" : "tun";
	case LINK_MACVTAP:
		return "macvtap";
	case LINK_IPVTAP:
		return "ipvtap";
	default:
		return "other";
	}
}

const char *link_offload_name(unsigned int number)
{
	static const char *const names[LINK_OFFLOADS] = { "csum", "tso4", "tso6", "tso_ecn", "uso", "udp_tunnel" };

	return names[number];
}

uint32_t link_header(uint32_t tap_flags, uint32_t header)
{
	return tap_flags & TAP_IFF_VNET_HDR ? header : 0;
}

#define NS_PER_SEC UINT64_C(1000000000)

/* Jiffies begin 300 seconds before they overflow 32 bits (INITIAL_JIFFIES). */
#define JIFFIES_START_SEC 300
#define JIFFIES_OVERFLOW (UINT64_C(1) << 32)

/* As close to that moment, all rates would fit. */
#define JIFFIES_UNSURE_NS (5 * NS_PER_SEC)

/*
 * How long a jiffy is depends on how the kernel was configured, and it tells nobody. Of the possible rates, it is the
 * one with which the jiffies of now fit the time since the boot. Return: jiffies a second; 0: not known.
 */
static uint64_t jiffies_rate(const struct inspect_link *l)
{
	static const uint64_t rates[] = { 100, 250, 300, 1000 };
	const uint64_t overflow = JIFFIES_START_SEC * NS_PER_SEC;
	uint64_t best = 0, least = UINT64_MAX;

	if (l->time > overflow - JIFFIES_UNSURE_NS && l->time < overflow + JIFFIES_UNSURE_NS)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		uint64_t expected = JIFFIES_OVERFLOW - JIFFIES_START_SEC * rates[i] +
				    l->time / (NS_PER_SEC / 1000) * rates[i] / 1000;
		uint64_t off = expected > l->ticks ? expected - l->ticks : l->ticks - expected;

		if (off < least) {
			least = off;
			best = rates[i];
		}
	}
	return best;
}

bool link_stopped_ns(const struct inspect_link *l, const struct inspect_tap_queue *q, uint64_t *ns)
{
	uint64_t rate = jiffies_rate(l);

	if (!(q->flags & TAP_QUEUE_STOPPED) || !q->sent_ticks || !rate || q->sent_ticks > l->ticks)
		return false;
	*ns = (l->ticks - q->sent_ticks) * (NS_PER_SEC / rate);
	return true;
}
