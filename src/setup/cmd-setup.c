// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/fd-limit.h"
#include "base/stop.h"
#include "setup-options.h"
#include "setup-report.h"
#include "setup-watch.h"
#include "vhost/vhost-open.h"
#include "vhost/vhost.h"

/* A child inherits the memory, the description of the setup, and three eventfds for each ring. */
#define CHILD_FDS_MAX (2 + 3 * SETUP_RINGS_MAX)

/*
 * Descriptors of a pair: the device, its queue of the tap and three eventfds for each ring. The child has the eventfds
 * twice while it moves them to the numbers at which the command expects them.
 */
#define PAIR_FDS (2 + 2 * 3 * DEVICE_RINGS)
#define OTHER_FDS 64

/* Open the devices that were not handed to us. Returns an exit status. */
static int open_devices(struct setup_conf *c)
{
	char why[VHOST_OPEN_WHY_MAX];

	for (unsigned int i = 0; i < c->net.queues; i++) {
		if (c->vhost[i] >= 0)
			continue;
		c->vhost[i] = vhost_open();
		if (c->vhost[i] >= 0)
			continue;
		fail("setup", VHOST_NET_DEVICE ": %s", vhost_open_why(c->vhost[i], why));
		return STATUS_REFUSED;
	}
	return STATUS_OK;
}

static void add_fd(struct child_fd *fds, int *count, int fd, const char *ring, const char *name)
{
	if (fd < 0)
		return;
	fds[*count].fd = fd;
	snprintf(fds[*count].name, sizeof(fds->name), "%s%s%s", ring, *ring ? "-" : "", name);
	++*count;
}

/* Write what -j prints to a file, which tells the command where its rings are. Returns a descriptor or -errno. */
static int describe(const struct setup_conf *c, const struct setup *s, struct step *step)
{
	struct out o;
	FILE *f;
	int fd, copy, r;

	step_at(step, NULL, "write the description for the command");
	fd = memfd_create("vhostctl-setup", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	copy = dup(fd);
	f = copy >= 0 ? fdopen(copy, "w") : NULL;
	if (!f) {
		r = -errno;
		if (copy >= 0)
			close(copy);
		close(fd);
		return r;
	}
	out_init(&o, f, true, false, COLOR_NEVER);
	r = setup_report(&o, c, s, step);
	fclose(f);
	step_at(step, NULL, "write the description for the command");
	if (!r && lseek(fd, 0, SEEK_SET))
		r = -errno;
	if (!r)
		return fd;
	close(fd);
	return r;
}

static int start_child(struct child *child, char *const argv[], const struct setup_conf *c, const struct setup *s,
		       struct step *step)
{
	struct child_fd fds[CHILD_FDS_MAX];
	int description = describe(c, s, step), count = 0, r;

	if (description < 0)
		return description;
	add_fd(fds, &count, s->mem.fd, "", "memory");
	add_fd(fds, &count, description, "", "setup");
	for (unsigned int i = 0; i < s->count * DEVICE_RINGS; i++) {
		const struct device_ring *ring = setup_ring(s, i);

		add_fd(fds, &count, ring->kick, ring->conf.place.name, "kick");
		add_fd(fds, &count, ring->call, ring->conf.place.name, "call");
		add_fd(fds, &count, ring->err, ring->conf.place.name, "err");
	}
	r = child_start(child, argv, fds, count, step);
	close(description);
	return r;
}

static void show_event(void *ctx, const struct watch_event *e)
{
	struct out *o = ctx;

	setup_report_event(o, e);
	/* Show the event at once. An error of the output is reported at the end. */
	out_flush(o);
}

/* Returns an exit status. The command's goes before STATUS_FOUND, but not before an error of our own. */
static int hold(struct out *o, const struct setup_conf *c, struct setup *s, char *const argv[],
		const struct opt_places *places)
{
	struct watch w = {
		.s = s,
		.iotlb = c->device.iotlb,
		.iotlb_v2 = c->device.backend_features & UINT64_C(1) << VHOST_BACKEND_F_IOTLB_MSG_V2,
		.features = c->device.features,
		.seen = show_event,
		.ctx = o,
	};
	struct child child = { .pid = -1, .pidfd = -1 };
	const uint64_t start = now_ns();
	struct step step;
	int r, status = STATUS_OK, waited = 0;

	if (*argv) {
		r = start_child(&child, argv, c, s, &step);
		if (r) {
			tapnet_discard(&s->net);
			return fail_step("setup", places, &step, r);
		}
	} else if (!o->json && isatty(STDERR_FILENO)) {
		fprintf(stderr, "Held until Control-C.\n");
	}
	r = setup_watch(&w, child.pidfd, &step);
	if (r) {
		fail_step("setup", places, &step, r);
		/* Its devices will get no more answers from us. */
		child_end(&child);
	}
	if (child.pid > 0)
		waited = child_wait(&child, &status);
	if (r)
		return STATUS_REFUSED;
	r = setup_report_end(o, &w, ns_to_s(now_ns() - start), &step);
	if (r && r != -EPIPE)
		return fail_step("setup", places, &step, r);
	if (waited)
		return STATUS_REFUSED;
	if (status)
		return status;
	return w.errors || w.unanswered ? STATUS_FOUND : STATUS_OK;
}

/* Returns an exit status. */
static int set_up_and_hold(const struct cli *cli, struct setup_conf *c)
{
	struct setup s;
	struct step step;
	struct out o;
	int r, status;

	out_init(&o, stdout, cli->json, cli->pretty, cli->color);
	r = setup_open(&s, c, &step);
	if (r)
		return fail_step("setup", cli->places, &step, r);
	r = setup_report(&o, c, &s, &step);
	if (r) {
		tapnet_discard(&s.net);
		status = fail_step("setup", cli->places, &step, r);
	} else {
		status = hold(&o, c, &s, cli->operands, cli->places);
	}
	setup_close(&s);
	return status;
}

static int run_setup(const struct cli *cli, const void *opts)
{
	struct setup_conf c;
	struct step step;
	int r, status;

	/* Before anything is opened: see setup_complete(). */
	r = setup_complete(opts, &c, &step);
	if (r) {
		fail_step("setup", cli->places, &step, r);
		setup_conf_fini(&c);
		return r == -ENOMEM ? STATUS_REFUSED : STATUS_USAGE;
	}
	r = stop_init();
	if (r) {
		fail("setup", "cannot catch signals: %s", error_text(r));
		status = STATUS_REFUSED;
	} else {
		fd_limit_raise(c.net.queues * PAIR_FDS + OTHER_FDS);
		status = open_devices(&c);
		if (!status)
			status = set_up_and_hold(cli, &c);
	}
	setup_conf_fini(&c);
	return status;
}

const struct command cmd_setup = {
	.name = "setup",
	.summary = "set up vhost-net devices in full and hold them",
	.operands = "[-- COMMAND [ARG...]]",
	.runs = true,
	.opts = setup_groups,
	.opts_size = sizeof(struct setup_opts),
	.defaults = &setup_defaults,
	.run = run_setup,
};
