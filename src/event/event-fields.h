/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_FIELDS_H
#define EVENT_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"
#include "base/time-column.h"
#include "bpf/events.h"
#include "queue-name.h"

/**
 * DOC: the fields of an event, in types that columns can print
 */

/**
 * struct event_line - an event; fields that its type does not have are 0, NULL or -1
 * @e: the event
 * @shown: the time in text output
 * @time: when it ended, nanoseconds of CLOCK_BOOTTIME
 * @netns: inode number of the tap's network namespace; 0 if unknown
 * @shown_device: the device in text output
 * @what: first word in text output
 * @reason: second word in text output: the reason
 * @note: last column of text output; may point to @text
 * @event: the event index (used_event or avail_event) in the decision, with EVENT_IDX
 * @flags: the flags in the decision, without EVENT_IDX
 * @ring_text: the ring in text output, see event_line_widen()
 * @start: when it began, nanoseconds of CLOCK_BOOTTIME
 */
struct event_line {
	const struct event *e;
	struct shown_time shown;
	uint64_t time;
	uint32_t cpu, owner, ifindex, netns, worker_tid;
	int32_t tid, vq, old, new, event;
	const char *worker, *vm, *device, *netns_name, *shown_device, *queue, *what, *reason, *note;
	char text[192];
	/* the ring */
	int64_t ring_address, avail_pos, used_pos;
	uint32_t ring_size;
	int32_t ring_generation;
	const char *pos_from, *ring_text;
	char ring[48];
	/* call */
	uint64_t time_entry, time_signal;
	int32_t flags, word_before, word_after;
	const char *decision;
	bool moved, event_idx, valid;
	/* the others */
	uint64_t start, time_kick;
	uint32_t kicks, found, ioctl, length, buffers, number;
	int32_t error, avail_idx;
	const char *thread, *kick_source, *ioctl_name, *error_name;
	bool merged, unasked, early, spurious, again, interrupted;
	/* the driver's */
	uint32_t num_added, irq;
	bool packed, done, handled;
};

/**
 * event_line_fill() - fill in a line, except @shown
 * @l: the line; points into @q and @e
 * @q: the event's queue
 * @e: the event
 */
void event_line_fill(struct event_line *l, const struct queue_name *q, const struct event *e);

/**
 * event_line_widen() - fill in what only lines have that are wide: the name of the ring, and the index in a kick's note
 * @l: the line, filled in
 */
void event_line_widen(struct event_line *l);

/**
 * event_line_json() - an event as JSON
 * @l: its line
 *
 * Return: The object, owned by the caller, or NULL without memory.
 */
struct json_object *event_line_json(const struct event_line *l);

#endif
