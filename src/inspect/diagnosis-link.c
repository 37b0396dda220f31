// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis-link.h"

#include <inttypes.h>

#include <linux/if_ether.h>
#include <linux/virtio_net.h>

#include "base/format.h"
#include "virtio/net-queue.h"

#define MRG_RXBUF (UINT64_C(1) << VIRTIO_NET_F_MRG_RXBUF)

/* The device has a packet, and found too few buffers for it: it waits for a kick that says that there are more. */
static bool wants_buffers(const struct inspect_queue *q)
{
	return looks_wants_kicks(q) && !(q->flags & INSPECT_BACKEND_POLLED) && !looks_published(q);
}

static void add_dropped(struct diagnosis *f, uint64_t dropped, double seconds)
{
	if (dropped)
		diagnosis_evidence_add(f, "; the tap dropped %" PRIu64 " more in %.1f s", dropped, seconds);
}

/* Without another queue that is served, the guest has perhaps not come as far yet. */
static enum diagnosis_result not_served(const struct looks *l, const struct diagnosis_rx *rx, struct diagnosis *f)
{
	diagnosis_found(f, DIAGNOSIS_NOT_SERVED, SIDE_DRIVER, *rx->beside ? LEVEL_STUCK : LEVEL_NOTE);
	if (*rx->beside)
		diagnosis_evidence(f, "%" PRIu32 " packet%s, and the driver, which serves %s, has never given this "
				   "queue a buffer; the tap's ring has room for %" PRIu32, rx->waiting,
				   rx->waiting == 1 ? " waits" : "s wait", rx->beside, rx->size);
	else
		diagnosis_evidence(f, "%" PRIu32 " packet%s, and the driver has not given a buffer yet", rx->waiting,
				   rx->waiting == 1 ? " waits" : "s wait");
	add_dropped(f, rx->dropped, l->seconds);
	if (*rx->beside)
		diagnosis_remedy(f, "let the driver use as many queue pairs as the tap has (in Linux: ethtool -L "
				 "INTERFACE combined N), or the owner turn this queue of the tap off (TUNSETQUEUE)");
	else
		diagnosis_remedy(f, "nothing, if the guest still boots; else set its interface up");
	return DIAGNOSIS_FOUND;
}

static enum diagnosis_result too_few(const struct looks *l, const struct diagnosis_rx *rx, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	const bool all = looks_distance(q->last_used_idx, q->ring_avail_idx.value) >= q->num;
	char count[32];

	/* A driver that has given all that it has can do no more. */
	diagnosis_found(f, DIAGNOSIS_TOO_FEW_BUFFERS, SIDE_DRIVER, all ? LEVEL_STUCK : LEVEL_SUSPECT);
	diagnosis_evidence(f, "%s, too few for the next packet, which needs %" PRIu32 " bytes with its header; %" PRIu32
			   " packet%s for it in all", looks_waiting_text(q, count), rx->next, rx->waiting,
			   rx->waiting == 1 ? " waits" : "s wait");
	add_dropped(f, rx->dropped, l->seconds);
	if (all)
		diagnosis_remedy(f, "the ring of %" PRIu32 " is too small for such packets: give the driver a larger "
				 "one or larger buffers, or lower the MTU of the tap's network", q->num);
	else
		diagnosis_remedy(f, "see in the guest whether it is out of memory: the driver has to give more "
				 "buffers");
	return DIAGNOSIS_FOUND;
}

enum diagnosis_result diagnosis_of_rx(const struct looks *l, const struct diagnosis_rx *rx, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;

	if (!rx->waiting || !wants_buffers(l->first) || !wants_buffers(q))
		return DIAGNOSIS_NOTHING;
	if (!looks_waiting(q))
		return looks_begun(q) ? DIAGNOSIS_NOTHING : not_served(l, rx, f);
	return q->features[0] & MRG_RXBUF && rx->next ? too_few(l, rx, f) : DIAGNOSIS_NOTHING;
}

static enum diagnosis_result header_length(const struct diagnosis_rx *rx, struct diagnosis *f)
{
	diagnosis_found(f, DIAGNOSIS_HEADER_LENGTH, SIDE_OWNER, rx->lost ? LEVEL_STUCK : LEVEL_SUSPECT);
	if (rx->own_header)
		diagnosis_evidence(f, "the device makes headers of %" PRIu32 " bytes itself "
				   "(VHOST_NET_F_VIRTIO_NET_HDR), but the tap gives some of %" PRIu32 ", too",
				   rx->own_header, rx->tap_header);
	else
		diagnosis_evidence(f, "the tap gives headers of %" PRIu32 " bytes, but by the features the device "
				   "expects %" PRIu32, rx->tap_header, rx->header);
	if (rx->lost)
		diagnosis_evidence_add(f, ": it threw %" PRIu32 " packet%s away meanwhile", rx->lost, plural(rx->lost));
	else
		diagnosis_evidence_add(f, ": no packet gets through whole");
	if (rx->header)
		diagnosis_remedy(f, "have the owner set the tap's header to %" PRIu32 " bytes (TUNSETVNETHDRSZ), after "
				 "the features are acked", rx->header);
	else
		diagnosis_remedy(f, "have the owner open the tap without IFF_VNET_HDR, or not ack "
				 "VHOST_NET_F_VIRTIO_NET_HDR");
	return DIAGNOSIS_FOUND;
}

static enum diagnosis_result short_buffers(const struct diagnosis_rx *rx, struct diagnosis *f)
{
	diagnosis_found(f, DIAGNOSIS_SHORT_BUFFERS, SIDE_DRIVER, rx->lost ? LEVEL_SUSPECT : LEVEL_NOTE);
	if (rx->lost)
		diagnosis_evidence(f, "the device threw %" PRIu32 " packet%s away meanwhile: without "
				   "VIRTIO_NET_F_MRG_RXBUF each needs one buffer that is long enough, and the shortest "
				   "of %" PRIu32 " takes %" PRIu32 " bytes", rx->lost, plural(rx->lost), rx->buffers,
				   rx->shortest);
	else
		diagnosis_evidence(f, "the shortest of %" PRIu32 " buffers takes %" PRIu32 " bytes, but a packet of "
				   "the tap's MTU has %" PRIu32 " with its header: without VIRTIO_NET_F_MRG_RXBUF the "
				   "device throws it away", rx->buffers, rx->shortest, rx->frame);
	diagnosis_remedy(f, "give the tap and the guest's interface the same MTU, or let the driver use "
			 "VIRTIO_NET_F_MRG_RXBUF");
	return DIAGNOSIS_FOUND;
}

enum diagnosis_result diagnose_lengths(const struct diagnosis_rx *rx, struct diagnosis *f)
{
	if (rx->tap_header != rx->header)
		return header_length(rx, f);
	if (!rx->buffers || rx->shortest >= rx->frame)
		return DIAGNOSIS_NOTHING;
	/* Buffers that do not take even a plain frame are made for certain frames, as those of bench. */
	return rx->lost || rx->shortest >= ETH_FRAME_LEN + rx->header + rx->own_header ? short_buffers(rx, f) :
		DIAGNOSIS_NOTHING;
}

/* What the devices of a tap did between the looks. */
struct traffic {
	bool running;		/* there is one */
	bool begun;		/* a driver has given buffers for packets */
	bool received;		/* packets reached the driver */
	bool starving;		/* a driver had no buffers for packets in both looks */
	uint32_t sent;		/* packets that came from drivers, modulo 65536 a queue */
	uint32_t waiting;	/* packets of drivers that waited in both looks */
};

bool link_of_device(const struct inspect_link *link, const struct inspect_device *d)
{
	for (size_t i = 0; d->kind == INSPECT_NET && i < d->queue_count; i++) {
		const struct inspect_queue *q = &d->queues[i];

		if (q->flags & INSPECT_BACKEND && q->ifindex == link->ifindex && q->netns == link->netns)
			return true;
	}
	return false;
}

/* looks_same_queue() is too strict here: the first packet of all changes INSPECT_VALID. */
static bool is_same(const struct inspect_queue *p, const struct inspect_queue *q)
{
	return p->flags & q->flags & INSPECT_BACKEND && p->socket == q->socket && p->desc == q->desc &&
	       p->num == q->num;
}

static void add_traffic(struct traffic *t, const struct inspect_queue *p, const struct inspect_queue *q)
{
	const bool readable = looks_read_well(p) && looks_read_well(q);
	const bool waits = readable && looks_waiting(p) && looks_waiting(q);

	t->running = true;
	if (net_queue_is_rx(q->number)) {
		t->begun |= looks_begun(q) || (readable && (looks_waiting(p) || looks_waiting(q)));
		t->received |= p->last_used_idx != q->last_used_idx;
		t->starving |= readable && !looks_waiting(p) && !looks_waiting(q);
		return;
	}
	t->sent += looks_distance(p->last_used_idx, q->last_used_idx);
	if (waits && looks_still(p, q))
		t->waiting += looks_distance(q->last_avail_idx, q->ring_avail_idx.value);
}

static void sum_traffic(const struct link_looks *l, struct traffic *t)
{
	const struct inspect_host *host = l->after;

	*t = (struct traffic){ 0 };
	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *d = &host->devices[i], *before;

		if (d->link != l->second || !link_of_device(&l->second->link, d))
			continue;
		before = inspect_find(l->before, d->id);
		if (!before || !link_of_device(&l->first->link, before))
			continue;
		for (size_t k = 0; k < d->queue_count; k++) {
			const struct inspect_queue *q = &d->queues[k];
			const struct inspect_queue *p = inspect_queue_by_number(before, q->number);

			if (p && is_same(p, q))
				add_traffic(t, p, q);
		}
	}
}

static bool is_tun(const struct inspect_link *link)
{
	return link->type == LINK_TUN;
}

static enum diagnosis_result down(const struct link_looks *l, const struct traffic *t, struct diagnosis *f)
{
	const struct inspect_link *link = &l->second->link;
	const char *what = link_condition(link) == LINK_IS_DOWN ? "is down" : "has no carrier";

	if (!t->begun && !t->sent && !t->waiting)
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_LINK_DOWN, SIDE_BACKEND, t->sent || t->waiting ? LEVEL_SUSPECT : LEVEL_NOTE);
	if (t->sent)
		diagnosis_evidence(f, "the tap %s, and the driver sent %" PRIu32 " packet%s in %.1f s", what, t->sent,
				   plural(t->sent), l->seconds);
	else if (t->waiting)
		diagnosis_evidence(f, "the tap %s, and %" PRIu32 " packet%s of the driver wait%s", what, t->waiting,
				   plural(t->waiting), t->waiting == 1 ? "s" : "");
	else
		diagnosis_evidence(f, "the tap %s: nothing reaches the driver", what);
	if (link_condition(link) == LINK_IS_DOWN)
		diagnosis_remedy(f, "%s link set dev %s up", l->ip, l->name);
	else if (is_tun(link))
		diagnosis_remedy(f, "%s link set dev %s carrier on", l->ip, l->name);
	else
		diagnosis_remedy(f, "see whether %s, upon which it lies, is up and has a carrier",
				 *link->parent ? link->parent : "the interface");
	return DIAGNOSIS_FOUND;
}

static uint64_t dropped(const struct link_looks *l)
{
	return link_drops(&l->second->link).to_driver - link_drops(&l->first->link).to_driver;
}

static enum diagnosis_result drops(const struct link_looks *l, const struct traffic *t, struct diagnosis *f)
{
	const struct inspect_link *link = &l->second->link;
	const uint64_t count = dropped(l);
	const enum diagnosis_side side = t->starving ? SIDE_DRIVER : SIDE_BACKEND;

	diagnosis_found(f, DIAGNOSIS_TAP_DROPS, side, t->begun ? LEVEL_SUSPECT : LEVEL_NOTE);
	diagnosis_evidence(f, "%" PRIu64 " packet%s for the driver were dropped at the tap in %.1f s%s", count,
			   plural(count), l->seconds, !t->begun ? ", and it has not given a buffer yet" : t->starving ?
			   ", and it had no buffers in either look" : "");
	if (!t->begun)
		diagnosis_remedy(f, "nothing, if the guest still boots; else set its interface up");
	else if (t->starving)
		diagnosis_remedy(f, "see in the guest why the driver gives no buffers: its CPU, its memory, whether "
				 "its interface is up");
	else
		diagnosis_remedy(f, "%s link set dev %s txqueuelen %" PRIu32, l->ip, l->name,
				 link->txqueuelen < 1000 ? 4000 : link->txqueuelen * 4);
	return DIAGNOSIS_FOUND;
}

/* An answer to the driver shows that somebody takes what it sends, whatever that is. */
static bool may_lead_nowhere(const struct link_looks *l, const struct traffic *t)
{
	const struct inspect_link *a = &l->first->link, *b = &l->second->link;

	return is_tun(b) && b->tap_flags & TAP_IFF_TAP && t->sent && !t->received && !b->master_ifindex &&
	       !((a->flags | b->flags) & LINK_TAKEN);
}

static enum diagnosis_result nowhere(const struct link_looks *l, const struct traffic *t, struct diagnosis *f)
{
	diagnosis_found(f, DIAGNOSIS_LEADS_NOWHERE, SIDE_BACKEND, LEVEL_SUSPECT);
	diagnosis_evidence(f, "the driver sent %" PRIu32 " packet%s in %.1f s, but the tap is no port of a bridge or "
			   "the like, and has no address, route, filter or listener: nobody takes them", t->sent,
			   plural(t->sent), l->seconds);
	diagnosis_remedy(f, "%s link set dev %s master BRIDGE, or give it an address", l->ip, l->name);
	return DIAGNOSIS_FOUND;
}

enum diagnosis_result diagnose_link(const struct link_looks *l, bool starved, bool (*routed)(void *), void *arg,
				    struct diagnosis *f)
{
	struct traffic t;

	sum_traffic(l, &t);
	if (!t.running)
		return DIAGNOSIS_NOTHING;
	if (link_condition(&l->first->link) && link_condition(&l->second->link))
		return down(l, &t, f);
	if (dropped(l) && !starved)
		return drops(l, &t, f);
	return may_lead_nowhere(l, &t) && !routed(arg) ? nowhere(l, &t, f) : DIAGNOSIS_NOTHING;
}

static bool has_devices(const struct tap_link *link)
{
	for (size_t i = 0; i < link->queue_count; i++)
		if (link->queues[i].flags & TAP_QUEUE_SERVED)
			return true;
	return false;
}

static enum diagnosis_result no_device(const struct link_looks *l, const struct inspect_tap_queue *q,
				       struct diagnosis *f)
{
	diagnosis_found(f, DIAGNOSIS_NO_DEVICE, SIDE_OWNER, LEVEL_SUSPECT);
	diagnosis_evidence(f, "%" PRIu32 " packet%s in queue %" PRIu32 " of the tap, whose ring has room for %" PRIu32
			   "; it has no vhost device, as others have, and nobody took one in %.1f s", q->fill,
			   q->fill == 1 ? " waits" : "s wait", q->number, q->size, l->seconds);
	add_dropped(f, dropped(l), l->seconds);
	diagnosis_remedy(f, "have the owner start a device for this queue, turn it off (TUNSETQUEUE), or close it");
	return DIAGNOSIS_FOUND;
}

static enum diagnosis_result never_woken(const struct link_looks *l, const struct inspect_tap_queue *q,
					 struct diagnosis *f)
{
	diagnosis_found(f, DIAGNOSIS_NEVER_WOKEN, SIDE_BACKEND, LEVEL_STUCK);
	diagnosis_evidence(f, "queue %" PRIu32 " of the tap is stopped (back pressure), though its ring of %" PRIu32
			   " is empty: nobody will wake it, and for %.1f s its packets waited in the qdisc", q->number,
			   q->size, l->seconds);
	diagnosis_remedy(f, "%s link set dev %s down; %s link set dev %s up", l->ip, l->name, l->ip, l->name);
	return DIAGNOSIS_FOUND;
}

/* Nobody took a packet out of the ring between the looks. */
static bool nothing_taken(const struct inspect_tap_queue *p, const struct inspect_tap_queue *q)
{
	return p->size == q->size && p->taken == q->taken;
}

enum diagnosis_result diagnose_tap_queue(const struct link_looks *l, size_t index, struct diagnosis *f)
{
	const struct inspect_tap_queue *q = &l->second->queues[index], *p = tap_link_queue(l->first, q->socket);

	if (!p || (p->flags | q->flags) & TAP_QUEUE_DISABLED || !nothing_taken(p, q))
		return DIAGNOSIS_NOTHING;
	/* A queue is woken by whoever takes half of what fills its ring, or the last packet (__tun_wake_queue()). */
	if (p->flags & q->flags & TAP_QUEUE_STOPPED && !p->fill && !q->fill && p->sent_ticks == q->sent_ticks)
		return never_woken(l, q, f);
	if (!p->fill || !q->fill || (p->flags | q->flags) & TAP_QUEUE_SERVED || !has_devices(l->second))
		return DIAGNOSIS_NOTHING;
	return no_device(l, q, f);
}

void diagnosis_held(struct diagnosis *f, const struct inspect_link *link, const struct inspect_tap_queue *q)
{
	/* sock_writeable() of the kernel. */
	if (q->sndbuf <= 0 || q->unsent < (uint32_t)q->sndbuf / 2)
		return;
	diagnosis_evidence_add(f, ": behind the tap somebody still holds %" PRIu32 " bytes that it sent, and half of "
			       "its sndbuf, %" PRIi32 ", is the limit", q->unsent, q->sndbuf);
	if (link->master_ifindex)
		diagnosis_remedy(f, "see which port of %s has a backlog, by tc -s qdisc, or which program does not "
				 "read its socket; no packet gets out there", link->master);
	else
		diagnosis_remedy(f, "see which interface has a backlog, by tc -s qdisc, or which program does not read "
				 "its socket; no packet gets out there");
}
