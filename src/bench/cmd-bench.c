// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/virtio_config.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/fd-limit.h"
#include "base/stop.h"
#include "base/terminal.h"
#include "bench-judge.h"
#include "bench-options.h"
#include "bench-report.h"
#include "bench.h"
#include "vhost/vhost-open.h"
#include "vhost/vhost.h"

/* A tap's default queue length, in packets, and our default for packets in flight to an RX queue, which fits it. */
#define TAP_QUEUE 1000
#define RX_IN_FLIGHT 896

static void show_progress(uint64_t tx, uint64_t rx, double seconds)
{
	fprintf(stderr, "\r%5.0f s  tx %12" PRIu64 "  rx %12" PRIu64 "  packets", seconds, tx, rx);
}

/**
 * struct log_file - the file of --output
 * @path: its name, or NULL without --output
 * @file: opened before the run, which would be in vain if it could not be; log_write() overwrites an existing file
 * @created: the file did not exist before
 */
struct log_file {
	const char *path;
	FILE *file;
	bool created;
};

static int log_fail(const struct log_file *l, int err)
{
	fail("bench", "--output: cannot write %s: %s", l->path, strerror(err));
	return STATUS_REFUSED;
}

/* Returns an exit status. */
static int log_open(struct log_file *l)
{
	int fd;

	if (!l->path)
		return STATUS_OK;
	fd = open(l->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	l->created = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(l->path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return log_fail(l, errno);
	l->file = fdopen(fd, "w");
	if (l->file)
		return STATUS_OK;
	close(fd);
	return log_fail(l, ENOMEM);
}

/* Returns an exit status. */
static int log_write(const struct log_file *l, const struct bench_result *res)
{
	int r = 0;

	if (!l->file)
		return STATUS_OK;
	/* EINVAL: a pipe or a device has no length to truncate. */
	if (ftruncate(fileno(l->file), 0) && errno != EINVAL)
		r = -errno;
	for (unsigned int i = 0; !r && i < res->count; i++)
		r = netq_log_write(&res->queues[i].log, res->queues[i].name, l->file);
	if (!r && fflush(l->file))
		r = -errno;
	return r ? log_fail(l, -r) : STATUS_OK;
}

/* Returns 0 or -errno: some file systems report only now that they are full. */
static int log_close(struct log_file *l, bool used)
{
	int r;

	if (!l->file)
		return 0;
	r = fclose(l->file) ? -errno : 0;
	if (l->created && !used)
		unlink(l->path);
	return used ? r : 0;
}

static void set_policy(struct netdrv_policy *p, const struct bench_opts *o, uint64_t in_flight, struct call_after after)
{
	bool given = o->call_after.count || o->call_after.fraction > 0;

	if (o->in_flight)
		in_flight = o->in_flight;
	*p = (struct netdrv_policy){
		.notify = (enum notify)o->notify,
		/* A batch of more than may be in flight would never fill up. */
		.batch = (unsigned int)(o->batch_size < in_flight ? o->batch_size : in_flight),
		.in_flight = (unsigned int)in_flight,
		.call_after = given ? o->call_after : after,
		.stall_ns = o->stall_ns,
	};
}

static void set_conf(struct bench_conf *c, const struct bench_opts *o)
{
	uint64_t rx_in_flight = o->num < RX_IN_FLIGHT ? o->num : RX_IN_FLIGHT;

	*c = (struct bench_conf){
		.tx = o->mode != MODE_RX,
		.rx = o->mode != MODE_TX,
		.pairs = (unsigned int)o->queues,
		.packets = o->packets,
		.duration_ns = o->duration_ns,
		.dev = {
			.num = (unsigned int)o->num,
			.base = (uint16_t)o->base,
			.frame_size = o->size,
			.event_idx = o->notify == NOTIFY_EVENT_IDX,
			.in_order = feature_is_set(o->features.on, VIRTIO_F_IN_ORDER),
		},
		.isolate = !o->no_netns && !o->macvtap,
		.macvtap = o->macvtap,
		.tx_queue_len = o->in_flight > TAP_QUEUE ? (unsigned int)o->in_flight : TAP_QUEUE,
		.drop_kick = o->drop_kick,
		.log = o->output != NULL,
		.progress = terminal_has_escapes(STDERR_FILENO) ? show_progress : NULL,
	};
	/* Linux' virtio-net asks for a call after three quarters of the packets sent, and for each packet received. */
	set_policy(&c->tx_policy, o, o->num, (struct call_after){ .fraction = 0.75 });
	set_policy(&c->rx_policy, o, rx_in_flight, (struct call_after){ .count = 1 });
}

/*
 * Descriptors of a pair: the device, its memory and its queue of the tap; for each of its two queues two eventfds, the
 * far end's socket and the eventfd that says that the submitter has ended.
 */
#define PAIR_FDS (3 + 2 * 4)
#define OTHER_FDS 64

/* Returns an exit status. */
static int open_devices(struct bench_conf *c)
{
	char why[VHOST_OPEN_WHY_MAX];
	int err = vhost_open_all(c->vhost, c->pairs);

	if (!err)
		return STATUS_OK;
	fail("bench", VHOST_NET_DEVICE ": %s", vhost_open_why(err, why));
	return STATUS_REFUSED;
}

/* Returns an exit status. */
static int run(const struct cli *cli, const struct bench_opts *o, const struct bench_conf *conf)
{
	struct log_file log = { .path = o->output };
	struct bench_result res;
	struct step step;
	int status = log_open(&log), err, r, log_status = STATUS_OK;

	if (status) {
		vhost_close_all(conf->vhost, conf->pairs);
		return status;
	}
	err = bench_run(conf, &res, &step);
	if (conf->progress)
		fputs("\r\033[K", stderr);
	if (err) {
		status = fail_step("bench", cli->places, &step, err);
	} else {
		status = bench_report(cli, o, &res);
		if (!status)
			status = bench_judge(o, &res);
		log_status = log_write(&log, &res);
	}
	r = log_close(&log, !err);
	/* log_write() has reported its own errors. */
	if (r && !log_status)
		log_status = log_fail(&log, -r);
	bench_result_fini(&res);
	return status ? status : log_status;
}

static int run_bench(const struct cli *cli, const void *p)
{
	struct bench_opts o = *(const struct bench_opts *)p;
	struct bench_conf conf;
	char why[160];
	int r = bench_complete_opts(&o, why, sizeof(why));

	if (r) {
		fail("bench", "%s", why);
		return STATUS_USAGE;
	}
	r = stop_init();
	if (r) {
		fail("bench", "cannot catch signals: %s", error_text(r));
		return STATUS_REFUSED;
	}
	set_conf(&conf, &o);
	fd_limit_raise(o.queues * PAIR_FDS + OTHER_FDS);
	/* Before anything else, so that a missing module is reported first. */
	r = open_devices(&conf);
	return r ? r : run(cli, &o, &conf);
}

static const struct opt_group groups[] = { { "Options", bench_options }, { 0 } };

const struct command cmd_bench = {
	.name = "bench",
	.summary = "drive the rings of a vhost-net device and count notifications",
	.opts = groups,
	.opts_size = sizeof(struct bench_opts),
	.defaults = &bench_defaults,
	.run = run_bench,
};
