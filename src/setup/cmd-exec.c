// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/fail.h"
#include "base/placeholder.h"
#include "base/privileges.h"
#include "base/terminal-guard.h"
#include "net/net-options.h"
#include "net/tapnet.h"
#include "vhost/vhost-open.h"
#include "vhost/vhost.h"

/* The same as in env(1), setpriv(1) and the shell. */
#define STATUS_NOT_RUN 126
#define STATUS_NOT_FOUND 127

/* Room for the longest "a:b:c". */
#define FD_LIST_SIZE (TAPNET_QUEUES_MAX * sizeof("2147483647"))

struct exec_opts {
	struct identity as;
	struct tapnet_conf net;
};

static const struct exec_opts default_opts = { .as = IDENTITY_KEEP, .net = TAPNET_CONF_DEFAULTS };

static const char *parse_user(void *field, const char *arg)
{
	return identity_set_user(field, arg) ? "is neither a user's name nor a number" : NULL;
}

static const char *parse_group(void *field, const char *arg)
{
	return identity_set_group(field, arg) ? "is neither a group's name nor a number" : NULL;
}

#define FIELD(f) offsetof(struct exec_opts, f)

static const struct opt options[] = {
	{ "user", 0, OPT_PARSE, FIELD(as), "USER", "run it as this user, with the user's groups",
	  .parse = parse_user },
	{ "group", 0, OPT_PARSE, FIELD(as), "GROUP", "run it with this group (default: the user's)",
	  .parse = parse_group },
	{ 0 },
};

/**
 * struct devices - what COMMAND inherits
 * @vhost: vhost-net devices without owner, one for each queue of the tap
 * @tap: the tap with its queues
 */
struct devices {
	int vhost[TAPNET_QUEUES_MAX];
	struct tapnet tap;
};

/*
 * Open the devices first, so that a missing module is reported first. Leave them without owner: VHOST_SET_OWNER makes
 * the caller's mm the owner, and execve() is about to replace ours.
 *
 * Returns an exit status.
 */
static int open_devices(struct devices *d, const struct cli *cli, const struct tapnet_conf *conf)
{
	unsigned int queues = (unsigned int)conf->queues;
	char why[VHOST_OPEN_WHY_MAX];
	struct step step;
	int err;

	err = vhost_open_all(d->vhost, queues);
	if (err) {
		fail("exec", VHOST_NET_DEVICE ": %s", vhost_open_why(err, why));
		return STATUS_REFUSED;
	}
	err = tapnet_open(&d->tap, conf, &step);
	if (!err)
		return STATUS_OK;
	vhost_close_all(d->vhost, queues);
	return fail_step("exec", cli->places, &step, err);
}

/* Let COMMAND inherit descriptors, and list them as "a:b:c". Returns 0, or -1 with errno. */
static int hand_over(const int *fds, unsigned int count, char list[FD_LIST_SIZE])
{
	size_t len = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (fcntl(fds[i], F_SETFD, 0))
			return -1;
		len += (size_t)snprintf(list + len, FD_LIST_SIZE - len, "%s%d", i ? ":" : "", fds[i]);
	}
	return 0;
}

static void free_words(char **words)
{
	for (char **w = words; w && *w; w++)
		free(*w);
	free(words);
}

/* Returns a copy of the words with placeholders filled in, or NULL without memory. */
static char **fill_words(char *const *words, const struct placeholder *p)
{
	size_t count = 0;
	char **filled;

	while (words[count])
		count++;
	filled = calloc(count + 1, sizeof(*filled));
	for (size_t i = 0; filled && i < count; i++) {
		filled[i] = placeholder_fill(words[i], p);
		if (filled[i])
			continue;
		free_words(filled);
		return NULL;
	}
	return filled;
}

/* Let COMMAND inherit the descriptors, and tell it their numbers. Returns its words, or NULL with errno. */
static char **pass_on(const struct devices *d, char *const *words)
{
	char tapfds[FD_LIST_SIZE], vhostfds[FD_LIST_SIZE];
	const struct placeholder placeholders[] = { { "{tapfds}", tapfds }, { "{vhostfds}", vhostfds }, { 0 } };

	if (hand_over(d->tap.fds, d->tap.queues, tapfds) || hand_over(d->vhost, d->tap.queues, vhostfds) ||
	    tapnet_inherit(&d->tap) || setenv("VHOSTCTL_TAPFDS", tapfds, 1) ||
	    setenv("VHOSTCTL_VHOSTFDS", vhostfds, 1) || setenv("VHOSTCTL_TAP", d->tap.name, 1))
		return NULL;
	return fill_words(words, placeholders);
}

/* Returns an exit status, if it returns. */
static int run_words(char *const *words)
{
	int err;

	execvp(words[0], words);
	err = errno;
	fail("exec", "cannot run '%s': %s", words[0], strerror(err));
	return err == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN;
}

/* Returns an exit status, if it returns. */
static int run_command(const struct cli *cli, const struct exec_opts *o, const struct devices *d)
{
	char **words = pass_on(d, cli->operands);
	struct step step;
	int err, status;

	if (!words) {
		fail("exec", "cannot pass the descriptors on: %s", strerror(errno));
		return STATUS_REFUSED;
	}
	err = privileges_drop(&o->as, &step);
	if (!err)
		err = terminal_guard(&step);
	if (!err)
		err = tapnet_persist(&d->tap, &o->net, &step);
	status = err ? fail_step("exec", cli->places, &step, err) : run_words(words);
	free_words(words);
	return status;
}

/* Returns an exit status. */
static int check_opts(const struct cli *cli, const struct exec_opts *o)
{
	struct step step;
	int err;

	if (!*cli->operands) {
		fail("exec", "a COMMAND to run is missing; see --help");
		return STATUS_USAGE;
	}
	if (o->as.uid != ID_KEEP && o->as.own_gid == ID_KEEP && o->as.gid == ID_KEEP) {
		fail("exec", "--user: %u is in no user database, so that it has no group either; give one with --group",
		     (unsigned int)o->as.uid);
		return STATUS_USAGE;
	}
	err = tapnet_check_conf(&o->net, &step);
	if (!err)
		return STATUS_OK;
	fail_step("exec", cli->places, &step, err);
	return STATUS_USAGE;
}

static int run_exec(const struct cli *cli, const void *p)
{
	const struct exec_opts *o = p;
	struct devices d;
	int status = check_opts(cli, o);

	if (!status)
		status = open_devices(&d, cli, &o->net);
	if (status)
		return status;
	status = run_command(cli, o, &d);
	tapnet_discard(&d.tap);
	vhost_close_all(d.vhost, (unsigned int)o->net.queues);
	return status;
}

static const struct opt_group groups[] = {
	{ "Command", options, 0 },
	{ "Tap", net_tap_options, FIELD(net) },
	{ "Link", net_link_options, FIELD(net) },
	{ 0 },
};

const struct command cmd_exec = {
	.name = "exec",
	.summary = "run a command, such as QEMU, with a tap and vhost-net devices",
	.operands = "-- COMMAND [ARG...]",
	.runs = true,
	.opts = groups,
	.opts_size = sizeof(struct exec_opts),
	.defaults = &default_opts,
	.run = run_exec,
};
