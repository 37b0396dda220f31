/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_LOOKS_H
#define DIAGNOSIS_LOOKS_H

#include <linux/virtio_ring.h>

#include "diagnosis.h"

/* What diagnosis.c and diagnosis-driver.c, its half about drivers, have in common. */

/**
 * struct looks - two looks at a queue
 * @device: its device, in the second
 * @first: the first look
 * @second: the second
 * @seconds: between them
 * @rx: it receives, as the driver sees it
 */
struct looks {
	const struct inspect_device *device;
	const struct inspect_queue *first, *second;
	double seconds;
	bool rx;
};

/* Begin a finding. Return: DIAGNOSIS_FOUND. */
enum diagnosis_result diagnosis_found(struct diagnosis *f, enum diagnosis_kind kind, enum diagnosis_side side,
				      enum diagnosis_level level);

void diagnosis_evidence(struct diagnosis *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void diagnosis_remedy(struct diagnosis *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The remedy is the command that wakes the side that sleeps. */
void diagnosis_wake(struct diagnosis *f, const struct looks *l, const char *command);

/* What keeps the driver from going on, if the device has nothing to do. */
enum diagnosis_result diagnosis_of_driver(const struct looks *l, struct diagnosis *f);

/* The driver has published since the device looked for the last time. */
static inline bool looks_published(const struct inspect_queue *q)
{
	return q->ring_avail_idx.value != q->avail_idx;
}

/* The device wants kicks. */
static inline bool looks_wants_kicks(const struct inspect_queue *q)
{
	return !(q->used_flags & VRING_USED_F_NO_NOTIFY);
}

/* The device has called before, or used a buffer: its indexes have come to be in use, not by VHOST_SET_VRING_BASE alone. */
static inline bool looks_begun(const struct inspect_queue *q)
{
	return q->flags & INSPECT_EVENT_IDX && q->call.id >= 0 ? q->flags & INSPECT_VALID : q->last_used_idx;
}

static inline uint16_t looks_distance(uint16_t from, uint16_t to)
{
	return (uint16_t)(to - from);
}

#endif
