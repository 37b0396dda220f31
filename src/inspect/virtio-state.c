// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-state.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <linux/virtio_ring.h>

#include "base/format.h"

/* A packed position has the wrap counter in this bit. */
#define WRAP (1u << VRING_PACKED_EVENT_F_WRAP_CTR)

/* The marks of a packed descriptor. */
#define MARK_AVAIL (1u << VRING_PACKED_DESC_F_AVAIL)
#define MARK_USED (1u << VRING_PACKED_DESC_F_USED)

/* Entries in one round of the indexes. */
static uint32_t round_of(const struct virtqueue_record *q)
{
	return q->flags & VIRTQUEUE_PACKED ? 2 * q->num : 65536;
}

/* A packed position as an index: the wrap counter is 1 in the first lap. */
static uint32_t position(const struct virtqueue_record *q, uint16_t offset, bool wrap)
{
	return offset + (wrap ? 0 : q->num);
}

static uint32_t packed_index(const struct virtqueue_record *q, uint16_t off_wrap)
{
	return position(q, off_wrap & VIRTIO_OFFSET, off_wrap & WRAP);
}

static uint32_t distance(const struct virtqueue_record *q, uint32_t from, uint32_t to)
{
	const uint32_t round = round_of(q);

	return round ? (to + round - from) % round : 0;
}

/* @returned: the index up to which the device has returned buffers, as far as known. */
static enum virtio_passed passed(const struct virtqueue_record *q, uint32_t returned, uint32_t avail, uint32_t event)
{
	const uint32_t behind = distance(q, event, avail);

	if (distance(q, returned, event) < distance(q, returned, avail))
		return VIRTIO_PASSED;
	/* An event ahead may be as far as the ring is large. */
	return behind && round_of(q) - behind > q->num ? VIRTIO_PASSED_LONG_AGO : VIRTIO_NOT_PASSED;
}

static void split_state(const struct virtqueue_record *q, struct virtio_state *s)
{
	const uint16_t used = q->words[SPLIT_USED_IDX], event = q->words[SPLIT_USED_EVENT];

	s->with_device = (uint16_t)(q->avail - used);
	s->returned = (uint16_t)(used - q->last_used);
	if (q->flags & VIRTQUEUE_EVENT_IDX) {
		s->kick = VIRTIO_ASKS_AT;
		s->kick_at = q->words[SPLIT_AVAIL_EVENT];
		s->passed = passed(q, used, q->avail, s->kick_at);
	} else {
		s->kick = q->words[SPLIT_USED_FLAGS] & VRING_USED_F_NO_NOTIFY ? VIRTIO_ASKS_NEVER :
			  VIRTIO_ASKS_ALWAYS;
	}
	/* A driver that wants none sets used_event to something that is far away, if it writes it at all. */
	if (q->wants & VRING_AVAIL_F_NO_INTERRUPT) {
		s->interrupt = VIRTIO_ASKS_NEVER;
		return;
	}
	s->interrupt = q->flags & VIRTQUEUE_EVENT_IDX ? VIRTIO_ASKS_AT : VIRTIO_ASKS_ALWAYS;
	s->interrupt_at = event;
	s->interrupt_due = s->returned && (s->interrupt == VIRTIO_ASKS_ALWAYS ||
			   distance(q, q->last_used, event) < distance(q, q->last_used, used));
}

static bool next_returned(const struct virtqueue_record *q)
{
	const uint16_t flags = q->words[PACKED_NEXT_FLAGS];
	const bool avail = flags & MARK_AVAIL, used = flags & MARK_USED, wrap = q->last_used & WRAP;

	return avail == used && used == wrap;
}

static enum virtio_asks packed_asks(uint16_t flags)
{
	return flags == VRING_PACKED_EVENT_FLAG_DESC ? VIRTIO_ASKS_AT :
	       flags == VRING_PACKED_EVENT_FLAG_DISABLE ? VIRTIO_ASKS_NEVER : VIRTIO_ASKS_ALWAYS;
}

static void packed_state(const struct virtqueue_record *q, struct virtio_state *s)
{
	const uint32_t last_used = packed_index(q, q->last_used);
	const uint16_t device_event = q->words[PACKED_DEVICE_EVENT], driver_event = q->words[PACKED_DRIVER_EVENT];

	s->returned = next_returned(q) ? VIRTIO_UNKNOWN : 0;
	s->with_device = s->returned ? VIRTIO_UNKNOWN : (int32_t)(q->num - q->num_free);
	s->kick = packed_asks(q->words[PACKED_DEVICE_FLAGS]);
	s->kick_at = device_event & VIRTIO_OFFSET;
	if (s->kick == VIRTIO_ASKS_AT)
		s->passed = passed(q, last_used, position(q, q->avail, q->flags & VIRTQUEUE_AVAIL_WRAP),
				   packed_index(q, device_event));
	s->interrupt = packed_asks(q->wants);
	s->interrupt_at = driver_event & VIRTIO_OFFSET;
	/* With an event further on we do not know whether it has been reached. */
	s->interrupt_due = s->returned && (s->interrupt == VIRTIO_ASKS_ALWAYS ||
			   (s->interrupt == VIRTIO_ASKS_AT && packed_index(q, driver_event) == last_used));
}

void virtio_state_of(const struct virtqueue_record *q, struct virtio_state *s)
{
	*s = (struct virtio_state){ .with_device = VIRTIO_UNKNOWN, .returned = VIRTIO_UNKNOWN };
	if (q->flags & VIRTQUEUE_UNREAD)
		return;
	if (q->flags & VIRTQUEUE_PACKED)
		packed_state(q, s);
	else
		split_state(q, s);
}

static void buffers_text(const struct virtqueue_record *q, const struct virtio_state *s, char line[VIRTIO_LINE])
{
	const char *unit = q->flags & VIRTQUEUE_PACKED ? "descriptor" : "buffer";

	if (s->returned < 0)
		snprintf(line, VIRTIO_LINE, "the device has returned buffers that the driver has not taken back");
	else if (s->returned)
		snprintf(line, VIRTIO_LINE, "the device has %" PRId32 " %s%s; the driver has not taken back %" PRId32
			 " that it returned", s->with_device, unit, plural((uint64_t)s->with_device), s->returned);
	else
		snprintf(line, VIRTIO_LINE, "the device has %" PRId32 " %s%s", s->with_device, unit,
			 plural((uint64_t)s->with_device));
}

/* An event of a packed ring is a position there; that of a split one is compared with an index, as show has it. */
static void kick_at_text(const struct virtqueue_record *q, const struct virtio_state *s, char line[VIRTIO_LINE])
{
	const bool packed = q->flags & VIRTQUEUE_PACKED, next = s->kick_at == q->avail;

	if (!packed && s->passed != VIRTIO_NOT_PASSED)
		snprintf(line, VIRTIO_LINE, "avail_event, %u, is passed: the driver sends no kick", s->kick_at);
	else if (!packed)
		snprintf(line, VIRTIO_LINE, "the driver kicks %swhen avail reaches %u",
			 next ? "with the next buffer, " : "", (uint16_t)(s->kick_at + 1));
	else if (s->passed != VIRTIO_NOT_PASSED)
		snprintf(line, VIRTIO_LINE, "the driver sends no kick: it is past entry %u, for which the device asked "
			 "last", s->kick_at);
	else if (next)
		snprintf(line, VIRTIO_LINE, "the driver kicks with the next buffer: the device asks for entry %u",
			 s->kick_at);
	else
		snprintf(line, VIRTIO_LINE, "the driver kicks with entry %u, and is at %u", s->kick_at, q->avail);
}

static void kick_text(const struct virtqueue_record *q, const struct virtio_state *s, char line[VIRTIO_LINE])
{
	if (s->kick == VIRTIO_ASKS_NEVER)
		snprintf(line, VIRTIO_LINE, "the driver sends no kick: the device wants none");
	else if (s->kick == VIRTIO_ASKS_ALWAYS)
		snprintf(line, VIRTIO_LINE, "the driver kicks with the next buffers");
	else
		kick_at_text(q, s, line);
}

static void interrupt_text(const struct virtqueue_record *q, const struct virtio_state *s, char line[VIRTIO_LINE])
{
	if (!(q->flags & VIRTQUEUE_CALLBACK))
		snprintf(line, VIRTIO_LINE, "the driver looks for returned buffers itself: it has no use for "
			 "interrupts of this queue");
	else if (s->interrupt == VIRTIO_ASKS_NEVER)
		snprintf(line, VIRTIO_LINE, "the driver wants no interrupt now");
	else if (q->flags & VIRTQUEUE_IRQ_DISABLED && q->flags & VIRTQUEUE_IRQ_SHARED)
		snprintf(line, VIRTIO_LINE, "the kernel polls ten times a second: it has disabled line %" PRIu32
			 ", since nobody handled its interrupts", q->irq);
	else if (q->flags & VIRTQUEUE_IRQ_DISABLED)
		snprintf(line, VIRTIO_LINE, "no interrupt comes: the kernel has disabled line %" PRIu32
			 ", since nobody handled its interrupts", q->irq);
	else if (s->interrupt_due)
		snprintf(line, VIRTIO_LINE, "an interrupt is due: the driver asked for one");
	else if (s->interrupt == VIRTIO_ASKS_ALWAYS)
		snprintf(line, VIRTIO_LINE, "the device interrupts when it returns a buffer");
	else if (q->flags & VIRTQUEUE_PACKED)
		snprintf(line, VIRTIO_LINE, "the device interrupts when it returns entry %u", s->interrupt_at);
	else
		snprintf(line, VIRTIO_LINE, "the device interrupts when used reaches %u",
			 (uint16_t)(s->interrupt_at + 1));
}

int virtio_state_text(const struct virtqueue_record *q, char lines[VIRTIO_LINES][VIRTIO_LINE])
{
	struct virtio_state s;

	virtio_state_of(q, &s);
	if (q->flags & VIRTQUEUE_UNREAD) {
		snprintf(lines[0], VIRTIO_LINE, "its ring cannot be read");
		return 1;
	}
	if (q->flags & VIRTQUEUE_BROKEN) {
		snprintf(lines[0], VIRTIO_LINE, "the driver does not use it any more: it is broken");
		return 1;
	}
	buffers_text(q, &s, lines[0]);
	kick_text(q, &s, lines[1]);
	interrupt_text(q, &s, lines[2]);
	return VIRTIO_LINES;
}
