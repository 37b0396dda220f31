// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/columns.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/loop.h"
#include "base/notice.h"
#include "base/out.h"
#include "check-link.h"
#include "check-report.h"
#include "diagnosis.h"
#include "eventfd-paths.h"
#include "finding.h"
#include "held-eventfds.h"
#include "inspect.h"
#include "probe/session.h"
#include "ring-check.h"
#include "tap-names.h"
#include "virtio-report.h"

struct check_opts {
	uint64_t wait_ns;
	struct column_options columns;
	bool driver;
};

static const struct check_opts check_defaults = { .wait_ns = NSEC_PER_SEC };

static const struct opt check_opts[] = {
	{ "wait", 'w', OPT_SECONDS, offsetof(struct check_opts, wait_ns), "S", "time between the two looks (default 1)",
	  .min = NSEC_PER_MSEC, .max = 1000000 * NSEC_PER_SEC },
	INSPECT_TARGET_OPERAND,
	DRIVER_OPTION(check_opts),
	COLUMN_OPTIONS(check_opts, columns),
	{ 0 },
};

/**
 * struct check - one run of the command
 * @ins: the iterator
 * @first: the first look
 * @second: the second look
 * @names: the taps that are checked
 * @out: the output
 * @findings: what was found
 * @sum: counts so far
 * @held: cache: the eventfds that the last process in question has open
 * @paths: cache: who listens to them
 */
struct check {
	struct inspect *ins;
	struct inspect_host first, second;
	struct tap_names names;
	struct out out;
	struct findings findings;
	struct check_summary sum;
	struct held_eventfds held;
	struct eventfd_paths paths;
};

/* @q is NULL for the device as a whole. */
static int found(struct check *c, const struct inspect_device *d, const struct inspect_queue *q,
		 const struct diagnosis *f)
{
	const size_t before = c->findings.count;
	int err = findings_add(&c->findings, d, q, f);

	if (c->findings.count > before)
		check_count(&c->sum, f->level);
	return err;
}

/* Look once more: are owner and queue the same as before? Then the memory that was read was the owner's. */
static bool unchanged(struct check *c, const struct inspect_device *d, const struct inspect_queue *q)
{
	const struct inspect_device *now;
	const struct inspect_queue *now_q;
	struct inspect_host third;
	bool same = false;

	if (inspect_look(c->ins, &third))
		return false;
	now = inspect_find(&third, d->id);
	now_q = now ? inspect_queue_by_number(now, q->number) : NULL;
	if (now_q)
		same = now->owner.pid == d->owner.pid && now->owner.start == d->owner.start &&
		       (now->flags & INSPECT_BY_OWNER) && now_q->last_avail_idx == q->last_avail_idx &&
		       now_q->desc == q->desc;
	inspect_free(&third);
	return same;
}

/* Returns the fault of the descriptors at which the queue stopped, or NULL. */
static const char *desc_fault(struct check *c, const struct inspect_device *d, const struct inspect_queue *q, char *buf,
			      size_t len)
{
	char queue[INSPECT_QUEUE_NAME];
	struct desc_finding f;

	if (ring_check(c->ins, d, q, &f) || f.fault == DESC_GOOD || f.fault == DESC_MISS || f.fault == DESC_ENDLESS)
		return NULL;
	if (!unchanged(c, d, q))
		return NULL;
	desc_finding_text(&f, inspect_queue_name(d, q, queue), buf, len);
	return buf;
}

static bool has_eventfd(struct check *c, uint32_t tid, int32_t id)
{
	return !held_eventfds(&c->held, c->ins, (pid_t)tid) && held_eventfds_find(&c->held, id) >= 0;
}

/* Does the owner, or a thread of it that has the device among descriptors of its own, have the kick eventfd open? */
static bool kick_held(struct check *c, const struct inspect_device *d, const struct inspect_queue *q)
{
	if (!d->owner.pid)
		return false;
	if (has_eventfd(c, d->owner.pid, q->kick.id))
		return true;
	for (size_t i = 0; i < d->holder_count; i++)
		if (d->holders[i].process.pid == d->owner.pid && inspect_is_thread(&d->holders[i]) &&
		    has_eventfd(c, d->holders[i].tid, q->kick.id))
			return true;
	return false;
}

static bool heard_by_kvm(const struct inspect_call *call)
{
	for (uint32_t i = 0; call && i < call->count; i++)
		if (call->listeners[i].kind == LISTENER_IRQFD)
			return true;
	return false;
}

/*
 * Say more of a call that was not read, if nobody listens to it and KVM sends the kicks. QEMU takes KVM off the call
 * eventfd while a virtual machine has the interrupt masked. If KVM still hears another queue, that is the reason. If
 * it hears none, as without MSI-X or without an irqchip in the kernel, a thread of the owner is to read the calls, and
 * does not listen while it is busy or blocked.
 */
static void explain_unread(struct check *c, const struct inspect_device *d, const struct inspect_queue *q,
			   struct diagnosis *f)
{
	const struct inspect_call *call;
	bool by_kvm = false;

	eventfd_paths(&c->paths, c->ins, d);
	call = eventfd_paths_call(&c->paths, d, q);
	if (!call || call->count || call->more || eventfd_paths_kick(&c->paths, q) != KICK_SOURCE_IOEVENTFD)
		return;
	for (size_t i = 0; i < d->queue_count; i++)
		by_kvm |= heard_by_kvm(eventfd_paths_call(&c->paths, d, &d->queues[i]));
	if (by_kvm)
		diagnosis_call_masked(f);
	else
		diagnosis_call_unheard(f);
}

static int check_queue(struct check *c, const struct inspect_device *first, const struct inspect_device *second,
			const struct inspect_queue *q)
{
	struct diagnosis_more more = { 0 };
	struct diagnosis_rx rx;
	struct diagnosis f;
	char text[256];

	c->sum.queues++;
	if (diagnose_wants_held(first, second, q->number))
		more.kick_held = kick_held(c, second, q);
	if (diagnose_wants_desc(first, second, q->number))
		more.desc_fault = desc_fault(c, second, q, text, sizeof(text));
	if (check_rx(c->ins, &c->second, first, second, q, &rx))
		more.rx = &rx;
	switch (diagnose_queue(first, second, q->number, &more, &f)) {
	case DIAGNOSIS_FOUND:
		if (f.kind == DIAGNOSIS_CALL_UNREAD)
			explain_unread(c, second, q, &f);
		if (f.kind == DIAGNOSIS_NO_ROOM && !check_room(first, second, q, &f))
			break;
		return found(c, second, q, &f);
	case DIAGNOSIS_UNKNOWN:
		c->sum.unknown++;
		break;
	case DIAGNOSIS_NOTHING:
		if (more.rx && diagnose_lengths(more.rx, &f) == DIAGNOSIS_FOUND)
			return found(c, second, q, &f);
		break;
	}
	return 0;
}

static int check_device(struct check *c, const struct inspect_device *first, const struct inspect_device *second)
{
	struct diagnosis f;
	int err = 0;

	c->sum.devices++;
	if (diagnose_device(first, second, &f) == DIAGNOSIS_FOUND)
		err = found(c, second, NULL, &f);
	if (!err && diagnose_start(first, &c->second, second, &f) == DIAGNOSIS_FOUND)
		err = found(c, second, NULL, &f);
	for (size_t i = 0; !err && i < second->queue_count; i++)
		err = check_queue(c, first, second, &second->queues[i]);
	return err;
}

/* @target is NULL for all devices. Return: 0 or -errno: -ENODEV if there is none such. */
static int check_host(struct check *c, const struct inspect_target *target)
{
	bool there = !target;
	int err = 0;

	tap_names_set(&c->names, &c->second, target);
	for (size_t i = 0; !err && i < c->second.count; i++) {
		const struct inspect_device *d = &c->second.devices[i], *before = inspect_find(&c->first, d->id);

		if (target && !inspect_target_matches(target, d))
			continue;
		there = true;
		/* Skip a device that is in the second look only: it is too new to be stuck. */
		if (before)
			err = check_device(c, before, d);
	}
	if (!err)
		err = check_links(&c->first, &c->second, target, &c->findings, &c->sum);
	return err ? err : there ? 0 : -ENODEV;
}

/* The second look, which ends the loop. */
static int look_again(void *arg)
{
	struct check *c = arg;
	int err = inspect_look(c->ins, &c->second);

	return err ? err : LOOP_END;
}

static int look_twice(struct check *c, uint64_t wait_ns)
{
	int err = inspect_look(c->ins, &c->first);

	if (!err)
		err = check_look_after(wait_ns, look_again, c);
	if (err)
		fail("check", "cannot look at the devices: %s", error_text(err));
	return err;
}

static int conclude(struct check *c, const struct column_options *opts)
{
	const int err = findings_print(&c->findings, &c->out, opts);
	const int status = check_conclude(&c->out, &c->sum, opts, err);

	return status == STATUS_OK && inspect_blind(c->ins) ? STATUS_REFUSED : status;
}

static int run_looks(struct check *c, const struct inspect_target *target, const char *word,
		     const struct check_opts *opts)
{
	int err;

	if (inspect_blind(c->ins))
		fail("check", "the words of the rings cannot be read: %s", inspect_blind(c->ins));
	if (look_twice(c, opts->wait_ns))
		return STATUS_REFUSED;
	err = check_host(c, target);
	if (!err)
		return conclude(c, &opts->columns);
	if (err == -ENODEV)
		fail("check", "there is no vhost device '%s'; to check all, name none", word);
	else
		fail("check", "%s", error_text(err));
	return STATUS_REFUSED;
}

static int run_check(const struct cli *cli, const void *arg)
{
	const struct check_opts *opts = arg;
	const char *word = cli->operands[0], *wrong;
	struct inspect_target target;
	struct check c = { 0 };
	struct notice notice;
	char why[INSPECT_WHY_MAX];
	int status, err;

	if (word && cli->operands[1]) {
		fail("check", "'%s' is not expected here; see --help", cli->operands[1]);
		return STATUS_USAGE;
	}
	if (opts->driver)
		return check_driver(cli, word, opts->wait_ns, &opts->columns);
	wrong = word ? inspect_target_parse(&target, word) : NULL;
	if (wrong) {
		fail("check", "'%s' %s", word, wrong);
		return STATUS_USAGE;
	}
	out_init(&c.out, stdout, cli->json, cli->pretty, cli->color);
	status = fail_column_options("check", &c.out, finding_columns, &opts->columns);
	if (status)
		return status;
	if (columns_wants_help(&opts->columns)) {
		columns_help(stdout, finding_columns);
		return STATUS_OK;
	}
	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, "check", SESSION_DOING);
	err = inspect_open(&c.ins, INSPECT_COPIES | INSPECT_EVENTFDS | INSPECT_LISTENERS | INSPECT_RELEASES, why,
			   sizeof(why));
	notice_end(&notice);
	if (err) {
		fail("check", "%s", why);
		return STATUS_REFUSED;
	}
	tap_names_init(&c.names);
	status = run_looks(&c, word ? &target : NULL, word, opts);
	findings_free(&c.findings);
	inspect_free(&c.first);
	inspect_free(&c.second);
	tap_names_free(&c.names);
	held_eventfds_free(&c.held);
	eventfd_paths_free(&c.paths);
	inspect_close(c.ins);
	return status;
}

static const struct opt_group groups[] = { { "Options", check_opts }, { 0 } };

const struct command cmd_check = {
	.name = "check",
	.summary = "find stuck queues and lost packets, and say what to do",
	.operands = "[DEV]",
	.operands_help = VIRTIO_REPORT_DEV,
	.opts = groups,
	.opts_size = sizeof(struct check_opts),
	.defaults = &check_defaults,
	.run = run_check,
};
