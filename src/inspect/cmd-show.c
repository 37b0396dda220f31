// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/fail.h"
#include "base/stop.h"
#include "inspect.h"
#include "show-report.h"

#define PROC "/proc"
#define NETNS_NAMES "/run/netns"

/* Home, and clear what is below. */
#define CLEAR "\033[H\033[J"

struct show_opts {
	uint64_t watch;
};

static const struct show_opts show_defaults = { 0 };

static const struct opt show_opts[] = {
	{ "watch", 0, OPT_SECONDS, offsetof(struct show_opts, watch), "S", "show it again every S seconds",
	  .min = NSEC_PER_MSEC, .max = 1000000 * NSEC_PER_SEC },
	{ 0 },
};

/**
 * struct show - one run of the command
 * @out: where it goes
 * @ins: where it comes from
 * @word: what the user called the device
 * @target: what that means
 * @netns: inode number of our network namespace; 0 if not known
 * @redraw: each look takes the place of the one before
 */
struct show {
	struct out out;
	struct inspect *ins;
	const char *word;
	struct inspect_target target;
	uint32_t netns;
	bool redraw;
};

static uint32_t own_netns(void)
{
	struct stat st;

	return stat(PROC "/self/ns/net", &st) ? 0 : (uint32_t)st.st_ino;
}

static void show_one(struct show *sh, const struct inspect_device *d, struct scan_held *held, bool first)
{
	struct show_device s = { .device = d, .netns = sh->netns, .eventfd_err = -ESRCH };
	const struct inspect_queue *tap = inspect_tap(d);

	if (tap && scan_netns_name(NETNS_NAMES, tap->netns, s.netns_name))
		*s.netns_name = 0;
	if (first && sh->redraw)
		fputs(CLEAR, sh->out.file);
	if (d->owner.pid)
		s.eventfd_err = scan_held(held, PROC, (pid_t)d->owner.pid);
	s.eventfds = held->fds;
	s.eventfd_count = held->count;
	if (sh->out.json) {
		show_json(&sh->out, &s);
	} else {
		if (!first)
			fputc('\n', sh->out.file);
		show_text(&sh->out, &s);
	}
}

/* Returns how many there were, or -errno. */
static int show_all(struct show *sh, size_t *others)
{
	struct scan_held held = { 0 };
	struct inspect_host host;
	int err = inspect_look(sh->ins, &host), count = 0;

	if (err)
		return err;
	for (size_t i = 0; i < host.count; i++)
		if (inspect_target_matches(&sh->target, &host.devices[i]))
			show_one(sh, &host.devices[i], &held, !count++);
	scan_held_free(&held);
	*others = host.count - (size_t)count;
	inspect_free(&host);
	return count;
}

/* Sleep until the next look. Return: 1, 0 if it is time to end, -EPIPE if the reader has gone. */
static int wait_next(struct show *sh, uint64_t next)
{
	struct pollfd fds[] = { { .fd = stop_fd(), .events = POLLIN }, { .fd = fileno(sh->out.file) } };

	for (;;) {
		uint64_t now = now_ns(), ms;

		if (stop_requested())
			return 0;
		if (now >= next)
			return 1;
		ms = (next - now + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC;
		if (poll(fds, 2, (int)ms) < 0 && errno != EINTR)
			return -errno;
		if (fds[1].revents & (POLLERR | POLLHUP))
			return -EPIPE;
	}
}

static void show_gone(struct show *sh)
{
	struct json_object *obj;

	if (!sh->out.json) {
		out_text(&sh->out, sh->word, strlen(sh->word));
		fputs(" is gone.\n", sh->out.file);
		return;
	}
	obj = json_object_new_object();
	json_object_object_add(obj, "type", json_object_new_string("gone"));
	json_object_object_add(obj, "target", out_json_string(sh->word));
	out_json(&sh->out, obj);
}

/* Looks again until the device is gone or somebody asks to stop. Return: 0 or -errno. */
static int watch(struct show *sh, uint64_t interval)
{
	uint64_t next = now_ns();
	size_t others;
	int r;

	for (;;) {
		next += interval;
		r = wait_next(sh, next);
		if (r <= 0)
			return r;
		/* A look that took longer than the interval is not made up for. */
		next = next + interval < now_ns() ? now_ns() : next;
		if (!sh->out.json && !sh->redraw)
			fputs("\n--\n", sh->out.file);
		r = show_all(sh, &others);
		if (!r)
			show_gone(sh);
		if (r <= 0)
			return r ? r : out_flush(&sh->out);
		r = out_flush(&sh->out);
		if (r)
			return r;
	}
}

static int fail_none(const struct show *sh, size_t others)
{
	if (!others)
		fail("show", "there is no vhost device '%s', and no other", sh->word);
	else
		fail("show", "there is no vhost device '%s', but %zu other%s; see vhostctl list", sh->word, others,
		     others == 1 ? "" : "s");
	return STATUS_REFUSED;
}

static int show(struct show *sh, uint64_t interval)
{
	size_t others;
	int r;

	sh->redraw = interval && !sh->out.json && isatty(fileno(sh->out.file));
	r = show_all(sh, &others);
	if (!r)
		return fail_none(sh, others);
	if (r > 0)
		r = out_flush(&sh->out);
	if (!r && interval)
		r = watch(sh, interval);
	/* Whoever read it has enough of it, "head" for example. */
	if (!r || r == -EPIPE)
		return STATUS_OK;
	fail("show", "%s: %s", ferror(sh->out.file) ? "cannot write to standard output" : "looking at the devices",
	     strerror(-r));
	return STATUS_REFUSED;
}

static int parse_operands(struct show *sh, char **operands)
{
	if (!operands[0]) {
		fail("show", "a device is missing: the name of a tap, a pid, or PID:FD; see vhostctl list");
		return STATUS_USAGE;
	}
	if (operands[1]) {
		fail("show", "'%s' is not expected here; see --help", operands[1]);
		return STATUS_USAGE;
	}
	sh->word = operands[0];
	if (!inspect_target_parse(&sh->target, sh->word))
		return STATUS_OK;
	fail("show", "'%s' is not the name of a tap, a pid, or PID:FD", sh->word);
	return STATUS_USAGE;
}

static int run_show(const struct cli *cli, const void *arg)
{
	const struct show_opts *opts = arg;
	struct show sh = { .netns = own_netns() };
	char why[INSPECT_WHY_MAX];
	int status = parse_operands(&sh, cli->operands), err;

	if (status)
		return status;
	err = stop_init();
	if (err) {
		fail("show", "catching signals: %s", strerror(-err));
		return STATUS_REFUSED;
	}
	out_init(&sh.out, stdout, cli->json, cli->pretty, cli->color);
	if (inspect_open(&sh.ins, why, sizeof(why))) {
		fail("show", "%s", why);
		return STATUS_REFUSED;
	}
	status = show(&sh, opts->watch);
	inspect_close(sh.ins);
	return status;
}

static const struct opt_group groups[] = { { "Options", show_opts }, { 0 } };

const struct command cmd_show = {
	.name = "show",
	.summary = "all of a device: the kernel's side beside the ring, and what follows",
	.operands = "DEV",
	.opts = groups,
	.opts_size = sizeof(struct show_opts),
	.defaults = &show_defaults,
	.run = run_show,
};
