// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-report.h"

#include <string.h>

#include "virtio-state.h"
#include "virtio/device-kinds.h"
#include "virtio/feature-list.h"
#include "virtio/kind-features.h"

/**
 * struct queue_row - a queue in the types that struct out_col needs; negative numbers are null
 */
struct queue_row {
	const char *queue, *layout, *kick, *interrupt;
	uint32_t number, num, num_free, num_added;
	bool in_order, event_idx, indirect, broken, callback, moved, kick_passed, interrupt_due;
	bool irq_shared, irq_disabled;
	int32_t next, last_used, wants, next_wrap, used_wrap;
	int32_t words[VIRTQUEUE_WORDS];
	int32_t driver_flags, driver_off, driver_wrap, device_flags, device_off, device_wrap, next_flags;
	int32_t with_device, returned, kick_at, interrupt_at, irq;
};

#define ROW(f) offsetof(struct queue_row, f)

static const struct out_col queue_cols[] = {
	{ "queue", NULL, OUT_STRING, ROW(queue) },
	{ "vq", NULL, OUT_U32, ROW(number) },
	{ "num", NULL, OUT_U32, ROW(num) },
	{ "layout", NULL, OUT_STRING, ROW(layout) },
	{ "in_order", NULL, OUT_BOOL, ROW(in_order) },
	{ "event_idx", NULL, OUT_BOOL, ROW(event_idx) },
	{ "indirect", NULL, OUT_BOOL, ROW(indirect) },
	{ "broken", NULL, OUT_BOOL, ROW(broken) },
	{ "callback", NULL, OUT_BOOL, ROW(callback) },
	{ "moved", NULL, OUT_BOOL, ROW(moved) },
	{ "num_free", NULL, OUT_U32, ROW(num_free) },
	{ "num_added", NULL, OUT_U32, ROW(num_added) },
	{ "next_avail_idx", NULL, OUT_INDEX, ROW(next) },
	{ "next_avail_wrap", NULL, OUT_INDEX, ROW(next_wrap) },
	{ "last_used_idx", NULL, OUT_INDEX, ROW(last_used) },
	{ "last_used_wrap", NULL, OUT_INDEX, ROW(used_wrap) },
	{ "flags_shadow", NULL, OUT_INDEX, ROW(wants) },
	{ "ring_avail_idx", NULL, OUT_INDEX, ROW(words[SPLIT_AVAIL_IDX]) },
	{ "ring_avail_flags", NULL, OUT_INDEX, ROW(words[SPLIT_AVAIL_FLAGS]) },
	{ "used_event", NULL, OUT_INDEX, ROW(words[SPLIT_USED_EVENT]) },
	{ "ring_used_idx", NULL, OUT_INDEX, ROW(words[SPLIT_USED_IDX]) },
	{ "ring_used_flags", NULL, OUT_INDEX, ROW(words[SPLIT_USED_FLAGS]) },
	{ "avail_event", NULL, OUT_INDEX, ROW(words[SPLIT_AVAIL_EVENT]) },
	{ "driver_flags", NULL, OUT_INDEX, ROW(driver_flags) },
	{ "driver_off", NULL, OUT_INDEX, ROW(driver_off) },
	{ "driver_wrap", NULL, OUT_INDEX, ROW(driver_wrap) },
	{ "device_flags", NULL, OUT_INDEX, ROW(device_flags) },
	{ "device_off", NULL, OUT_INDEX, ROW(device_off) },
	{ "device_wrap", NULL, OUT_INDEX, ROW(device_wrap) },
	{ "next_desc_flags", NULL, OUT_INDEX, ROW(next_flags) },
	{ "with_device", NULL, OUT_INDEX, ROW(with_device) },
	{ "returned", NULL, OUT_INDEX, ROW(returned) },
	{ "kick", NULL, OUT_STRING, ROW(kick) },
	{ "kick_at", NULL, OUT_INDEX, ROW(kick_at) },
	{ "kick_passed", NULL, OUT_BOOL, ROW(kick_passed) },
	{ "interrupt", NULL, OUT_STRING, ROW(interrupt) },
	{ "interrupt_at", NULL, OUT_INDEX, ROW(interrupt_at) },
	{ "interrupt_due", NULL, OUT_BOOL, ROW(interrupt_due) },
	{ "irq", NULL, OUT_INDEX, ROW(irq) },
	{ "irq_shared", NULL, OUT_BOOL, ROW(irq_shared) },
	{ "irq_disabled", NULL, OUT_BOOL, ROW(irq_disabled) },
	{ 0 },
};

static const char *asks_name(enum virtio_asks asks)
{
	static const char *const names[] = {
		[VIRTIO_ASKS_NEVER] = "never", [VIRTIO_ASKS_ALWAYS] = "always", [VIRTIO_ASKS_AT] = "at",
	};

	return names[asks];
}

static int32_t offset_of(uint16_t off_wrap)
{
	return off_wrap & VIRTIO_OFFSET;
}

static int32_t wrap_of(uint16_t off_wrap)
{
	return off_wrap > VIRTIO_OFFSET;
}

static void add_packed(struct queue_row *r, const struct virtqueue_record *q)
{
	r->next_wrap = !!(q->flags & VIRTQUEUE_AVAIL_WRAP);
	r->last_used = offset_of(q->last_used);
	r->used_wrap = wrap_of(q->last_used);
	if (q->flags & VIRTQUEUE_UNREAD)
		return;
	r->driver_flags = q->words[PACKED_DRIVER_FLAGS];
	r->driver_off = offset_of(q->words[PACKED_DRIVER_EVENT]);
	r->driver_wrap = wrap_of(q->words[PACKED_DRIVER_EVENT]);
	r->device_flags = q->words[PACKED_DEVICE_FLAGS];
	r->device_off = offset_of(q->words[PACKED_DEVICE_EVENT]);
	r->device_wrap = wrap_of(q->words[PACKED_DEVICE_EVENT]);
	r->next_flags = q->words[PACKED_NEXT_FLAGS];
}

static void add_split(struct queue_row *r, const struct virtqueue_record *q)
{
	r->last_used = q->last_used;
	for (int i = 0; !(q->flags & VIRTQUEUE_UNREAD) && i < VIRTQUEUE_WORDS; i++)
		r->words[i] = q->words[i];
	if (!(q->flags & VIRTQUEUE_EVENT_IDX))
		r->words[SPLIT_USED_EVENT] = r->words[SPLIT_AVAIL_EVENT] = -1;
}

static struct queue_row make_row(const struct virtqueue_record *q)
{
	const bool packed = q->flags & VIRTQUEUE_PACKED;
	struct queue_row r = {
		.queue = q->name, .layout = packed ? "packed" : "split", .number = q->index, .num = q->num,
		.num_free = q->num_free, .num_added = q->num_added, .in_order = q->flags & VIRTQUEUE_IN_ORDER,
		.event_idx = q->flags & VIRTQUEUE_EVENT_IDX, .indirect = q->flags & VIRTQUEUE_INDIRECT,
		.broken = q->flags & VIRTQUEUE_BROKEN, .callback = q->flags & VIRTQUEUE_CALLBACK,
		.moved = q->flags & VIRTQUEUE_MOVED, .next = q->avail, .wants = q->wants,
		.next_wrap = -1, .used_wrap = -1, .words = { -1, -1, -1, -1, -1, -1 }, .driver_flags = -1,
		.driver_off = -1, .driver_wrap = -1, .device_flags = -1, .device_off = -1, .device_wrap = -1,
		.next_flags = -1, .irq = q->irq ? (int32_t)q->irq : -1,
		.irq_shared = q->flags & VIRTQUEUE_IRQ_OF_DEVICE,
		.irq_disabled = q->flags & VIRTQUEUE_IRQ_DISABLED,
	};
	struct virtio_state s;

	virtio_state_of(q, &s);
	if (packed)
		add_packed(&r, q);
	else
		add_split(&r, q);
	r.with_device = s.with_device;
	r.returned = s.returned;
	r.kick = asks_name(s.kick);
	r.kick_at = s.kick == VIRTIO_ASKS_AT ? s.kick_at : -1;
	r.kick_passed = s.kick == VIRTIO_ASKS_AT && s.passed != VIRTIO_NOT_PASSED;
	r.interrupt = asks_name(s.interrupt);
	r.interrupt_at = s.interrupt == VIRTIO_ASKS_AT ? s.interrupt_at : -1;
	r.interrupt_due = s.interrupt_due;
	return r;
}

static struct json_object *queue_json(const struct virtqueue_record *q)
{
	char lines[VIRTIO_LINES][VIRTIO_LINE];
	const struct queue_row row = make_row(q);
	struct json_object *obj = out_object(NULL, queue_cols, &row), *prospect = json_object_new_array();
	const int count = virtio_state_text(q, lines);

	if (!q->irq) {
		json_object_object_add(obj, "irq_shared", NULL);
		json_object_object_add(obj, "irq_disabled", NULL);
	}
	json_object_object_add(obj, "ring", q->ring ? json_object_new_uint64(q->ring) : NULL);
	for (int i = 0; i < count; i++)
		json_object_array_add(prospect, json_object_new_string(lines[i]));
	json_object_object_add(obj, "prospect", prospect);
	return obj;
}

static struct json_object *string_json(const char *text)
{
	return text && *text ? json_object_new_string(text) : NULL;
}

static struct json_object *features(const struct virtio_device_info *d)
{
	const uint64_t words[2] = { d->features };
	const struct feature_list list = {
		.table = net_features, .words = words, .count = 2, .own = kind_features(d->id),
	};

	return d->queue_count ? features_json(&list) : NULL;
}

void virtio_json(struct out *o, const struct virtio_device_info *d)
{
	struct json_object *obj = json_object_new_object(), *queues = json_object_new_array();

	json_object_object_add(obj, "type", json_object_new_string("virtio_device"));
	json_object_object_add(obj, "device", json_object_new_string(d->name));
	json_object_object_add(obj, "id", json_object_new_int64(d->id));
	json_object_object_add(obj, "kind", string_json(device_kind_name(d->id)));
	json_object_object_add(obj, "driver", string_json(d->driver));
	json_object_object_add(obj, "label", string_json(d->label));
	json_object_object_add(obj, "address", string_json(d->address));
	json_object_object_add(obj, "state", json_object_new_string(virtio_device_state(d)));
	json_object_object_add(obj, "features", features(d));
	for (size_t i = 0; i < d->queue_count; i++)
		json_object_array_add(queues, queue_json(&d->queues[i]));
	json_object_object_add(obj, "queues", queues);
	out_json(o, obj);
}
