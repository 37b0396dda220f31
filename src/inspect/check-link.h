/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CHECK_LINK_H
#define CHECK_LINK_H

#include "check-report.h"
#include "diagnosis-link.h"
#include "finding.h"
#include "inspect.h"

/**
 * DOC: what check collects for the judgement of taps
 */

/**
 * check_rx() - collect what lies before a receive queue of vhost-net
 * @ins: the iterators, opened for copies
 * @host: all devices, in the second look
 * @first: the queue's device, in the first look
 * @second: the same, in the second
 * @q: the queue, in the second
 * @rx: the result
 *
 * Return: whether it is known.
 */
bool check_rx(struct inspect *ins, const struct inspect_host *host, const struct inspect_device *first,
	      const struct inspect_device *second, const struct inspect_queue *q, struct diagnosis_rx *rx);

/**
 * check_room() - say more of a queue that waits for room
 * @first: its device, in the first look
 * @second: the same, in the second
 * @q: the queue, in the second
 * @f: a finding, of DIAGNOSIS_NO_ROOM
 *
 * Return: false if it is none of the queue's own: the tap is down, which check_links() finds.
 */
bool check_room(const struct inspect_device *first, const struct inspect_device *second, const struct inspect_queue *q,
		struct diagnosis *f);

/**
 * check_links() - judge the taps that devices have
 * @before: the first look
 * @after: the second
 * @target: only taps of these devices; NULL: all
 * @findings: what was found of devices and queues; what is found of taps is added
 * @sum: counts of these
 *
 * Return: 0 or -ENOMEM.
 */
int check_links(const struct inspect_host *before, const struct inspect_host *after,
		const struct inspect_target *target, struct findings *findings, struct check_summary *sum);

#endif
