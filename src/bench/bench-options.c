// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench-options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_config.h>

#include "base/clock.h"
#include "base/parse.h"
#include "bench.h"
#include "driver/frame.h"
#include "virtio/vring.h"

/* Defaults. */
#define PACKETS 100000
#define BATCH 16

const char *const bench_notify_names[] = {
	[NOTIFY_EVENT_IDX] = "event_idx", [NOTIFY_FLAGS] = "flags", [NOTIFY_NONE] = "none", NULL,
};

static const char *const mode_names[] = { "tx", "rx", "both", NULL };

const struct bench_opts bench_defaults = { .queues = 1, .size = 64, .num = 256, .stall_ns = 5 * NSEC_PER_SEC };

/* A whole number is a count; a decimal fraction or A/B is a share. */
static const char *parse_call_after(void *field, const char *arg)
{
	static const char wrong[] = "is neither a number from 1 to 32768 nor a fraction up to 1 like 3/4 or 0.75";
	struct call_after *a = field;
	uint64_t count;
	double above, below = 1;
	char *end;

	if (!parse_uint(arg, &count)) {
		if (!count || count > VRING_NUM_MAX)
			return wrong;
		*a = (struct call_after){ .count = (unsigned int)count };
		return NULL;
	}
	if (strspn(arg, "0123456789./") != strlen(arg))
		return wrong;
	above = strtod(arg, &end);
	if (*end == '/')
		below = strtod(end + 1, &end);
	if (*end || end == arg || !(above > 0) || above > below)
		return wrong;
	*a = (struct call_after){ .fraction = above / below };
	return NULL;
}

/* Only features that change the rings, not the packets, and that the driver knows how to use. */
static const char *parse_features(void *field, const char *arg)
{
	const uint64_t known = UINT64_C(1) << VIRTIO_F_IN_ORDER;
	struct feature_choice *choice = field;
	const char *wrong = feature_choose(net_features, arg, choice);

	if (!wrong && ((choice->on[0] | choice->off[0]) & ~known || choice->on[1] || choice->off[1]))
		return "has a feature that bench has no choice about: it can be +IN_ORDER";
	return wrong;
}

#define FIELD(f) offsetof(struct bench_opts, f)

const struct opt bench_options[] = {
	{ "mode", 'm', OPT_CHOICE, FIELD(mode), "MODE", "what to drive: tx, rx or both (default tx)",
	  .choices = mode_names },
	{ "queues", 0, OPT_UINT, FIELD(queues), "N", "queue pairs, each with its threads (default 1)", 1,
	  BENCH_PAIRS_MAX },
	{ "packets", 0, OPT_UINT, FIELD(packets), "N", "stop after N packets a queue (default 100000)", 1,
	  UINT64_C(1) << 48 },
	{ "duration", 'd', OPT_SECONDS, FIELD(duration_ns), "S", "stop after S seconds", NSEC_PER_MSEC,
	  1000000 * NSEC_PER_SEC },
	{ "size", 's', OPT_UINT, FIELD(size), "BYTES", "frame size with Ethernet header (default 64)", FRAME_SIZE_MIN,
	  FRAME_SIZE_MAX },
	{ "num", 0, OPT_PARSE, FIELD(num), "N", "ring size, a power of two (default 256)", .parse = vring_parse_num },
	{ "base", 0, OPT_UINT, FIELD(base), "INDEX", "ring index to start at (default 0)", 0, UINT16_MAX },
	{ "batch-size", 0, OPT_UINT, FIELD(batch_size), "N", "packets published at a time (default 16)", 1,
	  VRING_NUM_MAX },
	{ "in-flight", 0, OPT_UINT, FIELD(in_flight), "N", "most packets in flight (default: --num)", 1,
	  VRING_NUM_MAX },
	{ "notify", 0, OPT_CHOICE, FIELD(notify), "HOW", "event_idx, flags or none (default event_idx)",
	  .choices = bench_notify_names },
	{ "features", 0, OPT_PARSE, FIELD(features), "LIST", "features to add: +IN_ORDER", .parse = parse_features },
	{ "call-after", 0, OPT_PARSE, FIELD(call_after), "N|F", "ask for a call after N used, or after a fraction",
	  .parse = parse_call_after },
	{ "stall", 0, OPT_SECONDS, FIELD(stall_ns), "S", "give up after S seconds stuck (default 5)",
	  NSEC_PER_MSEC, 1000000 * NSEC_PER_SEC },
	{ "drop-kick", 0, OPT_UINT, FIELD(drop_kick), "N", "do not send the first pair's N-th kick", 1,
	  UINT64_MAX },
	{ "output", 'o', OPT_STRING, FIELD(output), "FILE", "write what the driver did to FILE" },
	{ "macvtap", 0, OPT_STRING, FIELD(macvtap), "LINK", "use a macvtap, or make one on this link" },
	{ "no-netns", 0, OPT_FLAG, FIELD(no_netns), .help = "make the tap in this network namespace" },
	{ 0 },
};

int bench_complete_opts(struct bench_opts *o, char *why, size_t len)
{
	uint64_t most = o->in_flight ? o->in_flight : o->num;

	if (o->in_flight > o->num) {
		snprintf(why, len, "--in-flight: %" PRIu64 " packets do not fit a ring of %" PRIu64 "; raise --num",
			 o->in_flight, o->num);
		return -EINVAL;
	}
	if (o->macvtap && o->queues > 1) {
		snprintf(why, len, "--macvtap: it can have one pair only, since it chooses by itself which queue "
			 "receives a packet");
		return -EINVAL;
	}
	if (o->batch_size > most) {
		snprintf(why, len, "--batch-size: %" PRIu64 " is more than the %" PRIu64 " packets that may be in "
			 "flight; raise %s", o->batch_size, most, o->in_flight ? "--in-flight" : "--num");
		return -EINVAL;
	}
	if (o->macvtap && o->batch_size > BENCH_MACVTAP_WINDOW) {
		snprintf(why, len, "--batch-size: with --macvtap at most %d: its packets wait in a backlog of 1000, "
			 "and the kernel drops the rest", BENCH_MACVTAP_WINDOW);
		return -EINVAL;
	}
	if (!o->batch_size)
		o->batch_size = most < BATCH ? most : BATCH;
	if (!o->packets)
		o->packets = o->duration_ns ? UINT64_MAX : PACKETS;
	return 0;
}
