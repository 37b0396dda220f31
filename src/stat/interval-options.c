// SPDX-License-Identifier: GPL-2.0-or-later
#include "interval-options.h"

#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/fail.h"
#include "base/parse.h"
#include "base/stop.h"
#include "counters-hooks.h"
#include "probe/bpf-programs.h"

int parse_interval(const char *command, char **operands, uint64_t *interval, uint64_t *count)
{
	if (!operands[0])
		return STATUS_OK;
	if (parse_seconds(operands[0], interval) || *interval < NSEC_PER_MSEC) {
		fail(command, "'%s' is no interval; it takes seconds, 0.001 at least", operands[0]);
		return STATUS_USAGE;
	}
	if (!operands[1])
		return STATUS_OK;
	if (parse_uint(operands[1], count) || !*count) {
		fail(command, "'%s' is no number of intervals", operands[1]);
		return STATUS_USAGE;
	}
	if (!operands[2])
		return STATUS_OK;
	fail(command, "'%s' is not expected here; see --help", operands[2]);
	return STATUS_USAGE;
}

/* Never zeroes: what is not known is shown as such, and why is said once. */
static void warn_unseen(const char *command, uint32_t unseen, uint32_t incomplete)
{
	if (incomplete & COUNT_DECISIONS)
		fail(command, "this kernel does not let all decisions be seen; vhostctl features says why");
	if (unseen & COUNT_RUNS)
		fail(command, "this kernel does not let the worker's runs be seen, with which kicks are counted");
	if (unseen & COUNT_HISTS)
		fail(command, "this kernel does not let kicks be followed to the worker: no kick_batch, no kick_to_run");
}

int begin_counting(const char *command, const struct interval_options *o, bool hists, struct counters **counters)
{
	const struct counters_options options = {
		.filter = make_queue_filter(&o->queue), .hists = hists, .sample = o->sample,
	};
	char why[PROBE_WHY_MAX];
	int err = stop_init();

	if (err) {
		fail(command, "catching signals: %s", strerror(-err));
		return STATUS_REFUSED;
	}
	/* Until interval_loop_open() it asks for nothing, and must not kill. */
	signal(SIGUSR1, SIG_IGN);
	bpf_programs_verbose(o->verbose);
	if (counters_open(counters, &options, why, sizeof(why))) {
		fail(command, "%s", why);
		return STATUS_REFUSED;
	}
	warn_unseen(command, counters_unseen(*counters), counters_incomplete(*counters));
	return STATUS_OK;
}
