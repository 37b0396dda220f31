// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "advice-report.h"
#include "base/clock.h"
#include "base/columns.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/out.h"
#include "driver-watch.h"
#include "probe/queue-options.h"
#include "probe/virtio-labels.h"
#include "rules.h"
#include "stat/interval-start.h"
#include "watch.h"

/* It begins with what parse_dev() fills in. */
struct advise_opts {
	struct queue_options queue;
	uint64_t duration;
	struct column_options columns;
	bool driver;
};

static const struct advise_opts advise_defaults = { .duration = 10 * NSEC_PER_SEC };

static const struct opt advise_opts[] = {
	DEV_OPTION,
	{ "duration", 'd', OPT_SECONDS, offsetof(struct advise_opts, duration), "S", "watch for S seconds (default 10)",
	  .min = 100 * NSEC_PER_MSEC, .max = 1000000 * NSEC_PER_SEC },
	{ "driver", 0, OPT_FLAG, offsetof(struct advise_opts, driver), .help = "watch the virtio drivers here" },
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

static int report(struct out *out, const struct watched *w, const struct column_options *columns)
{
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
		return report(out, watch_result(watch), &opts->columns);
	fail("advise", "cannot look at the devices: %s", error_text(err));
	return STATUS_REFUSED;
}

/* The arguments of driver_watch_open(). */
struct driver_args {
	struct driver_watch **watch;
	const struct device_choice *choice;
};

static int open_driver_watch(void *arg, char *why, size_t len)
{
	const struct driver_args *a = arg;

	return driver_watch_open(a->watch, a->choice, why, len);
}

static void tell_none(const struct queue_options *options)
{
	char buf[QUEUE_OPTIONS_TEXT];
	const char *choice = queue_options_text(options, buf);

	if (!virtio_labels_any_device())
		fail("advise", "there is no virtio device here; without --driver it watches what vhost does");
	else
		fail("advise", "no queue of %s has done anything", choice ? choice : "a virtio device");
}

static int advise_drivers(const struct advise_opts *opts, struct out *out)
{
	struct device_choice choice = make_queue_filter(&opts->queue).taps;
	const char *wrong = virtio_labels_choose(&choice);
	struct driver_watch *watch = NULL;
	struct driver_args args = { &watch, &choice };
	uint64_t lost = 0;
	int status, err;

	if (wrong) {
		fail("advise", "--dev: the names %s", wrong);
		return STATUS_USAGE;
	}
	status = begin_programs("advise", false, open_driver_watch, &args);
	if (status)
		return status;
	err = driver_watch_run(watch, opts->duration, &lost);
	if (!err && !driver_watch_result(watch)->device_count)
		tell_none(&opts->queue);
	if (lost)
		fail("advise", "%" PRIu64 " kicks or interrupts were not counted", lost);
	status = STATUS_REFUSED;
	if (err)
		fail("advise", "cannot read the counters: %s", error_text(err));
	else
		status = report(out, driver_watch_result(watch), &opts->columns);
	driver_watch_close(watch);
	return status;
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
	if (opts->driver)
		return advise_drivers(opts, &out);
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
