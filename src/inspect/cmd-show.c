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
#include "base/format.h"
#include "base/notice.h"
#include "base/stop.h"
#include "base/terminal.h"
#include "eventfd-paths.h"
#include "held-eventfds.h"
#include "inspect.h"
#include "probe/session.h"
#include "ring-peaks.h"
#include "show-report.h"
#include "show-watch.h"
#include "tap-names.h"
#include "virtio-report.h"

/* Lines of a terminal that does not tell its size. */
#define UNKNOWN_ROWS 24

struct show_opts {
	uint64_t watch;
	bool driver;
};

static const struct show_opts show_defaults = { 0 };

static const struct opt show_opts[] = {
	{ "watch", 0, OPT_SECONDS, offsetof(struct show_opts, watch), "S", "show it again every S seconds",
	  .min = NSEC_PER_MSEC, .max = 1000000 * NSEC_PER_SEC },
	INSPECT_TARGET_OPERAND,
	DRIVER_OPTION(show_opts),
	{ 0 },
};

/**
 * struct show - one run of the command
 * @out: the output
 * @ins: the iterator
 * @word: the user's word for the device
 * @target: the meaning of @word
 * @names: the taps that are shown
 * @peaks: how full their rings were at most
 * @redraw: each look overwrites the one before
 * @others: number of other devices in the last look
 */
struct show {
	struct out out;
	struct inspect *ins;
	const char *word;
	struct inspect_target target;
	struct tap_names names;
	struct ring_peaks peaks;
	bool redraw;
	size_t others;
};

static void show_one(struct show *sh, struct out *o, const struct show_device *s, enum show_detail detail)
{
	if (sh->out.json) {
		show_json(o, s);
		return;
	}
	if (s->before)
		fputc('\n', o->file);
	show_text(o, s, detail);
}

/* Print the devices of a look that are wanted. Return: how many. */
static int print_devices(struct show *sh, struct out *o, const struct inspect_host *host, enum show_detail detail)
{
	struct held_eventfds held = { 0 };
	struct eventfd_paths paths = { 0 };
	const struct inspect_device *before = NULL;
	int count = 0;

	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *d = &host->devices[i];
		struct show_device s = {
			.device = d, .before = before, .netns = sh->names.taps.own_netns, .eventfd_err = -ESRCH,
			.paths = &paths, .peaks = &sh->peaks,
		};

		if (!inspect_target_matches(&sh->target, d))
			continue;
		/* Without an owner, @held has the eventfds of an earlier device's owner: leave them out. */
		if (d->owner.pid) {
			s.eventfd_err = held_eventfds(&held, sh->ins, (pid_t)d->owner_tid);
			s.eventfds = &held;
		}
		eventfd_paths(&paths, sh->ins, d);
		show_one(sh, o, &s, detail);
		before = d;
		count++;
	}
	held_eventfds_free(&held);
	eventfd_paths_free(&paths);
	return count;
}

static unsigned int count_lines(const char *text)
{
	unsigned int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* Overwrite the screen with the first lines of @text. */
static void draw(struct show *sh, const char *text, unsigned int rows)
{
	const unsigned int lines = count_lines(text);
	const char *end = text;

	fputs(SHOW_CLEAR, sh->out.file);
	for (unsigned int i = 0; *end && (lines < rows || i < rows - 2); i++)
		end += strcspn(end, "\n") + 1;
	fwrite(text, 1, (size_t)(end - text), sh->out.file);
	if (*end)
		fprintf(sh->out.file, "(%u more lines)\n", count_lines(end));
}

/* Print with the most detail that fits the screen. Return: the number of devices, or -errno. */
static int redraw(struct show *sh, const struct inspect_host *host)
{
	const int size = terminal_size(fileno(sh->out.file)).rows;
	const unsigned int rows = size > 2 ? (unsigned int)size : UNKNOWN_ROWS;
	unsigned int detail = SHOW_ALL;
	int count = 0;

	for (bool fits = false; !fits; detail++) {
		struct out o = sh->out;
		char *text = NULL;
		size_t len;

		o.file = open_memstream(&text, &len);
		if (!o.file)
			return -ENOMEM;
		count = print_devices(sh, &o, host, (enum show_detail)detail);
		if (fclose(o.file)) {
			free(text);
			return -ENOMEM;
		}
		fits = count_lines(text) < rows || detail == SHOW_DETAILS - 1;
		if (fits && count)
			draw(sh, text, rows);
		free(text);
	}
	return count;
}

/* Return: the number of devices shown, or -errno. */
static int show_all(void *arg)
{
	struct show *sh = arg;
	struct inspect_host host;
	int count = inspect_look(sh->ins, &host);

	if (!count)
		count = ring_peaks_note(&sh->peaks, &host);
	if (count) {
		inspect_free(&host);
		return count;
	}
	tap_names_set(&sh->names, &host, &sh->target);
	if (sh->redraw)
		count = redraw(sh, &host);
	else
		count = print_devices(sh, &sh->out, &host, SHOW_ALL);
	sh->others = host.count - (count > 0 ? (size_t)count : 0);
	inspect_free(&host);
	return count;
}

static int fail_none(const struct show *sh)
{
	if (!sh->others)
		fail("show", "there is no vhost device '%s', and no other; virtio devices need --driver", sh->word);
	else
		fail("show", "there is no vhost device '%s', but %zu other%s; see vhostctl list", sh->word, sh->others,
		     plural(sh->others));
	return STATUS_REFUSED;
}

static int show(struct show *sh, uint64_t interval)
{
	struct show_watch w = {
		.out = &sh->out, .word = sh->word, .redraw = sh->redraw, .show = show_all, .arg = sh,
	};
	int r = show_all(sh);

	if (!r)
		return fail_none(sh);
	if (r > 0)
		r = out_flush(&sh->out);
	if (!r && interval)
		r = show_watch(&w, interval);
	return fail_output("show", &sh->out, "looking at the devices", r);
}

/* Return: an exit status. */
static int check_operands(char **operands, bool driver)
{
	if (!operands[0]) {
		fail("show", "a device is missing: %s", driver ?
		     "virtio0, or the name of its interface or disk; see vhostctl list --driver" :
		     "the name of a tap, a pid, or PID:FD; see vhostctl list");
		return STATUS_USAGE;
	}
	if (operands[1]) {
		fail("show", "'%s' is not expected here; see --help", operands[1]);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static int parse_target(struct show *sh, const char *word)
{
	const char *wrong;

	sh->word = word;
	wrong = inspect_target_parse(&sh->target, sh->word);
	if (!wrong)
		return STATUS_OK;
	fail("show", "'%s' %s", sh->word, wrong);
	return STATUS_USAGE;
}

static int run_show(const struct cli *cli, const void *arg)
{
	const struct show_opts *opts = arg;
	struct show sh = { 0 };
	struct notice notice;
	char why[INSPECT_WHY_MAX];
	int status = check_operands(cli->operands, opts->driver), err;

	if (!status && opts->driver)
		return show_driver(cli, cli->operands[0], opts->watch);
	if (!status)
		status = parse_target(&sh, cli->operands[0]);
	if (status)
		return status;
	err = stop_init();
	if (err) {
		fail("show", "catching signals: %s", error_text(err));
		return STATUS_REFUSED;
	}
	tap_names_init(&sh.names);
	out_init(&sh.out, stdout, cli->json, cli->pretty, cli->color);
	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, "show", SESSION_DOING);
	err = inspect_open(&sh.ins, INSPECT_EVENTFDS | INSPECT_LISTENERS | INSPECT_WORKERS, why, sizeof(why));
	notice_end(&notice);
	if (err) {
		fail("show", "%s", why);
		return STATUS_REFUSED;
	}
	if (inspect_blind(sh.ins))
		fail("show", "the words of the rings cannot be read: %s", inspect_blind(sh.ins));
	sh.redraw = show_redraws(&sh.out, opts->watch);
	status = show(&sh, opts->watch);
	tap_names_free(&sh.names);
	ring_peaks_free(&sh.peaks);
	inspect_close(sh.ins);
	return status;
}

static const struct opt_group groups[] = { { "Options", show_opts }, { 0 } };

const struct command cmd_show = {
	.name = "show",
	.summary = "show all of a device: the kernel's state beside its rings",
	.operands = "DEV",
	.operands_help = VIRTIO_REPORT_DEV,
	.opts = groups,
	.opts_size = sizeof(struct show_opts),
	.defaults = &show_defaults,
	.run = run_show,
};
