// SPDX-License-Identifier: GPL-2.0-or-later
#include "show-report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_ring.h>

#include "base/clock.h"
#include "base/format.h"
#include "device-json.h"
#include "held-eventfds.h"
#include "show-lines.h"

/* Width of the kernel's half of the table. */
#define LEFT 41

/* Room for " of its thread N". */
#define THREAD_TEXT 32

static void print_title(struct out *o, const struct show_device *s)
{
	const struct inspect_netdev *tap = inspect_tap(s->device);
	const char *kind = inspect_kind_name(s->device->kind);
	char buf[INSPECT_DEVICE_NAME];
	const char *name = inspect_device_name(s->device, buf);

	if (tap && tap->netns)
		show_title(o, name, "a vhost-%s device, interface %u of network namespace %u%s", kind, tap->ifindex,
			   tap->netns, tap->netns == s->netns ? ", ours" : "");
	else
		show_title(o, name, "a vhost-%s device", kind);
}

/* Taps that are named; a process may have hundreds. */
#define CANDIDATES_MAX 8

static void print_candidates(struct out *o, const struct inspect_device *d)
{
	char text[CANDIDATES_MAX * (INSPECT_NAME_LEN + 2) + 32];
	size_t used = 0;

	for (size_t i = 0; i < d->candidate_count && i < CANDIDATES_MAX; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? ", " : "",
					 d->candidates[i].name);
	if (d->candidate_count > CANDIDATES_MAX)
		snprintf(text + used, sizeof(text) - used, " and %zu more", d->candidate_count - CANDIDATES_MAX);
	if (used)
		show_line(o, "tap", "one of those that the process has open and no device uses: %s", text);
}

/* What the owner of a device that is no vhost-net has named it by. */
static void print_other(struct out *o, const struct inspect_device *d)
{
	if (d->cid)
		show_line(o, "cid", "%" PRIu32, d->cid);
	if (*d->target)
		show_line(o, "target", "%s", d->target);
}

static void print_state(struct out *o, const struct inspect_device *d)
{
	switch (inspect_state(d)) {
	case DEVICE_NEVER_STARTED:
		show_line(o, "state", "never started: no queue has a ring");
		break;
	case DEVICE_STOPPED:
		show_line(o, "state", "stopped: no queue has a backend");
		break;
	case DEVICE_UNOWNED:
	case DEVICE_RUNNING:
	case DEVICE_RELEASING:
		break;	/* What follows says so. No look of show has the last. */
	}
}

/* Returns @buf: whose descriptors they are, if they are not those of the process. */
static const char *thread_text(const struct inspect_holder *h, char buf[THREAD_TEXT])
{
	*buf = 0;
	if (inspect_is_thread(h))
		snprintf(buf, THREAD_TEXT, " of its thread %u", h->tid);
	return buf;
}

static void print_owner(struct out *o, const struct inspect_device *d)
{
	char thread[THREAD_TEXT];
	const struct inspect_process *p = &d->owner;
	const char *stopped = p->state & (INSPECT_TASK_STOPPED | INSPECT_TASK_TRACED) ? ", which is stopped" :
			      p->state & INSPECT_TASK_FROZEN ? ", which is frozen" : "";

	if (!(d->flags & INSPECT_HAS_OWNER))
		show_line(o, "owner", "none yet");
	else if (!p->pid && !*p->name)
		show_line(o, "owner", "gone");
	else if (!p->pid)
		show_line(o, "owner", "%s, in a pid namespace that is not visible from here%s", p->name, stopped);
	else if (d->owner_fd < 0)
		show_line(o, "owner", "%u %s, which does not hold it itself%s", p->pid, p->name, stopped);
	else
		show_line(o, "owner", "%u %s, descriptor %d%s%s", p->pid, p->name, d->owner_fd,
			  thread_text(&(struct inspect_holder){ .process = *p, .tid = d->owner_tid }, thread),
			  stopped);
}

static void print_vm(struct out *o, const struct inspect_device *d)
{
	if (*d->vm)
		show_line(o, "vm", "%s", d->vm);
}

/* Descriptors of one process that are printed: it may have a million of the same device. */
#define PRINTED_MAX 8

static bool is_owner(const struct inspect_device *d, const struct inspect_holder *h)
{
	return h->tid == d->owner_tid && h->fd == d->owner_fd;
}

/* The descriptors of a holder as text, the first one too if @first. Returns @buf; empty without any. */
static const char *descriptors_text(const struct inspect_holder *h, bool first, char *buf, size_t len)
{
	const size_t count = h->more_count + first;
	size_t used = 0;

	*buf = 0;
	for (size_t i = 0; i < count && i < PRINTED_MAX; i++)
		used += (size_t)snprintf(buf + used, len - used, "%s%d", i ? ", " : count > 1 ? "descriptors " :
					 "descriptor ", !first ? h->more[i] : i ? h->more[i - 1] : h->fd);
	if (count > PRINTED_MAX)
		snprintf(buf + used, len - used, " and %zu more", count - PRINTED_MAX);
	return buf;
}

static void print_holders(struct out *o, const struct inspect_device *d)
{
	const char *label = "held by";
	char text[160], thread[THREAD_TEXT];

	for (size_t i = 0; i < d->holder_count; i++) {
		const struct inspect_holder *h = &d->holders[i];

		if (!*descriptors_text(h, !is_owner(d, h), text, sizeof(text)))
			continue;
		if (h->process.pid)
			show_line(o, label, "%u %s, %s%s", h->process.pid, h->process.name, text,
				  thread_text(h, thread));
		else
			show_line(o, label, "%s, which is not visible from here", h->process.name);
		label = "";
	}
}

static void print_features(struct out *o, const char *label, const struct inspect_device *d, bool backend)
{
	uint64_t words[2];
	const struct feature_list list = device_features(d, backend, words);
	char *text = features_text(&list);

	show_line(o, label, "%s%s", backend ? "backend features: " : "", text && *text ? text : "none");
	free(text);
}

static void print_memory(struct out *o, const struct inspect_device *d)
{
	const char *label = "memory";
	char size[FORMAT_SIZE_LEN];

	if (!d->nmaps)
		show_line(o, label, "none");
	for (size_t i = 0; i < d->region_count; i++, label = "")
		show_line(o, label, "0x%llx, %s, at 0x%llx in the owner", d->regions[i].start,
			  format_size(d->regions[i].size, size), d->regions[i].addr);
	if (d->region_count < d->nmaps)
		show_line(o, label, "and %zu more", d->nmaps - d->region_count);
}

static void print_workers(struct out *o, const struct inspect_device *d)
{
	const char *label = "worker";

	for (size_t i = 0; i < d->queue_count; i++) {
		const struct inspect_queue *q = &d->queues[i];
		const struct placement *p;

		if (!q->worker || !show_first_with_worker(d, i))
			continue;
		show_line(o, label, "%u, %s, %.6f s of CPU time", q->worker, show_task_state(q->worker_state),
			  ns_to_s(q->worker_ns));
		label = "";
		p = placement_of(d, q->worker);
		if (p)
			placement_show(o, p);
	}
	if (*label)
		show_line(o, label, "none that is visible from here");
}

static bool same_features(const struct inspect_device *a, const struct inspect_device *b)
{
	uint64_t x[2], y[2];

	inspect_features(a, x);
	inspect_features(b, y);
	return !memcmp(x, y, sizeof(x)) && inspect_backend_features(a) == inspect_backend_features(b);
}

/* Do they differ only in their queues? What they share is printed once: a tap of many queues has as many devices. */
static bool same_setup(const struct inspect_device *a, const struct inspect_device *b)
{
	return a && a->kind == b->kind && a->owner.pid && a->owner.pid == b->owner.pid && same_features(a, b) &&
	       a->nmaps == b->nmaps && a->region_count == b->region_count &&
	       !memcmp(a->regions, b->regions, a->region_count * sizeof(*a->regions)) &&
	       (a->flags & INSPECT_HAS_IOTLB) == (b->flags & INSPECT_HAS_IOTLB) && show_logs(a) == show_logs(b);
}

/* What a device has in common with others of its owner. */
static void print_setup(struct out *o, const struct show_device *s)
{
	const struct inspect_device *d = s->device;

	if (same_setup(s->before, d)) {
		show_line(o, "the rest", "features, memory, iotlb and log as above");
		return;
	}
	print_features(o, "features", d, false);
	print_features(o, "", d, true);
	print_memory(o, d);
	show_line(o, "iotlb", "%s", d->flags & INSPECT_HAS_IOTLB ? "yes: rings are at addresses that it translates" :
		  "no");
	show_line(o, "log", "%s", show_logs(d) ? "yes: pages that are written are logged" : "no");
}

static void print_device(struct out *o, const struct show_device *s)
{
	const struct inspect_device *d = s->device;

	print_candidates(o, d);
	print_other(o, d);
	print_state(o, d);
	print_owner(o, d);
	print_vm(o, d);
	print_holders(o, d);
	show_link_text(o, s);
	print_setup(o, s);
	print_workers(o, d);
	if (d->queue_count < d->nvqs)
		show_line(o, "queues", "%zu of %u, the others are not in use", d->queue_count, d->nvqs);
}

static const char *backend_text(const struct inspect_queue *q, char buf[64])
{
	if (!(q->flags & INSPECT_BACKEND))
		return "no backend";
	switch (q->backend) {
	case BACKEND_TUN:
	case BACKEND_TAP:
		snprintf(buf, 64, "queue %u of %s %s", q->pair, q->backend == BACKEND_TUN ? "tap" : "macvtap",
			 q->device);
		return buf;
	case BACKEND_SOCKET:
		return "a socket";
	case BACKEND_VSOCK:
		return "vsock";
	case BACKEND_SCSI:
		return "scsi target";
	}
	return "a backend of another kind";
}

static void print_queue_title(struct out *o, const struct inspect_device *d, const struct inspect_queue *q)
{
	char name[INSPECT_QUEUE_NAME], buf[64], size[32] = "no size", busy[48] = "no busy polling";

	if (q->num)
		snprintf(size, sizeof(size), "size %u", q->num);
	if (q->busyloop)
		snprintf(busy, sizeof(busy), "busy polling for %u us", q->busyloop);
	fputc('\n', o->file);
	show_title(o, inspect_queue_name(d, q, name), "%s, %s, %s", size, backend_text(q, buf), busy);
}

static const char *format_addr(uint64_t addr, char buf[20])
{
	snprintf(buf, 20, "0x%" PRIx64, addr);
	return addr ? buf : "-";
}

static void print_addresses(struct out *o, const struct inspect_queue *q)
{
	char desc[20], avail[20], used[20];

	show_line(o, "  ring", "desc %s, avail %s, used %s", format_addr(q->desc, desc), format_addr(q->avail, avail),
		  format_addr(q->used, used));
	if (q->flags & INSPECT_LOG_USED)
		show_line(o, "", "its used ring is logged at 0x%llx", q->log_addr);
}

static const char *eventfd_text(const struct show_device *s, const struct inspect_eventfd *e, char buf[64])
{
	int fd = s->eventfds ? held_eventfds_find(s->eventfds, e->id) : -1;

	if (e->id < 0)
		return "missing";
	if (fd >= 0)
		snprintf(buf, 64, "%d (count %llu)", fd, e->count);
	else
		snprintf(buf, 64, "%s (count %llu)", s->eventfd_err ? "unknown" : "not open in owner", e->count);
	return buf;
}

static void print_eventfds(struct out *o, const struct show_device *s, const struct inspect_queue *q)
{
	char kick[64], call[64], err[64];

	show_line(o, "  eventfd", "kick %s, call %s, err %s", eventfd_text(s, &q->kick, kick),
		  eventfd_text(s, &q->call, call), eventfd_text(s, &q->err, err));
	if (s->eventfd_err && (q->kick.id >= 0 || q->call.id >= 0 || q->err.id >= 0))
		show_line(o, "", "their descriptors in the owner could not be read: %s", strerror(-s->eventfd_err));
}

/* The kernel's half of a row of the table. */
static void print_left(struct out *o, const char *name, uint16_t value, const char *note)
{
	fprintf(o->file, "  %-14s %5u %-*s| ", name, value, LEFT - 23, note);
}

static void print_right(struct out *o, const char *name, const struct inspect_word *w, const char *note)
{
	fprintf(o->file, "%-12s ", name);
	if (w->state == INSPECT_OK)
		fprintf(o->file, "%5u%s%s\n", w->value, *note ? " " : "", note);
	else if (w->state == INSPECT_UNSET)
		fprintf(o->file, "%5s\n", "-");
	else
		fprintf(o->file, "%s\n", forecast_unread(w));
}

/* Both sides, the avail ring above the used ring. */
static void print_table(struct out *o, const struct inspect_queue *q)
{
	const bool event_idx = q->flags & INSPECT_EVENT_IDX;
	const uint16_t avail_flags = q->ring_avail_flags.value, used_flags = q->ring_used_flags.value;

	show_heads(o, LEFT, "KERNEL (the device)");
	print_left(o, "last_avail_idx", q->last_avail_idx, "next to take");
	print_right(o, "avail->idx", &q->ring_avail_idx, "next to publish");
	print_left(o, "avail_idx", q->avail_idx, "last seen");
	print_right(o, "avail->flags", &q->ring_avail_flags,
		    avail_flags & VRING_AVAIL_F_NO_INTERRUPT ? "NO_INTERRUPT" : "");
	fprintf(o->file, "%*s| ", LEFT, "");
	print_right(o, "used_event", &q->ring_used_event, "");
	show_rule(o, LEFT, '+');
	print_left(o, "last_used_idx", q->last_used_idx, "next to return");
	print_right(o, "used->idx", &q->ring_used_idx, "");
	print_left(o, "signalled_used", q->signalled_used, !event_idx ? "not used" : q->flags & INSPECT_VALID ?
		   "valid" : "not valid");
	print_right(o, "used->flags", &q->ring_used_flags, used_flags & VRING_USED_F_NO_NOTIFY ? "NO_NOTIFY" : "");
	print_left(o, "used_flags", q->used_flags,
		   q->used_flags & VRING_USED_F_NO_NOTIFY ? "notifications off" : "notifications on");
	print_right(o, "avail_event", &q->ring_avail_event, "");
}

/* The indexes in the order in which a buffer passes them. */
static void print_picture(struct out *o, const struct inspect_queue *q, const struct forecast *p)
{
	const int32_t num = (int32_t)q->num;

	if (p->waiting < 0 || p->waiting > num || p->taken < 0 || p->taken > num)
		return;
	fprintf(o->file, "  used %u <- %d in work -> last_avail %u <- %d wait -> avail %u\n", q->last_used_idx,
		p->taken, q->last_avail_idx, p->waiting, q->ring_avail_idx.value);
}

static void print_word(struct out *o, const char *name, const struct inspect_word *w)
{
	fprintf(o->file, ", %s ", name);
	if (w->state == INSPECT_OK)
		fprintf(o->file, "%u", w->value);
	else
		fprintf(o->file, "- (%s)", forecast_unread(w));
}

/* What each side has asked for, and how often they have notified each other. */
static void print_brief(struct out *o, const struct inspect_queue *q)
{
	fprintf(o->file, "  signalled_used %u", q->signalled_used);
	print_word(o, "used_event", &q->ring_used_event);
	print_word(o, "avail_event", &q->ring_avail_event);
	if (q->kick.id >= 0)
		fprintf(o->file, ", kicks %llu", q->kick.count);
	fputc('\n', o->file);
}

static void print_queue(struct out *o, const struct show_device *s, const struct inspect_queue *q,
			enum show_detail detail)
{
	struct forecast p;

	forecast_of(q, show_role(s->device, q), &p);
	print_queue_title(o, s->device, q);
	if (detail == SHOW_BRIEF) {
		print_brief(o, q);
		print_picture(o, q, &p);
		return;
	}
	if (detail == SHOW_ALL) {
		print_addresses(o, q);
		print_eventfds(o, s, q);
		show_paths_text(o, s, q);
		show_ring_text(o, s, q);
	}
	print_table(o, q);
	show_rule(o, LEFT, '-');
	print_picture(o, q, &p);
	for (unsigned int i = 0; i < p.count; i++) {
		fputs("  - ", o->file);
		out_wrapped(o, 4, p.lines[i]);
	}
}

void show_text(struct out *o, const struct show_device *s, enum show_detail detail)
{
	print_title(o, s);
	if (detail == SHOW_ALL)
		print_device(o, s);
	for (size_t i = 0; i < s->device->queue_count; i++)
		print_queue(o, s, &s->device->queues[i], detail);
}
