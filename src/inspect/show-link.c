// SPDX-License-Identifier: GPL-2.0-or-later
#include "show-report.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "ring-peaks.h"
#include "show-lines.h"
#include "virtio/net-queue.h"

/**
 * struct text - a text that grows
 * @at: the text
 * @used: its length
 */
struct text {
	char at[320];
	size_t used;
};

/* Add a part, after a comma if it is not the first. */
__attribute__((format(printf, 2, 3)))
static void add(struct text *t, const char *fmt, ...)
{
	const char *comma = t->used ? ", " : "";
	va_list ap;

	t->used += (size_t)snprintf(t->at + t->used, sizeof(t->at) - t->used, "%s", comma);
	va_start(ap, fmt);
	t->used += (size_t)vsnprintf(t->at + t->used, sizeof(t->at) - t->used, fmt, ap);
	va_end(ap);
}

static void add_condition(struct text *t, const struct inspect_link *l)
{
	switch (link_condition(l)) {
	case LINK_IS_DOWN:
		add(t, "down");
		break;
	case LINK_HAS_NO_CARRIER:
		add(t, "up, no carrier");
		break;
	case LINK_IS_UP:
		add(t, "up, carrier");
	}
}

static void add_offloads(struct text *t, const struct inspect_link *l)
{
	bool any = false;

	for (unsigned int i = 0; i < LINK_OFFLOADS; i++)
		if (l->offloads & 1U << i) {
			add(t, "%s%s", any ? "" : "offloads ", link_offload_name(i));
			any = true;
		}
	if (!any)
		add(t, "no offloads");
}

static void print_link(struct out *o, const struct tap_link *link)
{
	const struct inspect_link *l = &link->link;
	const uint32_t header = link_header(l->tap_flags, l->header);
	struct text t = { .used = 0 };

	add_condition(&t, l);
	if (*l->master)
		add(&t, "port of %s%s%s", *l->master_kind ? l->master_kind : "", *l->master_kind ? " " : "", l->master);
	if (*l->parent)
		add(&t, "on %s", l->parent);
	add(&t, "mtu %u, txqueuelen %u, qdisc %s", l->mtu, l->txqueuelen, l->qdisc);
	if (header)
		add(&t, "header %u", header);
	else
		add(&t, "no header");
	if (l->sndbuf != INT_MAX)
		add(&t, "sndbuf %d", l->sndbuf);
	add_offloads(&t, l);
	if (link_has_backpressure(l))
		add(&t, "back pressure");
	show_line(o, "link", "%s", t.at);
}

/* Queues of the tap that get packets, and no vhost device serves them. */
static void print_unserved(struct out *o, const struct tap_link *link)
{
	size_t count = 0, waiting = 0;

	for (size_t i = 0; i < link->queue_count; i++) {
		if (link->queues[i].flags & (TAP_QUEUE_SERVED | TAP_QUEUE_DISABLED))
			continue;
		count++;
		waiting += link->queues[i].fill;
	}
	if (count)
		show_line(o, "", "%zu of the tap's %u queues %s no vhost device, and %zu packets wait there", count,
			  link->link.queues, count == 1 ? "has" : "have", waiting);
}

void show_link_text(struct out *o, const struct show_device *s)
{
	const struct inspect_device *d = s->device;
	struct link_drops drops;

	if (!d->link)
		return;
	if (s->before && s->before->link && s->before->link->link.id == d->link->link.id) {
		show_line(o, "link", "as above");
		return;
	}
	drops = link_drops(&d->link->link);
	print_link(o, d->link);
	print_unserved(o, d->link);
	show_line(o, "drops", "to the driver %" PRIu64 ", from the driver %" PRIu64, drops.to_driver,
		  drops.from_driver);
}

void show_ring_text(struct out *o, const struct show_device *s, const struct inspect_queue *q)
{
	const struct inspect_device *d = s->device;
	const struct inspect_tap_queue *tap = net_queue_is_rx(q->number) ? inspect_tap_queue(d, q) : NULL;
	char batched[48] = "", stopped[64] = "", highest[32] = "";
	uint32_t most;
	uint64_t ns;

	if (!tap)
		return;
	most = ring_peaks_of(s->peaks, tap);
	if (most > tap->fill)
		snprintf(highest, sizeof(highest), ", at most %u so far", most);
	if (d->net.batched)
		snprintf(batched, sizeof(batched), ", and %u that vhost has taken out", d->net.batched);
	if (tap->flags & TAP_QUEUE_STOPPED && link_stopped_ns(&d->link->link, tap, &ns))
		snprintf(stopped, sizeof(stopped), "; stopped for %.3f s", ns_to_s(ns));
	else if (tap->flags & TAP_QUEUE_STOPPED)
		snprintf(stopped, sizeof(stopped), "; stopped");
	show_line(o, "  tap", "ring %u of %u packets%s%s%s", tap->fill, tap->size, highest, batched, stopped);
}
