/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CHECK_REPORT_H
#define CHECK_REPORT_H

#include <stdint.h>

#include "base/columns.h"
#include "base/loop.h"
#include "base/out.h"
#include "diagnosis.h"

/**
 * DOC: the parts of check that are the same for vhost devices and for virtio devices
 */

/**
 * struct check_summary - the counts of the last line
 * @queues: queues that were checked
 * @devices: their devices
 * @stuck: findings of LEVEL_STUCK
 * @suspect: findings of LEVEL_SUSPECT
 * @unknown: queues that could not be examined
 * @notes: findings of LEVEL_NOTE; of virtio devices there are none
 */
struct check_summary {
	uint32_t queues, devices, stuck, suspect, unknown, notes;
};

/* Count a finding. */
void check_count(struct check_summary *s, enum diagnosis_level level);

/**
 * check_look_after() - wait, then look
 * @wait_ns: how long to wait
 * @look: takes the look; returns LOOP_END or -errno
 * @arg: for @look
 *
 * Return: 0 or -errno.
 */
int check_look_after(uint64_t wait_ns, loop_fn *look, void *arg);

/**
 * check_conclude() - print the last line, and end the output
 * @o: the output
 * @s: the counts
 * @opts: without heads there is no last line
 * @err: result of printing the findings: 0 or -errno
 *
 * Return: STATUS_FOUND or STATUS_OK if all output was written, else another exit status, with the message printed.
 */
int check_conclude(struct out *o, const struct check_summary *s, const struct column_options *opts, int err);

#endif
