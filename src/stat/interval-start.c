// SPDX-License-Identifier: GPL-2.0-or-later
#include "interval-start.h"

#include <signal.h>

#include <net/if.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/notice.h"
#include "base/parse.h"
#include "base/privileges.h"
#include "base/stop.h"
#include "counters-hooks.h"
#include "event/start-json.h"
#include "probe/bpf-programs.h"
#include "probe/session.h"

/* Warn once about what cannot be counted. The tables show it as unknown, never as 0. */
static void warn_unseen(const char *command, uint32_t unseen, uint32_t incomplete)
{
	if (incomplete & COUNT_DECISIONS)
		fail(command, "this kernel does not let all decisions be seen; vhostctl features says why");
	if (unseen & COUNT_RUNS)
		fail(command, "this kernel does not let the worker's runs be seen, with which kicks are counted; "
		     "vhostctl features says why");
	if (unseen & COUNT_DISCARDS)
		fail(command, "this kernel does not let packets be seen that vhost throws away; vhostctl features says "
		     "why");
	if (unseen & COUNT_HISTS)
		fail(command, "this kernel does not let kicks be followed to the worker: no kick_batch, no "
		     "kick_to_run, no wait_for_cpu; vhostctl features says why");
}

/* The tap may be in another namespace or not exist yet; but a number is more likely meant as the interval. */
static void warn_device(const char *command, const char *dev)
{
	uint64_t ns;

	if (dev && !parse_seconds(dev, &ns) && !if_nametoindex(dev))
		fail(command, "--dev: there is no interface '%s' here; an interval is a word without -i", dev);
}

int begin_programs(const char *command, bool verbose, begin_programs_fn *open, void *arg)
{
	char why[PROBE_WHY_MAX];
	struct notice notice;
	int err = stop_init();

	if (err) {
		fail(command, "catching signals: %s", error_text(err));
		return STATUS_REFUSED;
	}
	/* Ignore SIGUSR1 until interval_loop_open(): by default it would kill the process. */
	signal(SIGUSR1, SIG_IGN);
	bpf_programs_verbose(verbose);
	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, command, SESSION_DOING);
	err = open(arg, why, sizeof(why));
	/* The thread that gives notice has to be gone: a thread gives up its own capabilities only. */
	notice_end(&notice);
	if (!err)
		err = privileges_give_up(why, sizeof(why));
	if (!err)
		return STATUS_OK;
	fail(command, "%s", why);
	return STATUS_REFUSED;
}

/* The arguments of counters_open(). */
struct open_args {
	struct counters **counters;
	struct counters_options options;
};

static int open_counters(void *arg, char *why, size_t len)
{
	const struct open_args *a = arg;

	return counters_open(a->counters, &a->options, why, len);
}

int begin_counting(const char *command, const struct interval_options *o, bool hists, struct counters **counters)
{
	struct open_args args = {
		.counters = counters,
		.options = { .filter = make_queue_filter(&o->queue), .hists = hists, .sample = o->sample },
	};
	int status;

	*counters = NULL;
	status = begin_programs(command, o->verbose, open_counters, &args);
	if (status) {
		counters_close(*counters);
		*counters = NULL;
		return status;
	}
	warn_device(command, o->queue.taps[0]);
	warn_unseen(command, counters_unseen(*counters), counters_incomplete(*counters));
	return STATUS_OK;
}

bool warn_unmatched(const char *command, const struct interval_options *o, const struct counters *counters)
{
	char buf[QUEUE_OPTIONS_TEXT];
	const char *choice = counters_any(counters) ? NULL : queue_options_text(&o->queue, buf);

	if (choice)
		fail(command, "no queue of %s has done anything", choice);
	return choice;
}

int print_start(struct out *out, const struct interval_options *o)
{
	if (out->json) {
		struct json_object *obj = start_json(now_ns());

		json_object_object_add(obj, "sample", json_object_new_uint64(o->sample));
		out_json(out, obj);
	}
	return out_flush(out);
}
