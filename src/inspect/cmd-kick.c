// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/loop.h"
#include "base/notice.h"
#include "base/stop.h"
#include "eventfd-copy.h"
#include "held-eventfds.h"
#include "inspect.h"
#include "kick-report.h"
#include "probe/session.h"
#include "tap-names.h"

/* A queue that did not change for this long is at rest. */
#define REST_NS (20 * NSEC_PER_MSEC)

/* How long a notification may wait for room in the eventfd's counter. */
#define SEND_LIMIT_NS NSEC_PER_SEC

/* Most devices that an error message names. */
#define NAMED_MAX 5

struct kick_opts {
	uint64_t wait_ns;
	bool dry_run;
};

static const struct kick_opts kick_defaults = { .wait_ns = NSEC_PER_SEC };

static const struct opt kick_opts[] = {
	{ "dry-run", 0, OPT_FLAG, offsetof(struct kick_opts, dry_run),
	  .help = "do all but send it" },
	{ "wait", 'w', OPT_SECONDS, offsetof(struct kick_opts, wait_ns), "S",
	  "how long to wait for what follows (default 1)", .min = NSEC_PER_MSEC, .max = 1000000 * NSEC_PER_SEC },
	INSPECT_TARGET_OPERAND,
	{ 0 },
};

/**
 * struct kick - one run of the command
 * @what: kick or call
 * @ins: the iterator
 * @word: the user's word for the device
 * @queue: the user's word for the queue
 * @target: the meaning of @word
 * @names: the taps that it means
 * @id: the device, once it is found
 * @number: number of the queue, once it is found
 */
struct kick {
	enum kick_what what;
	struct inspect *ins;
	const char *word, *queue;
	struct inspect_target target;
	struct tap_names names;
	uint64_t id;
	uint32_t number;
};

static const struct inspect_queue *by_name(const struct inspect_device *d, const char *name)
{
	char buf[INSPECT_QUEUE_NAME];

	for (size_t i = 0; i < d->queue_count; i++)
		if (!strcmp(inspect_queue_name(d, &d->queues[i], buf), name))
			return &d->queues[i];
	return NULL;
}

static int fail_look(const struct kick *k, int err)
{
	fail(kick_name(k->what), "looking at the devices: %s", error_text(err));
	return STATUS_REFUSED;
}

/* Is there such a queue before the @q-th of the @i-th device? */
static bool named_before(const struct kick *k, const struct inspect_host *host, size_t i, size_t q, const char *name)
{
	char buf[INSPECT_QUEUE_NAME];

	for (size_t j = 0; j <= i; j++) {
		const struct inspect_device *d = &host->devices[j];

		if (!inspect_target_matches(&k->target, d))
			continue;
		for (size_t n = 0; n < (j < i ? d->queue_count : q); n++)
			if (!strcmp(inspect_queue_name(d, &d->queues[n], buf), name))
				return true;
	}
	return false;
}

/* Print the names of all queues of the chosen devices, each once. */
static void list_queues(const struct kick *k, const struct inspect_host *host, FILE *to)
{
	char name[INSPECT_QUEUE_NAME];

	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *d = &host->devices[i];

		if (!inspect_target_matches(&k->target, d))
			continue;
		for (size_t q = 0; q < d->queue_count; q++)
			if (!named_before(k, host, i, q, inspect_queue_name(d, &d->queues[q], name)))
				fprintf(to, " %s", name);
	}
}

/* No device has the queue: name those that the chosen devices have. @there: there is such a device. */
static int fail_none(const struct kick *k, const struct inspect_host *host, bool there)
{
	const char *command = kick_name(k->what);
	char *names = NULL;
	size_t len;
	FILE *to;

	if (!there) {
		fail(command, "there is no vhost device '%s'; see vhostctl list", k->word);
		return STATUS_REFUSED;
	}
	to = open_memstream(&names, &len);
	if (to) {
		list_queues(k, host, to);
		fclose(to);
	}
	fail(command, "'%s' has no queue '%s'; it has%s", k->word, k->queue, names && *names ? names : " none at all");
	free(names);
	return STATUS_REFUSED;
}

/* Name some of the devices that match: " PID:FD (TAP), PID:FD". Return: how many were named. */
static size_t name_devices(const struct kick *k, const struct inspect_host *host, FILE *to)
{
	size_t named = 0;

	for (size_t i = 0; i < host->count && named < NAMED_MAX; i++) {
		const struct inspect_device *d = &host->devices[i];

		if (!inspect_target_matches(&k->target, d) || !by_name(d, k->queue) || !d->holder_count)
			continue;
		fprintf(to, "%s %u:%d", named++ ? "," : "", d->holders->tid, d->holders->fd);
		if (d->shown)
			fprintf(to, " (%s)", d->shown->text);
	}
	return named;
}

/* Several devices match. */
static int fail_many(const struct kick *k, const struct inspect_host *host, size_t count)
{
	size_t len, named = 0;
	char *names = NULL;
	FILE *to = open_memstream(&names, &len);

	if (to) {
		named = name_devices(k, host, to);
		fclose(to);
	}
	fail(kick_name(k->what), "'%s' is %zu devices with a queue '%s'; name one:%s%s", k->word, count, k->queue,
	     names ? names : "", count > named ? ", ..." : "");
	free(names);
	return STATUS_USAGE;
}

/* Find the one device in @host that matches and has the queue. Returns an exit status. */
static int find(struct kick *k, const struct inspect_host *host, const struct inspect_device **found)
{
	bool there = false;
	size_t count = 0;

	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *d = &host->devices[i];

		if (!inspect_target_matches(&k->target, d))
			continue;
		there = true;
		if (by_name(d, k->queue)) {
			*found = d;
			count++;
		}
	}
	if (!count)
		return fail_none(k, host, there);
	if (count > 1)
		return fail_many(k, host, count);
	k->id = (*found)->id;
	k->number = by_name(*found, k->queue)->number;
	return STATUS_OK;
}

/**
 * struct search - the search for somebody who has the eventfd open
 * @ins: how to find its descriptor
 * @id: its number
 * @err: the most telling failure so far: -errno
 * @step: what failed then
 */
struct search {
	struct inspect *ins;
	int32_t id;
	int err;
	struct step step;
};

/* Returns whether it was copied. */
static bool try_copy(struct search *s, uint32_t pid, uint32_t tid, struct eventfd_copy *n)
{
	struct held_eventfds held = { 0 };
	struct step step;
	int err = pid ? held_eventfds(&held, s->ins, (pid_t)tid) : -ESRCH;

	step_at(&step, NULL, "find the eventfds of process %u", tid);
	if (!err)
		err = eventfd_copy_open(n, (pid_t)pid, (pid_t)tid, held_eventfds_find(&held, s->id), s->id, &step);
	held_eventfds_free(&held);

	/* Nobody has to have it open; that somebody has it, but it cannot be copied, says more. */
	if (err && pid && (s->err == -ESRCH || (s->err == -EBADF && err != -ESRCH))) {
		s->err = err;
		s->step = step;
	}
	return !err;
}

/* Copy it from a process that holds the device and has the eventfd open; try the owner first. */
static int copy_eventfd(const struct kick *k, const struct inspect_device *d, int32_t id, struct eventfd_copy *n)
{
	const uint32_t owner = d->owner.pid;
	struct search s = { .ins = k->ins, .id = id, .err = -ESRCH };

	step_at(&s.step, NULL, "copy the %s eventfd", kick_name(k->what));
	if (try_copy(&s, owner, owner, n))
		return STATUS_OK;
	for (size_t i = 0; i < d->holder_count; i++)
		if (d->holders[i].tid != owner && try_copy(&s, d->holders[i].process.pid, d->holders[i].tid, n))
			return STATUS_OK;
	return fail_step(kick_name(k->what), NULL, &s.step, s.err);
}

/* Find the queue and copy its eventfd. The queue may change meanwhile: fire() looks again. Returns an exit status. */
static int aim(struct kick *k, struct eventfd_copy *n, int32_t *id)
{
	const struct inspect_device *d = NULL;
	struct inspect_host host;
	int err = inspect_look(k->ins, &host), status;

	if (err)
		return fail_look(k, err);
	tap_names_set(&k->names, &host, &k->target);
	status = find(k, &host, &d);
	if (!status) {
		*id = kick_eventfd(k->what, inspect_queue_by_number(d, k->number))->id;
		if (*id >= 0) {
			status = copy_eventfd(k, d, *id, n);
		} else {
			fail(kick_name(k->what), "%s of '%s' has no %s eventfd: its owner never gave it one", k->queue,
			     k->word, kick_name(k->what));
			status = STATUS_REFUSED;
		}
	}
	inspect_free(&host);
	return status;
}

/**
 * struct follow - repeated looks after a notification
 * @k: the run
 * @before: the queue before the notification
 * @previous: the queue at the look before the last
 * @last: the last look
 * @next: timer for the next look
 * @end: when to stop, in nanoseconds of CLOCK_BOOTTIME
 */
struct follow {
	const struct kick *k;
	const struct inspect_queue *before;
	struct inspect_queue previous;
	struct inspect_host *last;
	struct loop_timer next;
	uint64_t end;
};

/* Look again. End the loop once the other side reacted and the queue is at rest, or the time is over. */
static int look_again(void *arg)
{
	struct follow *f = arg;
	const struct kick *k = f->k;
	const struct inspect_device *d;
	const struct inspect_queue *q;
	int err;

	inspect_free(f->last);
	err = inspect_look(k->ins, f->last);
	if (err)
		return err;
	d = inspect_find(f->last, k->id);
	q = d ? inspect_queue_by_number(d, k->number) : NULL;
	if (!q || now_ns() >= f->end || (kick_heard(k->what, f->before, q) && kick_same(q, &f->previous)))
		return LOOP_END;
	f->previous = *q;
	f->next.due = now_ns() + REST_NS;
	return 0;
}

static int look_for_the_last_time(void *arg)
{
	int err = look_again(arg);

	return err ? err : LOOP_END;
}

/* Follow the queue; @last gets the last look. Returns 0 or -errno. */
static int follow(const struct kick *k, const struct inspect_queue *before, uint64_t wait_ns, struct inspect_host *last)
{
	const uint64_t now = now_ns();
	struct follow f = {
		.k = k, .before = before, .previous = *before, .last = last, .end = now + wait_ns,
		.next = { .due = now + REST_NS, .fn = look_again, .arg = &f },
	};
	struct loop loop;
	int err = loop_open(&loop);

	loop_add_timer(&loop, &f.next);
	loop_on_stop(&loop, look_for_the_last_time, &f);
	if (!err)
		err = loop_run(&loop);
	loop_close(&loop);
	return err;
}

static int fail_send(const struct kick *k, const struct eventfd_copy *n, int err)
{
	char whose[EVENTFD_COPY_WHOSE];

	fail(kick_name(k->what), "cannot write to descriptor %d of %s: %s", n->fd, eventfd_copy_whose(n, whose),
	     err == -EAGAIN ? "its counter is full, and nobody has read it within 1 s" :
	     err == -EINTR ? "interrupted, and nothing was sent" : error_text(err));
	return STATUS_REFUSED;
}

static int send_and_report(struct kick *k, struct out *o, struct kick_report *r, uint64_t wait_ns)
{
	struct inspect_host last = { 0 };
	const struct inspect_device *d;
	int err = eventfd_copy_signal(r->copy, SEND_LIMIT_NS);

	if (err)
		return fail_send(k, r->copy, err);
	r->sent = true;
	err = follow(k, r->before, wait_ns, &last);
	if (err) {
		fail(kick_name(k->what), "sent, but not followed: looking at the devices: %s", error_text(err));
		return STATUS_REFUSED;
	}
	d = inspect_find(&last, k->id);
	r->after = d ? inspect_queue_by_number(d, k->number) : NULL;
	kick_report(o, r);
	inspect_free(&last);
	return STATUS_OK;
}

/* Look again: if the queue's eventfd still has the number of our copy, the copy is the right one. Then send. */
static int fire(struct kick *k, struct out *o, const struct eventfd_copy *n, int32_t id, const struct kick_opts *opts)
{
	struct kick_report r = { .what = k->what, .queue = k->queue, .copy = n };
	struct inspect_host host;
	int err = inspect_look(k->ins, &host), status = STATUS_OK;

	if (err)
		return fail_look(k, err);
	tap_names_set(&k->names, &host, &k->target);
	r.device = inspect_find(&host, k->id);
	r.before = r.device ? inspect_queue_by_number(r.device, k->number) : NULL;
	if (!r.before || kick_eventfd(k->what, r.before)->id != id) {
		fail(kick_name(k->what), "%s of '%s' has changed just now, and nothing was sent; try again", k->queue,
		     k->word);
		status = STATUS_REFUSED;
	} else if (opts->dry_run) {
		kick_report(o, &r);
	} else {
		status = send_and_report(k, o, &r, opts->wait_ns);
	}
	inspect_free(&host);
	return status;
}

static int parse_operands(struct kick *k, char **operands)
{
	const char *command = kick_name(k->what), *wrong;

	if (!operands[0] || !operands[1]) {
		fail(command, "a device and its queue are missing, such as 'vhost0 tx0'; see vhostctl show");
		return STATUS_USAGE;
	}
	if (operands[2]) {
		fail(command, "'%s' is not expected here; see --help", operands[2]);
		return STATUS_USAGE;
	}
	k->word = operands[0];
	k->queue = operands[1];
	wrong = inspect_target_parse(&k->target, k->word);
	if (!wrong)
		return STATUS_OK;
	fail(command, "'%s' %s", k->word, wrong);
	return STATUS_USAGE;
}

static int run(enum kick_what what, const struct cli *cli, const struct kick_opts *opts)
{
	struct kick k = { .what = what };
	struct eventfd_copy n = { .own = -1 };
	struct notice notice;
	char why[INSPECT_WHY_MAX];
	int status = parse_operands(&k, cli->operands), err;
	struct out out;
	int32_t id;

	if (status)
		return status;
	err = stop_init();
	if (err) {
		fail(kick_name(what), "catching signals: %s", error_text(err));
		return STATUS_REFUSED;
	}
	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, kick_name(what), SESSION_DOING);
	err = inspect_open(&k.ins, INSPECT_EVENTFDS, why, sizeof(why));
	notice_end(&notice);
	if (err) {
		fail(kick_name(what), "%s", why);
		return STATUS_REFUSED;
	}
	if (inspect_blind(k.ins))
		fail(kick_name(what), "the words of the rings cannot be read: %s", inspect_blind(k.ins));
	tap_names_init(&k.names);
	out_init(&out, stdout, cli->json, cli->pretty, cli->color);
	status = aim(&k, &n, &id);
	if (!status)
		status = fire(&k, &out, &n, id, opts);
	if (!status)
		status = fail_output(kick_name(what), &out, NULL, out_flush(&out));
	eventfd_copy_close(&n);
	tap_names_free(&k.names);
	inspect_close(k.ins);
	return status;
}

static int run_kick(const struct cli *cli, const void *opts)
{
	return run(KICK_KICK, cli, opts);
}

static int run_call(const struct cli *cli, const void *opts)
{
	return run(KICK_CALL, cli, opts);
}

static const struct opt_group groups[] = { { "Options", kick_opts }, { 0 } };

const struct command cmd_kick = {
	.name = "kick",
	.summary = "notify the device once: write to a queue's kick eventfd",
	.operands = "DEV QUEUE",
	.opts = groups,
	.opts_size = sizeof(struct kick_opts),
	.defaults = &kick_defaults,
	.run = run_kick,
};

const struct command cmd_call = {
	.name = "call",
	.summary = "notify the driver once: write to a queue's call eventfd",
	.operands = "DEV QUEUE",
	.opts = groups,
	.opts_size = sizeof(struct kick_opts),
	.defaults = &kick_defaults,
	.run = run_call,
};
