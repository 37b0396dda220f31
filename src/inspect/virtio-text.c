// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-report.h"

#include <inttypes.h>
#include <stdlib.h>

#include <linux/virtio_ring.h>

#include "base/array.h"
#include "show-lines.h"
#include "virtio-state.h"
#include "virtio/device-kinds.h"
#include "virtio/feature-list.h"
#include "virtio/kind-features.h"

/* Width of the driver's half of the table. */
#define LEFT 44

static void print_features(struct out *o, const struct virtio_device_info *d)
{
	const uint64_t words[2] = { d->features };
	const struct feature_list list = {
		.table = net_features, .words = words, .count = 2, .own = kind_features(d->id),
	};
	char *text = features_text(&list);

	show_line(o, "features", "%s", text ? text : "-");
	free(text);
}

static void print_device(struct out *o, const struct virtio_device_info *d)
{
	const char *kind = device_kind_name(d->id);
	char number[32];

	snprintf(number, sizeof(number), " (id %" PRIu32 ")", d->id);
	show_title(o, d->name, "a virtio%s%s device%s%s", kind ? "-" : number, kind ? kind : "", *d->label ? ", " : "",
		   d->label);
	show_line(o, "driver", "%s", *d->driver ? d->driver : "none");
	show_line(o, "address", "%s", *d->address ? d->address : "-");
	if (d->down)
		show_line(o, "state", "the interface is down");
	if (d->elsewhere)
		show_line(o, "state", "the interface is in another network namespace, up or down");
	if (!d->queue_count)
		show_line(o, "queues", "none");
	else
		print_features(o, d);
}

/* The driver's half of a row of the table; an empty name leaves it free. */
static void print_left(struct out *o, const char *name, uint32_t value, const char *note)
{
	if (*name)
		fprintf(o->file, "  %-19s %5u %-*s| ", name, value, LEFT - 28, note);
	else
		fprintf(o->file, "%*s| ", LEFT, "");
}

static void print_right(struct out *o, const struct virtqueue_record *q, const char *name, int word, const char *note)
{
	if (q->flags & VIRTQUEUE_UNREAD)
		fprintf(o->file, "%-13s not readable\n", name);
	else
		fprintf(o->file, "%-13s %5u%s%s\n", name, q->words[word], *note ? " " : "", note);
}

/* Both sides, the avail ring above the used ring. */
static void print_split(struct out *o, const struct virtqueue_record *q)
{
	const bool event_idx = q->flags & VIRTQUEUE_EVENT_IDX;

	print_left(o, "avail_idx_shadow", q->avail, "next to publish");
	print_right(o, q, "avail->idx", SPLIT_AVAIL_IDX, "");
	print_left(o, "num_added", q->num_added, "not decided on");
	print_right(o, q, "avail->flags", SPLIT_AVAIL_FLAGS,
		    q->words[SPLIT_AVAIL_FLAGS] & VRING_AVAIL_F_NO_INTERRUPT ? "NO_INTERRUPT" : "");
	print_left(o, "avail_flags_shadow", q->wants,
		   q->wants & VRING_AVAIL_F_NO_INTERRUPT ? "interrupts off" : "interrupts on");
	if (event_idx)
		print_right(o, q, "used_event", SPLIT_USED_EVENT, "");
	else
		fprintf(o->file, "%-13s %5s\n", "used_event", "-");
	show_rule(o, LEFT, '+');
	print_left(o, "last_used_idx", q->last_used, "next to take");
	print_right(o, q, "used->idx", SPLIT_USED_IDX, "");
	print_left(o, "num_free", q->num_free, "");
	print_right(o, q, "used->flags", SPLIT_USED_FLAGS,
		    q->words[SPLIT_USED_FLAGS] & VRING_USED_F_NO_NOTIFY ? "NO_NOTIFY" : "");
	print_left(o, "", 0, "");
	if (event_idx)
		print_right(o, q, "avail_event", SPLIT_AVAIL_EVENT, "");
	else
		fprintf(o->file, "%-13s %5s\n", "avail_event", "-");
}

static const char *flags_name(uint16_t flags)
{
	static const char *const names[] = {
		[VRING_PACKED_EVENT_FLAG_ENABLE] = "ENABLE", [VRING_PACKED_EVENT_FLAG_DISABLE] = "DISABLE",
		[VRING_PACKED_EVENT_FLAG_DESC] = "DESC",
	};

	return flags < ARRAY_SIZE(names) ? names[flags] : "";
}

static void print_position(struct out *o, const struct virtqueue_record *q, const char *name, int word)
{
	const uint16_t off_wrap = q->words[word];

	if (q->flags & VIRTQUEUE_UNREAD)
		fprintf(o->file, "%-13s not readable\n", name);
	else
		fprintf(o->file, "%-13s %5u wrap %d\n", name, off_wrap & VIRTIO_OFFSET, off_wrap > VIRTIO_OFFSET);
}

static void print_packed(struct out *o, const struct virtqueue_record *q)
{
	char wrap[16], used_wrap[16];

	snprintf(wrap, sizeof(wrap), "wrap %d", !!(q->flags & VIRTQUEUE_AVAIL_WRAP));
	snprintf(used_wrap, sizeof(used_wrap), "wrap %d", q->last_used > VIRTIO_OFFSET);
	print_left(o, "next_avail_idx", q->avail, wrap);
	print_right(o, q, "driver->flags", PACKED_DRIVER_FLAGS, flags_name(q->words[PACKED_DRIVER_FLAGS]));
	print_left(o, "num_added", q->num_added, "not decided on");
	print_position(o, q, "driver->off", PACKED_DRIVER_EVENT);
	print_left(o, "event_flags_shadow", q->wants, flags_name(q->wants));
	print_right(o, q, "device->flags", PACKED_DEVICE_FLAGS, flags_name(q->words[PACKED_DEVICE_FLAGS]));
	print_left(o, "last_used_idx", q->last_used & VIRTIO_OFFSET, used_wrap);
	print_position(o, q, "device->off", PACKED_DEVICE_EVENT);
	print_left(o, "num_free", q->num_free, "");
	print_right(o, q, "desc->flags", PACKED_NEXT_FLAGS, "at last_used");
}

static void print_irq(struct out *o, const struct virtqueue_record *q)
{
	if (!q->irq)
		show_line(o, "  irq", "not known");
	else
		show_line(o, "  irq", "%" PRIu32 "%s%s", q->irq, q->flags & VIRTQUEUE_IRQ_SHARED ?
			  ", of all queues; other devices may share it" :
			  q->flags & VIRTQUEUE_IRQ_OF_DEVICE ? ", of all queues" : "",
			  q->flags & VIRTQUEUE_IRQ_DISABLED ? ", disabled" : "");
}

static void print_queue(struct out *o, const struct virtqueue_record *q)
{
	const bool packed = q->flags & VIRTQUEUE_PACKED;
	char lines[VIRTIO_LINES][VIRTIO_LINE];
	const int count = virtio_state_text(q, lines);

	fputc('\n', o->file);
	show_title(o, q->name, "queue %" PRIu32 ", size %" PRIu32 ", %s ring%s at 0x%llx%s%s", q->index, q->num,
		   packed ? "packed" : "split", q->flags & VIRTQUEUE_IN_ORDER ? " in order" : "", q->ring,
		   q->flags & VIRTQUEUE_BROKEN ? ", broken" : "", q->flags & VIRTQUEUE_MOVED ? ", moving" : "");
	if (q->flags & VIRTQUEUE_CALLBACK)
		print_irq(o, q);
	show_heads(o, LEFT, "DRIVER (this kernel)");
	if (packed)
		print_packed(o, q);
	else
		print_split(o, q);
	show_rule(o, LEFT, '-');
	for (int i = 0; i < count; i++) {
		fputs("  - ", o->file);
		out_wrapped(o, 4, lines[i]);
	}
}

void virtio_text(struct out *o, const struct virtio_device_info *d)
{
	print_device(o, d);
	for (size_t i = 0; i < d->queue_count; i++)
		print_queue(o, &d->queues[i]);
}
