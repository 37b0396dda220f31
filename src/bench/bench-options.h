/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/options.h"
#include "driver/netdrv.h"
#include "virtio/feature-names.h"

/* What is driven; the values of --mode. */
enum mode { MODE_TX, MODE_RX, MODE_BOTH };

/* The words of --notify, in the order of enum notify, ended by NULL. */
extern const char *const bench_notify_names[];

/**
 * struct bench_opts - the options of bench as given; 0 means not given, except where a member has a default
 * @mode: an enum mode
 * @queues: queue pairs
 * @packets: packets on each queue
 * @duration_ns: how long to run, in nanoseconds
 * @size: frame size in bytes, Ethernet header included
 * @num: ring size
 * @batch_size: packets published at a time
 * @in_flight: most packets in flight on a queue
 * @base: ring index to start at
 * @notify: an enum notify
 * @features: features that the driver uses beside the usual ones: VIRTIO_F_IN_ORDER or none
 * @call_after: when to ask for a call
 * @stall_ns: a queue with pending work and no progress for this long, in nanoseconds, is stuck
 * @drop_kick: the kick of this number, from 1, is not sent on the first pair
 * @no_netns: make the tap in the current network namespace
 * @macvtap: a macvtap in mode bridge, or the link to make one on
 * @output: name of the file for the log of what the driver did
 */
struct bench_opts {
	int mode;
	uint64_t queues, packets, duration_ns, size;
	uint64_t num, batch_size, in_flight, base;
	int notify;
	struct feature_choice features;
	struct call_after call_after;
	uint64_t stall_ns, drop_kick;
	bool no_netns;
	const char *macvtap;
	const char *output;
};

/* The options before any was given. */
extern const struct bench_opts bench_defaults;

/* The options of bench, for struct bench_opts. */
extern const struct opt bench_options[];

/**
 * bench_complete_opts() - check the options against each other and fill in what depends on others
 * @o: the options; @batch_size and @packets are filled in if they were not given
 * @why: on failure: what is wrong, beginning with the option
 * @len: size of @why
 *
 * Return: 0, or -EINVAL with @why filled in.
 */
int bench_complete_opts(struct bench_opts *o, char *why, size_t len);

#endif
