// SPDX-License-Identifier: GPL-2.0-or-later
#include "check-link.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/virtio_net.h>

#include "base/clock.h"
#include "base/format.h"
#include "probe/link-routes.h"
#include "ring-check.h"
#include "virtio/net-queue.h"

#define MRG_RXBUF (UINT64_C(1) << VIRTIO_NET_F_MRG_RXBUF)

static uint32_t at_least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Find another receive queue of the tap that its driver serves. */
static void find_served(const struct inspect_host *host, const struct inspect_device *d, char name[INSPECT_QUEUE_NAME])
{
	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *other = &host->devices[i];
		const struct inspect_queue *q;

		if (other == d || other->link != d->link)
			continue;
		q = inspect_queue_by_number(other, 0);
		if (!q || !(q->flags & INSPECT_BACKEND) || !(looks_begun(q) || looks_waiting(q)))
			continue;
		inspect_queue_name(other, q, name);
		return;
	}
}

/*
 * How many packets has the device taken from the tap without using a buffer? Known only if it was at rest in both
 * looks, so that all was read at one moment. With mergeable buffers a packet may use several.
 */
static uint32_t count_lost(const struct inspect_net *a, const struct inspect_net *b, const struct inspect_queue *p,
			   const struct inspect_queue *q)
{
	const uint32_t used = looks_distance(p->last_used_idx, q->last_used_idx), size = b->rx.ring_size;
	uint32_t lost;

	if (!size || a->rx.ring_size != size || !looks_asleep(p) || !looks_asleep(q))
		return 0;
	if (q->features[0] & MRG_RXBUF && used)
		return 0;
	lost = (b->rx.taken + size - a->rx.taken + size - used % size) % size;
	return lost <= size / 2 ? lost : 0;
}

static bool is_measured(const struct inspect_device *d, const struct inspect_queue *q)
{
	return !(q->features[0] & MRG_RXBUF) && !(d->flags & INSPECT_HAS_IOTLB) && looks_read_well(q) &&
	       looks_waiting(q);
}

bool check_rx(struct inspect *ins, const struct inspect_host *host, const struct inspect_device *first,
	      const struct inspect_device *second, const struct inspect_queue *q, struct diagnosis_rx *rx)
{
	const struct inspect_queue *p = inspect_queue_by_number(first, q->number);
	const struct inspect_net *a = &first->net, *b = &second->net;
	const struct inspect_tap_queue *t, *u;

	*rx = (struct diagnosis_rx){ 0 };
	if (second->kind != INSPECT_NET || !net_queue_is_rx(q->number) || !p || !looks_same_queue(p, q))
		return false;
	t = inspect_tap_queue(first, p);
	u = inspect_tap_queue(second, q);
	if (!t || !u || first->link->link.id != second->link->link.id)
		return false;
	rx->waiting = at_least(t->fill + a->batched, u->fill + b->batched);
	rx->size = u->size;
	rx->own_header = b->vhost_header[0];
	rx->header = b->socket_header[0];
	rx->tap_header = link_header(u->tap_flags, u->header);
	rx->next = b->rx.next ? b->rx.next + rx->own_header + rx->header : 0;
	rx->lost = count_lost(a, b, p, q);
	rx->dropped = link_drops(&second->link->link).to_driver - link_drops(&first->link->link).to_driver;
	rx->frame = second->link->link.mtu + ETH_HLEN + rx->own_header + rx->header;
	if (rx->waiting)
		find_served(host, second, rx->beside);
	if (is_measured(second, q) && ring_shortest(ins, second, q, &rx->buffers, &rx->shortest))
		rx->buffers = 0;
	return true;
}

bool check_room(const struct inspect_device *first, const struct inspect_device *second, const struct inspect_queue *q,
		struct diagnosis *f)
{
	const struct inspect_tap_queue *t = inspect_tap_queue(second, q);

	if (!t || !first->link)
		return true;
	if (link_condition(&first->link->link) && link_condition(&second->link->link))
		return false;
	diagnosis_held(f, &second->link->link, t);
	return true;
}

/**
 * struct link_check - the judgement of one tap
 * @l: the looks
 * @device: a device of the tap
 * @findings: see check_links()
 * @sum: likewise
 * @ip: see struct link_looks
 * @name: likewise
 */
struct link_check {
	struct link_looks l;
	const struct inspect_device *device;
	struct findings *findings;
	struct check_summary *sum;
	char ip[FORMAT_SHELL_WORD_LEN(DEVICE_NETNS_LEN) + 8];
	char name[FORMAT_SHELL_WORD_LEN(INSPECT_NAME_LEN)];
};

static int found(struct link_check *c, const char *queue, const struct diagnosis *f)
{
	check_count(c->sum, f->level);
	return findings_add_named(c->findings, c->device, queue, f);
}

/* Was a queue found into which the tap's packets do not get, or its device as a whole? */
static bool is_starved(const struct link_check *c)
{
	for (size_t i = 0; i < c->findings->count; i++) {
		const struct finding *f = &c->findings->all[i];

		if (f->device->link == c->l.second && strncmp(f->queue_name, "tx", 2))
			return true;
	}
	return false;
}

/* Is the tap used by addresses or routes? If that cannot be seen, it is. */
static bool is_routed(void *arg)
{
	const struct link_check *c = arg;
	const struct inspect_link *link = &c->l.second->link;

	return link_routes(link->ifindex, link->netns, (pid_t)c->device->owner.pid) != 0;
}

static int check_link(struct link_check *c)
{
	struct diagnosis f;
	int err = 0;

	for (size_t i = 0; !err && i < c->l.second->queue_count; i++) {
		const struct inspect_tap_queue *q = &c->l.second->queues[i];
		char name[INSPECT_QUEUE_NAME];

		if (diagnose_tap_queue(&c->l, i, &f) != DIAGNOSIS_FOUND)
			continue;
		net_queue_name(0, q->number, name, sizeof(name));
		err = found(c, name, &f);
	}
	if (!err && diagnose_link(&c->l, is_starved(c), is_routed, c, &f) == DIAGNOSIS_FOUND)
		err = found(c, "", &f);
	return err;
}

/* Find a device of the tap, among those that are to be checked. */
static const struct inspect_device *device_of(const struct inspect_host *host, const struct tap_link *link,
					      const struct inspect_target *target)
{
	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *d = &host->devices[i];

		if (d->link == link && link_of_device(&link->link, d) && (!target || inspect_target_matches(target, d)))
			return d;
	}
	return NULL;
}

static const struct tap_link *same_link(const struct inspect_host *host, const struct inspect_link *link)
{
	const struct tap_link *other = tap_links_find(&host->links, link->ifindex, link->netns);

	return other && other->link.id == link->id ? other : NULL;
}

static void set_words(struct link_check *c)
{
	const struct device_name *shown = c->device->shown;

	strcpy(c->ip, "ip");
	if (shown && *shown->netns_name) {
		strcat(c->ip, " -n ");
		format_shell_word(shown->netns_name, c->ip + strlen(c->ip), sizeof(c->ip) - strlen(c->ip));
	}
	c->l.ip = c->ip;
	c->l.name = format_shell_word(c->l.second->link.name, c->name, sizeof(c->name));
}

int check_links(const struct inspect_host *before, const struct inspect_host *after,
		const struct inspect_target *target, struct findings *findings, struct check_summary *sum)
{
	struct link_check c = { .l = { .before = before, .after = after }, .findings = findings, .sum = sum };
	int err = 0;

	for (size_t i = 0; !err && i < after->links.count; i++) {
		c.l.second = &after->links.list[i];
		c.l.first = same_link(before, &c.l.second->link);
		c.device = c.l.first ? device_of(after, c.l.second, target) : NULL;
		if (!c.device)
			continue;
		c.l.seconds = ns_to_s(c.l.second->link.time - c.l.first->link.time);
		set_words(&c);
		err = check_link(&c);
	}
	return err;
}
