// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "advice-report.h"
#include "base/clock.h"
#include "base/columns.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/out.h"
#include "probe/queue-options.h"
#include "rules.h"
#include "stat/interval-start.h"
#include "watch.h"

/* It begins with what parse_dev() fills in. */
struct advise_opts {
	struct queue_options queue;
	uint64_t duration;
	struct column_options columns;
};

static const struct advise_opts advise_defaults = { .duration = 10 * NSEC_PER_SEC };

static const struct opt advise_opts[] = {
	DEV_OPTION,
	{ "duration", 'd', OPT_SECONDS, offsetof(struct advise_opts, duration), "S", "watch for S seconds (default 10)",
	  .min = 100 * NSEC_PER_MSEC, .max = 1000000 * NSEC_PER_SEC },
	COLUMN_OPTIONS(advise_opts, columns),
	{ 0 },
};

/* The arguments of watch_open(). */
struct open_args {
	struct watch **watch;
	const struct queue_options *options;
};

static int open_watch(void *arg, char *why, size_t len)
{
	const struct open_args *a = arg;

	return watch_open(a->watch, a->options, why, len);
}

static int report(struct out *out, const struct watch *watch, const struct column_options *columns)
{
	const struct watched *w = watch_result(watch);
	struct advices a;
	int status, err = rules_apply(w, &a);

	if (!err)
		err = advice_report(out, &a, w, columns);
	if (err) {
		fail("advise", "%s", error_text(err));
		status = STATUS_REFUSED;
	} else {
		status = fail_output("advise", out, NULL, out_flush(out));
	}
	if (status == STATUS_OK && a.count)
		status = STATUS_FOUND;
	advices_free(&a);
	return status;
}

static int run_watch(struct watch *watch, struct out *out, const struct advise_opts *opts)
{
	int err;

	if (watch_unseen(watch))
		fail("advise", "%s; some rules are silent", watch_unseen(watch));
	err = watch_run(watch, opts->duration);
	if (!err)
		return report(out, watch, &opts->columns);
	fail("advise", "cannot look at the devices: %s", error_text(err));
	return STATUS_REFUSED;
}

static int run_advise(const struct cli *cli, const void *arg)
{
	const struct advise_opts *opts = arg;
	struct watch *watch = NULL;
	struct open_args args = { &watch, &opts->queue };
	struct out out;
	int status;

	out_init(&out, stdout, cli->json, cli->pretty, cli->color);
	status = fail_column_options("advise", &out, advice_columns, &opts->columns);
	if (status)
		return status;
	if (columns_wants_help(&opts->columns)) {
		columns_help(stdout, advice_columns);
		return STATUS_OK;
	}
	status = begin_programs("advise", false, open_watch, &args);
	if (!status)
		status = run_watch(watch, &out, opts);
	watch_close(watch);
	return status;
}

static const struct opt_group groups[] = { { "Options", advise_opts }, { 0 } };

const struct command cmd_advise = {
	.name = "advise",
	.summary = "watch all devices, and say what is worth changing",
	.opts = groups,
	.opts_size = sizeof(struct advise_opts),
	.defaults = &advise_defaults,
	.run = run_advise,
};
