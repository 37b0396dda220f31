/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_LOOKS_H
#define DIAGNOSIS_LOOKS_H

#include <linux/virtio_ring.h>

#include "diagnosis.h"

/**
 * DOC: two looks at a queue, and the words of a finding
 *
 * Shared by the files that judge a queue: diagnosis.c, and diagnosis-device.c and diagnosis-driver.c, which it calls.
 */

/**
 * struct looks - two looks at a queue
 * @device: its device, in the second look
 * @first: the queue in the first look
 * @second: the queue in the second look
 * @seconds: time between the looks
 * @keeps: see inspect_keeps_buffers()
 */
struct looks {
	const struct inspect_device *device;
	const struct inspect_queue *first, *second;
	double seconds;
	bool keeps;
};

/**
 * diagnosis_found() - begin a finding, without evidence and remedy
 * @f: filled in
 * @kind: what was found
 * @side: whose fault it is
 * @level: how certain it is
 *
 * Return: DIAGNOSIS_FOUND.
 */
enum diagnosis_result diagnosis_found(struct diagnosis *f, enum diagnosis_kind kind, enum diagnosis_side side,
				      enum diagnosis_level level);

/**
 * diagnosis_evidence() - set the evidence of a finding: one sentence without its full stop
 * @f: the finding
 * @fmt: the sentence; cut to the size of the member
 */
void diagnosis_evidence(struct diagnosis *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * diagnosis_evidence_add() - add to the evidence of a finding
 * @f: the finding
 * @fmt: what comes behind it; cut to the size of the member
 */
void diagnosis_evidence_add(struct diagnosis *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * diagnosis_remedy() - set the remedy of a finding
 * @f: the finding
 * @fmt: what to do, without a full stop; cut to the size of the member
 */
void diagnosis_remedy(struct diagnosis *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * diagnosis_wake() - set the remedy to the command that wakes the sleeping side
 * @f: the finding
 * @l: the queue
 * @command: "kick" or "call"
 *
 * There is no remedy if no process has the device open: the command could name none.
 */
void diagnosis_wake(struct diagnosis *f, const struct looks *l, const char *command);

/**
 * looks_read_well() - could all words of the ring be read?
 * @q: the queue
 */
bool looks_read_well(const struct inspect_queue *q);

/**
 * looks_same_queue() - is a queue set up in the same way in both looks?
 * @a: the first look
 * @b: the second
 *
 * Return: false also if the queue moved during one of the looks.
 */
bool looks_same_queue(const struct inspect_queue *a, const struct inspect_queue *b);

/**
 * looks_still() - did the device do nothing with a queue between the looks?
 * @a: the first look
 * @b: the second
 */
bool looks_still(const struct inspect_queue *a, const struct inspect_queue *b);

/**
 * looks_given_work() - does the worker's list have work for this queue?
 * @q: the queue
 */
bool looks_given_work(const struct inspect_queue *q);

/**
 * looks_asleep() - does the worker sleep, without work for this queue?
 * @q: the queue
 */
bool looks_asleep(const struct inspect_queue *q);

/**
 * looks_stopped() - are notifications off, and can the backend not wake the device?
 * @q: the queue
 *
 * Only a kick can wake such a device, and the driver has no reason for one.
 */
bool looks_stopped(const struct inspect_queue *q);

/**
 * looks_waiting() - has the driver published buffers that the device has not taken?
 * @q: the queue
 */
bool looks_waiting(const struct inspect_queue *q);

/**
 * looks_waiting_text() - "1 buffer waits", "12 buffers wait"
 * @q: the queue
 * @buf: where to write
 *
 * Return: @buf.
 */
const char *looks_waiting_text(const struct inspect_queue *q, char buf[32]);

/**
 * looks_published() - has the driver published buffers since the device last read avail->idx?
 * @q: the queue
 */
static inline bool looks_published(const struct inspect_queue *q)
{
	return q->ring_avail_idx.value != q->avail_idx;
}

/**
 * looks_wants_kicks() - does the device want kicks?
 * @q: the queue
 */
static inline bool looks_wants_kicks(const struct inspect_queue *q)
{
	return !(q->used_flags & VRING_USED_F_NO_NOTIFY);
}

/**
 * looks_begun() - has the device called before, or used a buffer?
 * @q: the queue
 *
 * If so, its indexes do not come from VHOST_SET_VRING_BASE alone.
 */
static inline bool looks_begun(const struct inspect_queue *q)
{
	return q->flags & INSPECT_EVENT_IDX && q->call.id >= 0 ? q->flags & INSPECT_VALID : q->last_used_idx;
}

/**
 * looks_distance() - entries from one index to another, modulo 65536
 * @from: the first index
 * @to: the second
 */
static inline uint16_t looks_distance(uint16_t from, uint16_t to)
{
	return (uint16_t)(to - from);
}

#endif
