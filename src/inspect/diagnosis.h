/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "inspect.h"

/**
 * DOC: which queue waits for something that nobody will do
 *
 * Theory of operation. Two looks at a device, some time apart. A queue is judged only if it stood still between them
 * and its worker slept, with nothing given to it, in both. What it waits for then follows from where vhost-net's
 * handle_tx() and handle_rx() can end (drivers/vhost/net.c, the same from 6.1 to 7.3):
 *
 *   notifications on				it waits for a kick: it found no buffer, or too few for a packet (rx)
 *   notifications off, backend polled		it waits for the backend: rx for packets, tx for room
 *   notifications on, backend polled		the same: rx that never ran or polls busily, tx at a tap that was
 *						down from the start
 *   notifications off, backend not polled	it stopped at an error, or waits for an IOTLB's translation
 *
 * With EVENT_IDX a device that waits for a kick has written its avail_idx to avail_event, and looked once more. What
 * the driver publishes from then on passes avail_event, and needs a kick.
 *
 * Why two looks are enough, though the words of a look are not of one moment: between publishing and kicking, or using
 * and calling, are microseconds. For both looks to hit upon such a moment of a healthy queue, with all indexes the same
 * in both, there has to be a round of 65,536 in between; and of kicks even that shows, since vhost never reads the kick
 * eventfd: its counter would have grown.
 *
 * What a driver has taken back from the used ring it alone knows. That it does not come when it should is certain only
 * where it left traces: a call that was not read, or a device that has a packet and no buffers.
 */

enum diagnosis_kind {
	DIAGNOSIS_LOST_KICK,
	DIAGNOSIS_RING_OVERWRITTEN,
	DIAGNOSIS_NO_KICK_FD,
	DIAGNOSIS_KICK_UNHEARD,
	DIAGNOSIS_RING_ERROR,
	DIAGNOSIS_IOTLB_MISS,
	DIAGNOSIS_NO_ROOM,
	DIAGNOSIS_NOT_RETURNED,
	DIAGNOSIS_NO_BACKEND,
	DIAGNOSIS_LOST_CALL,
	DIAGNOSIS_NO_CALL_FD,
	DIAGNOSIS_CALL_UNREAD,
	DIAGNOSIS_CALL_IGNORED,
	DIAGNOSIS_CALLS_UNWANTED,
	DIAGNOSIS_NO_BUFFERS,
	DIAGNOSIS_WORKER_STUCK,
	DIAGNOSIS_OWNER_STOPPED,
	DIAGNOSIS_KINDS
};

/* Whose fault it is. */
enum diagnosis_side { SIDE_DRIVER, SIDE_DEVICE, SIDE_CONSUMER, SIDE_OWNER, SIDE_BACKEND };

/* Only what is stuck is certain. */
enum diagnosis_level { LEVEL_SUSPECT, LEVEL_STUCK };

/**
 * struct diagnosis - what was found
 * @kind: what
 * @side: at fault
 * @level: how certain
 * @evidence: one sentence
 * @remedy: what to do
 */
struct diagnosis {
	enum diagnosis_kind kind;
	enum diagnosis_side side;
	enum diagnosis_level level;
	char evidence[320];
	char remedy[160];
};

/**
 * struct diagnosis_more - what is known of a queue beyond the looks
 * @kick_held: the owner still has the kick eventfd open
 * @desc_fault: what is wrong with the descriptors, a sentence; NULL: nothing, or they were not read
 */
struct diagnosis_more {
	bool kick_held;
	const char *desc_fault;
};

enum diagnosis_result {
	DIAGNOSIS_NOTHING,	/* nothing is wrong, as far as can be seen */
	DIAGNOSIS_FOUND,
	DIAGNOSIS_UNKNOWN,	/* it could not be judged */
};

/**
 * diagnosis_kind_name() - "lost_kick" and so on
 * @kind: what was found
 */
const char *diagnosis_kind_name(enum diagnosis_kind kind);

/**
 * diagnosis_side_name() - "driver" and so on
 * @side: whose fault it is
 */
const char *diagnosis_side_name(enum diagnosis_side side);

/**
 * diagnose_device() - is its owner stopped, or its worker stuck?
 * @first: the first look
 * @second: the second
 * @f: filled in if so
 */
enum diagnosis_result diagnose_device(const struct inspect_device *first, const struct inspect_device *second,
				      struct diagnosis *f);

/**
 * diagnose_queue() - does it wait for something that nobody will do?
 * @first: the first look at its device
 * @second: the second
 * @number: the queue's
 * @more: what else is known
 * @f: filled in if so
 */
enum diagnosis_result diagnose_queue(const struct inspect_device *first, const struct inspect_device *second,
				     unsigned int number, const struct diagnosis_more *more, struct diagnosis *f);

/**
 * diagnose_wants_desc() - has a queue stopped in a way that its descriptors might explain?
 * @first: the first look at its device
 * @second: the second
 * @number: the queue's
 *
 * Only then diagnose_queue() looks at @desc_fault of struct diagnosis_more.
 */
bool diagnose_wants_desc(const struct inspect_device *first, const struct inspect_device *second, unsigned int number);

/**
 * diagnose_wants_held() - is it a queue without backend in which buffers wait?
 * @first: the first look at its device
 * @second: the second
 * @number: the queue's
 *
 * Only then diagnose_queue() looks at @kick_held of struct diagnosis_more.
 */
bool diagnose_wants_held(const struct inspect_device *first, const struct inspect_device *second, unsigned int number);

#endif
