/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTIO_SCENE_H
#define VIRTIO_SCENE_H

#include <stdio.h>
#include <string.h>

#include <linux/virtio_ring.h>

#include "inspect/virtio-state.h"

/**
 * DOC: looks at a driver's queue in a given state, for tests
 */

#define NET 1
#define BLK 2
#define CONSOLE 3
#define UNKNOWN_KIND 99

#define NUM 8
#define WRAP 0x8000u

enum layout { SPLIT, FLAGS, PACKED, LAYOUTS };

static const char *const layout_names[] = { "split", "split without EVENT_IDX", "packed" };

/* Two looks at a device with one queue; @base is the queue's index at rest. */
struct scene {
	struct virtqueue_record q[2];
	struct virtio_device_info d[2];
	enum layout layout;
	uint16_t base;
};

/* Of a packed ring: an index as offset and wrap counter. */
static inline uint16_t off_wrap(unsigned int index)
{
	return (uint16_t)(index % NUM | (index / NUM % 2 ? 0 : WRAP));
}

static inline void set_word(struct scene *s, int word, unsigned int value)
{
	s->q[0].words[word] = s->q[1].words[word] = (uint16_t)value;
}

/* The driver's index. */
static inline void set_avail(struct virtqueue_record *q, enum layout layout, unsigned int index)
{
	q->flags &= ~(uint32_t)VIRTQUEUE_AVAIL_WRAP;
	if (layout == PACKED) {
		q->avail = (uint16_t)(index % NUM);
		q->flags |= off_wrap(index) & WRAP ? VIRTQUEUE_AVAIL_WRAP : 0;
	} else {
		q->avail = q->words[SPLIT_AVAIL_IDX] = (uint16_t)index;
	}
}

/* Mark the next descriptor of a packed ring as the device's or the driver's. */
static inline void mark_next(struct virtqueue_record *q, bool returned)
{
	const bool wrap = q->last_used & WRAP;

	q->words[PACKED_NEXT_FLAGS] = (uint16_t)((wrap ? 1 << 7 : 0) | (wrap == returned ? 1 << 15 : 0));
}

/* Each side waits for the other, at the same index. */
static inline void at_rest(struct virtqueue_record *q, enum layout layout, uint16_t base)
{
	*q = (struct virtqueue_record){
		.address = 0x1000, .ring = 0x2000, .num = NUM, .num_free = NUM, .flags = VIRTQUEUE_CALLBACK,
		.name = "req.0",
	};
	if (layout == PACKED) {
		q->flags |= VIRTQUEUE_PACKED;
		q->last_used = off_wrap(base);
		q->wants = q->words[PACKED_DRIVER_FLAGS] = q->words[PACKED_DEVICE_FLAGS] = VRING_PACKED_EVENT_FLAG_DESC;
		q->words[PACKED_DRIVER_EVENT] = q->words[PACKED_DEVICE_EVENT] = off_wrap(base);
		mark_next(q, false);
	} else {
		q->flags |= layout == SPLIT ? VIRTQUEUE_EVENT_IDX : 0;
		q->last_used = q->words[SPLIT_USED_IDX] = base;
		q->words[SPLIT_USED_EVENT] = q->words[SPLIT_AVAIL_EVENT] = layout == SPLIT ? base : 0;
	}
	set_avail(q, layout, base);
}

static inline void healthy(struct scene *s, enum layout layout, uint16_t base)
{
	memset(s, 0, sizeof(*s));
	s->layout = layout;
	s->base = base;
	for (int i = 0; i < 2; i++) {
		at_rest(&s->q[i], layout, base);
		s->d[i] = (struct virtio_device_info){
			.name = "virtio0", .id = BLK, .driver = "virtio_blk",
			.time = (uint64_t)(i + 1) * UINT64_C(1000000000), .queues = &s->q[i], .queue_count = 1,
		};
	}
}

static inline void of_kind(struct scene *s, uint32_t id, const char *queue)
{
	for (int i = 0; i < 2; i++) {
		s->d[i].id = id;
		snprintf(s->q[i].name, sizeof(s->q[i].name), "%s", queue);
	}
}

/* The driver publishes three buffers, and the device has not moved. */
static inline void publish(struct scene *s)
{
	for (int i = 0; i < 2; i++) {
		set_avail(&s->q[i], s->layout, s->base + 3u);
		s->q[i].num_free = NUM - 3;
	}
}

/* The device takes all and asks for the next. */
static inline void take(struct scene *s)
{
	publish(s);
	set_word(s, s->layout == PACKED ? PACKED_DEVICE_EVENT : SPLIT_AVAIL_EVENT,
		 s->layout == PACKED ? off_wrap(s->base + 3u) : s->layout == SPLIT ? s->base + 3u : 0);
}

/* The device returns two of three buffers, and the driver takes none back. */
static inline void give_back(struct scene *s)
{
	take(s);
	if (s->layout != PACKED)
		set_word(s, SPLIT_USED_IDX, s->base + 2u);
	for (int i = 0; s->layout == PACKED && i < 2; i++)
		mark_next(&s->q[i], true);
}

static inline void no_kicks(struct scene *s)
{
	take(s);
	if (s->layout == PACKED)
		set_word(s, PACKED_DEVICE_FLAGS, VRING_PACKED_EVENT_FLAG_DISABLE);
	else if (s->layout == FLAGS)
		set_word(s, SPLIT_USED_FLAGS, VRING_USED_F_NO_NOTIFY);
	else
		set_word(s, SPLIT_AVAIL_EVENT, s->base - 1u);
}

static inline void broken(struct scene *s)
{
	s->q[0].flags |= VIRTQUEUE_BROKEN;
	s->q[1].flags |= VIRTQUEUE_BROKEN;
}

static inline void irq_disabled(struct scene *s)
{
	give_back(s);
	s->q[1].flags |= VIRTQUEUE_IRQ_DISABLED;
	s->q[1].irq = 27;
}

/* Without MSI-X, where the kernel polls the line. */
static inline void irq_shared_and_disabled(struct scene *s)
{
	irq_disabled(s);
	s->q[1].flags |= VIRTQUEUE_IRQ_OF_DEVICE | VIRTQUEUE_IRQ_SHARED;
}

static inline void unread(struct scene *s)
{
	publish(s);
	s->q[1].flags |= VIRTQUEUE_UNREAD;
}

#endif
