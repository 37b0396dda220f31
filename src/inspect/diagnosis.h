/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "inspect.h"

/**
 * DOC: find stuck queues
 *
 * Theory of operation. A queue is stuck if it waits for something that nobody will do. We take two looks at a device,
 * some time apart. A queue is judged only if it did not move between them, and its worker slept in both, without work.
 * The state of the queue then tells where vhost-net's handle_tx() or handle_rx() ended, and so what it waits for
 * (drivers/vhost/net.c, the same from 6.1 to 7.3):
 *
 *   notifications on				it waits for a kick: it found no buffer, or too few for a packet (rx)
 *   notifications off, backend polled		it waits for the backend: rx for packets, tx for room
 *   notifications on, backend polled		the same: rx that never ran or polls busily, tx at a tap that was
 *						down from the start
 *   notifications off, backend not polled	it stopped at an error, or waits for an IOTLB's translation
 *
 * With EVENT_IDX a device that waits for a kick has written its avail_idx to avail_event, and read avail->idx once
 * more. The next buffer that the driver publishes passes avail_event, and needs a kick.
 *
 * A look does not read all words at the same moment. Two looks are enough nevertheless: the time between publish and
 * kick, or between use and call, is microseconds. Both looks could hit such a moment of a healthy queue. But all
 * indexes are the same in both, so 65,536 entries would have to pass in between. For kicks even that would show, in the
 * counter of the kick eventfd, which vhost never reads.
 *
 * The other kinds of devices end in the same states, but poll no backend: vhost-scsi passes requests on, and
 * vhost-vsock gets its packets from sockets of the host by calls. A queue whose buffers they keep for later, see
 * inspect_keeps_buffers(), needs no kick as long as it has one. vhost-vsock also leaves notifications of its transmit
 * queue off while as many replies wait for buffers as that queue has entries.
 *
 * Only the driver knows which used buffers it has taken back. A driver that does not react is certain only where it
 * leaves traces: a call that was not read, or a device that has a packet and no buffers.
 */

/* The findings; vhostctl-check(8) describes each one. */
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
	DIAGNOSIS_NEVER_STARTED,
	DIAGNOSIS_RELEASING,
	/* Between the tap and the ring; see diagnosis-link.h. */
	DIAGNOSIS_NOT_SERVED,
	DIAGNOSIS_NO_DEVICE,
	DIAGNOSIS_TOO_FEW_BUFFERS,
	DIAGNOSIS_SHORT_BUFFERS,
	DIAGNOSIS_HEADER_LENGTH,
	DIAGNOSIS_LINK_DOWN,
	DIAGNOSIS_LEADS_NOWHERE,
	DIAGNOSIS_TAP_DROPS,
	DIAGNOSIS_NEVER_WOKEN,
	/* From inside of a virtual machine; see virtio-diagnosis.h. */
	DIAGNOSIS_BROKEN,
	DIAGNOSIS_IRQ_DISABLED,
	DIAGNOSIS_NOT_COLLECTED,
	DIAGNOSIS_NOT_KICKED,
	DIAGNOSIS_KICK_SUPPRESSED,
	DIAGNOSIS_NOT_ANSWERED,
	DIAGNOSIS_KINDS
};

/* Whose fault it is. */
enum diagnosis_side { SIDE_DRIVER, SIDE_DEVICE, SIDE_CONSUMER, SIDE_OWNER, SIDE_BACKEND };

/* How certain a finding is: stuck is certain. A note is no fault. */
enum diagnosis_level { LEVEL_NOTE, LEVEL_SUSPECT, LEVEL_STUCK };

/**
 * struct diagnosis - a finding
 * @kind: what was found
 * @side: whose fault it is
 * @level: how certain it is
 * @evidence: what was seen: one sentence without its full stop
 * @remedy: what to do, likewise; may be empty
 */
struct diagnosis {
	enum diagnosis_kind kind;
	enum diagnosis_side side;
	enum diagnosis_level level;
	char evidence[320];
	char remedy[384];
};

struct diagnosis_rx;

/**
 * struct diagnosis_more - facts about a queue that are not in the looks
 * @kick_held: the owner still has the kick eventfd open
 * @desc_fault: the fault of the descriptors, a sentence; NULL: none, or they were not read
 * @rx: of a receive queue of vhost-net: what lies before it; NULL: not known
 */
struct diagnosis_more {
	bool kick_held;
	const char *desc_fault;
	const struct diagnosis_rx *rx;
};

enum diagnosis_result {
	DIAGNOSIS_NOTHING,	/* no fault was seen */
	DIAGNOSIS_FOUND,
	DIAGNOSIS_UNKNOWN,	/* it could not be judged */
};

/**
 * diagnosis_kind_name() - "lost_kick" and so on
 * @kind: what was found
 */
const char *diagnosis_kind_name(enum diagnosis_kind kind);

/**
 * diagnosis_level_name() - "note", "suspect" or "stuck"
 * @level: how certain it is
 */
const char *diagnosis_level_name(enum diagnosis_level level);

/**
 * diagnosis_side_name() - "driver" and so on
 * @side: whose fault it is
 */
const char *diagnosis_side_name(enum diagnosis_side side);

/**
 * diagnosis_call_masked() - say of a call that was not read that the virtual machine has masked its interrupt
 * @f: a finding, of DIAGNOSIS_CALL_UNREAD
 */
void diagnosis_call_masked(struct diagnosis *f);

/**
 * diagnosis_call_unheard() - say of a call that was not read that nobody listens to it
 * @f: a finding, of DIAGNOSIS_CALL_UNREAD
 */
void diagnosis_call_unheard(struct diagnosis *f);

/**
 * diagnose_device() - is its owner stopped, its worker stuck, or its release blocked?
 * @first: the device in the first look
 * @second: the device in the second look
 * @f: filled in if so
 *
 * Return: DIAGNOSIS_FOUND or DIAGNOSIS_NOTHING.
 */
enum diagnosis_result diagnose_device(const struct inspect_device *first, const struct inspect_device *second,
				      struct diagnosis *f);

/**
 * diagnose_start() - was a device never started?
 * @first: the device in the first look
 * @host: the second look
 * @second: the device in it
 * @f: filled in if so; a note
 *
 * Devices of one owner and one tap are one note, for the first of them. Devices of further queues that a guest does not
 * use are none.
 *
 * Return: DIAGNOSIS_FOUND or DIAGNOSIS_NOTHING.
 */
enum diagnosis_result diagnose_start(const struct inspect_device *first, const struct inspect_host *host,
				     const struct inspect_device *second, struct diagnosis *f);

/**
 * diagnose_queue() - is a queue stuck?
 * @first: its device in the first look
 * @second: its device in the second look
 * @number: number of the queue
 * @more: see diagnose_wants_desc() and diagnose_wants_held()
 * @f: filled in if so
 *
 * Return: DIAGNOSIS_UNKNOWN for a queue whose ring could not be read.
 */
enum diagnosis_result diagnose_queue(const struct inspect_device *first, const struct inspect_device *second,
				     unsigned int number, const struct diagnosis_more *more, struct diagnosis *f);

/**
 * diagnose_wants_desc() - has a queue stopped in a way that its descriptors might explain?
 * @first: its device in the first look
 * @second: its device in the second look
 * @number: number of the queue
 *
 * If not, diagnose_queue() ignores @desc_fault of struct diagnosis_more.
 */
bool diagnose_wants_desc(const struct inspect_device *first, const struct inspect_device *second, unsigned int number);

/**
 * diagnose_wants_held() - do buffers wait in a queue without backend?
 * @first: its device in the first look
 * @second: its device in the second look
 * @number: number of the queue
 *
 * If not, diagnose_queue() ignores @kick_held of struct diagnosis_more.
 */
bool diagnose_wants_held(const struct inspect_device *first, const struct inspect_device *second, unsigned int number);

#endif
