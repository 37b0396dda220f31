// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "base/fail.h"
#include "base/out.h"
#include "explain-line.h"
#include "explain-report.h"
#include "virtio/vring.h"

/* Value of an option that was not given: no index. */
#define MISSING UINT64_MAX

/**
 * struct wrap - the wrap counters of a packed ring
 * @given: the ring is packed
 * @own: the publisher's, 0 or 1
 * @event: the event's, 0 or 1; WRAP_IN_EVENT: it is the highest bit of --event
 */
struct wrap {
	bool given;
	uint8_t own, event;
};

#define WRAP_IN_EVENT 2

struct explain_opts {
	uint64_t old, new, event;
	uint64_t num;
	struct wrap wrap;
};

static const struct explain_opts explain_defaults = { .old = MISSING, .new = MISSING, .event = MISSING };

static bool is_bit(char c)
{
	return c == '0' || c == '1';
}

static const char *parse_wrap(void *field, const char *arg)
{
	struct wrap *w = field;

	*w = (struct wrap){ .given = true, .own = (uint8_t)(*arg - '0'), .event = WRAP_IN_EVENT };
	if (is_bit(arg[0]) && !arg[1])
		return NULL;
	if (!is_bit(arg[0]) || arg[1] != ':' || !is_bit(arg[2]) || arg[3])
		return "is no wrap counters; it takes 0 or 1, or both as in 1:0";
	w->event = (uint8_t)(arg[2] - '0');
	return NULL;
}

static const struct opt explain_opts[] = {
	{ "old", 0, OPT_UINT, offsetof(struct explain_opts, old), "N", "index that the other side has been told of",
	  .max = UINT16_MAX },
	{ "new", 0, OPT_UINT, offsetof(struct explain_opts, new), "N", "index after the last entry published",
	  .max = UINT16_MAX },
	{ "event", 0, OPT_UINT, offsetof(struct explain_opts, event), "N", "entry the other side wants to hear of",
	  .max = UINT16_MAX },
	{ "num", 0, OPT_UINT, offsetof(struct explain_opts, num), "N", "ring size, to check the indexes against",
	  .min = 1, .max = VRING_NUM_MAX },
	{ "wrap", 0, OPT_PARSE, offsetof(struct explain_opts, wrap), "W[:E]",
	  "packed ring: its wrap counter, and the event's", .parse = parse_wrap },
	{ 0 },
};

static bool all_given(const struct explain_opts *opts)
{
	if (opts->old != MISSING && opts->new != MISSING && opts->event != MISSING)
		return true;
	fail("explain", "--%s is missing; --old, --new and --event are all needed, or a line of trace",
	     opts->old == MISSING ? "old" : opts->new == MISSING ? "new" : "event");
	return false;
}

/* Check what the table of options cannot check. */
static bool split_ok(const struct explain_opts *opts)
{
	const uint16_t published = (uint16_t)(opts->new - opts->old);

	if (opts->num && !vring_num_ok(opts->num)) {
		fail("explain", "--num: '%" PRIu64 "' is no ring size, which is a power of two from 1 to %d", opts->num,
		     VRING_NUM_MAX);
		return false;
	}
	if (opts->num && published > opts->num) {
		fail("explain", "from --old %" PRIu64 " to --new %" PRIu64 " are %u entries, "
		     "which a ring of %" PRIu64 " cannot hold", opts->old, opts->new, published, opts->num);
		return false;
	}
	return true;
}

/* The highest bit of --event, as off_wrap has it, unless that was given by itself. */
static struct packed_indexes packed_of(const struct explain_opts *opts)
{
	const uint16_t offset_bits = (uint16_t)((1U << PACKED_WRAP_BIT) - 1);
	struct packed_indexes p = {
		.num = (uint32_t)opts->num, .old = (uint16_t)opts->old, .new = (uint16_t)opts->new,
		.event = (uint16_t)opts->event, .wrap = opts->wrap.own, .event_wrap = opts->wrap.event,
	};

	if (p.event_wrap == WRAP_IN_EVENT) {
		p.event_wrap = (uint8_t)(p.event >> PACKED_WRAP_BIT);
		p.event &= offset_bits;
	}
	return p;
}

static bool packed_ok(const struct packed_indexes *p)
{
	const char *name = p->new >= p->num ? "new" : p->event >= p->num ? "event" : "old";

	if (!p->num) {
		fail("explain", "--num is missing: the indexes of a packed ring are positions in it");
		return false;
	}
	if (p->new < p->num && p->event < p->num && (p->old < p->num || p->old == 65536 - p->num + p->new))
		return true;
	fail("explain", "--%s is no position in a ring of %" PRIu32 ", which are 0 to %" PRIu32, name, p->num,
	     p->num - 1);
	return false;
}

static void print_case(struct out *o, const struct explain_case *c)
{
	struct json_object *obj;

	if (!o->json) {
		explain_text(o, c);
		return;
	}
	obj = json_object_new_object();
	json_object_object_add(obj, "type", json_object_new_string("explain"));
	explain_json_add(obj, c);
	out_json(o, obj);
}

static int explain_numbers(struct out *o, const struct explain_opts *opts)
{
	const struct packed_indexes p = packed_of(opts);
	struct explain_case c;

	if (!all_given(opts) || !(opts->wrap.given ? packed_ok(&p) : split_ok(opts)))
		return STATUS_USAGE;
	c = opts->wrap.given ? explain_packed(&p) : explain_split((uint16_t)opts->old, (uint16_t)opts->new,
								   (uint16_t)opts->event, (uint32_t)opts->num);
	print_case(o, &c);
	return STATUS_OK;
}

/* The operands with a blank between them, for the caller to free. */
static char *join(char **words)
{
	char *line = NULL;
	size_t len;
	FILE *f = open_memstream(&line, &len);

	if (!f)
		return NULL;
	for (char **w = words; *w; w++)
		fprintf(f, "%s%s", w == words ? "" : " ", *w);
	return fclose(f) ? NULL : line;
}

static int explain_operands(struct out *o, char **operands)
{
	char *line;
	int status;

	if (!strcmp(operands[0], "-") && !operands[1])
		return explain_lines(o);
	line = join(operands);
	if (!line) {
		fail("explain", "%s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	status = explain_line(o, line);
	free(line);
	return status;
}

static bool numbers_given(const struct explain_opts *opts)
{
	return opts->old != MISSING || opts->new != MISSING || opts->event != MISSING || opts->num || opts->wrap.given;
}

static int run_explain(const struct cli *cli, const void *arg)
{
	const struct explain_opts *opts = arg;
	struct out o;
	int status, err;

	if (*cli->operands && numbers_given(opts)) {
		fail("explain", "'%s' is not expected here: a line of trace has its own numbers; see --help",
		     *cli->operands);
		return STATUS_USAGE;
	}
	out_init(&o, stdout, cli->json, cli->pretty, cli->color);
	status = *cli->operands ? explain_operands(&o, cli->operands) : explain_numbers(&o, opts);
	err = fail_output("explain", &o, NULL, out_flush(&o));
	return err ? err : status;
}

static const struct opt_group groups[] = { { "Options", explain_opts }, { 0 } };

const struct command cmd_explain = {
	.name = "explain",
	.summary = "work out one decision, step by step, from old, new and event",
	.operands = "[LINE | -]",
	.opts = groups,
	.opts_size = sizeof(struct explain_opts),
	.defaults = &explain_defaults,
	.run = run_explain,
};
