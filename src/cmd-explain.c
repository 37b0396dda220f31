// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/command.h"
#include "base/fail.h"
#include "base/out.h"
#include "virtio/event-idx.h"
#include "virtio/vring.h"

/* Value of an option that was not given: no index. */
#define MISSING UINT64_MAX

struct explain_opts {
	uint64_t old, new, event;
	uint64_t num;
};

static const struct explain_opts explain_defaults = { .old = MISSING, .new = MISSING, .event = MISSING };

static const struct opt explain_opts[] = {
	{ "old", 0, OPT_UINT, offsetof(struct explain_opts, old), "N", "index that the other side has been told of",
	  .max = UINT16_MAX },
	{ "new", 0, OPT_UINT, offsetof(struct explain_opts, new), "N", "index after the last entry published",
	  .max = UINT16_MAX },
	{ "event", 0, OPT_UINT, offsetof(struct explain_opts, event), "N", "entry the other side wants to hear of",
	  .max = UINT16_MAX },
	{ "num", 0, OPT_UINT, offsetof(struct explain_opts, num), "N", "ring size, to check the indexes against",
	  .min = 1, .max = VRING_NUM_MAX },
	{ 0 },
};

static const char *answer(bool notify)
{
	return notify ? "notify" : "suppress";
}

/* An index in the picture: its distance from old, and its labels. */
struct point {
	uint16_t offset;
	const char *label[3];
	int labels;
};

static void add_label(struct point *points, int *count, uint16_t offset, const char *label)
{
	int i = 0;

	while (i < *count && points[i].offset < offset)
		i++;
	if (i == *count || points[i].offset != offset) {
		memmove(&points[i + 1], &points[i], (size_t)(*count - i) * sizeof(*points));
		points[i] = (struct point){ .offset = offset };
		++*count;
	}
	points[i].label[points[i].labels++] = label;
}

/* Fill in the indexes in ring order. The picture has a bar behind the last entry published. */
static int picture_points(const struct event_idx_decision *r, struct point points[4])
{
	const uint16_t published = (uint16_t)r->modular.right;
	int count = 0;

	add_label(points, &count, 0, "old");
	if (published > 1)
		add_label(points, &count, (uint16_t)(published - 1), "last");
	add_label(points, &count, published, "new");
	add_label(points, &count, (uint16_t)(r->event - r->old), "event");
	return count;
}

static const char *picture_gap(const struct event_idx_decision *r, const struct point *points, int i)
{
	if (points[i].offset == (uint16_t)r->modular.right)
		return " | ";
	return i && points[i].offset - points[i - 1].offset > 1 ? "..." : "";
}

static void print_picture(struct out *o, const struct event_idx_decision *r)
{
	struct point points[4];
	int count = picture_points(r, points);

	for (int i = 0; i < count; i++)
		fprintf(o->file, "%s%3s %-*u", i ? " " : "", picture_gap(r, points, i), i < count - 1 ? 9 : 0,
			(uint16_t)(r->old + points[i].offset));
	fputc('\n', o->file);
	for (int i = 0; i < count; i++) {
		char text[16] = "";
		int n = 0;

		for (int k = 0; k < points[i].labels; k++)
			n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%s", k ? "=" : "", points[i].label[k]);
		fprintf(o->file, "%s%3s %-*s", i ? " " : "", "", i < count - 1 ? 9 : 0, text);
	}
	fputc('\n', o->file);
}

static void print_step(struct out *o, const char *what, const char *with, int32_t plain, int32_t modular)
{
	fprintf(o->file, "  %-15s = %-17s = %6d, mod 65536: %5d\n", what, with, plain, modular);
}

static void print_steps(struct out *o, const struct event_idx_decision *r)
{
	char left[24], right[24], on[16], off[16];

	snprintf(left, sizeof(left), "%u - %u - 1", r->new, r->event);
	snprintf(right, sizeof(right), "%u - %u", r->new, r->old);
	fprintf(o->file, "Rule: (new - event - 1) mod 65536 < (new - old) mod 65536\n\n");
	print_step(o, "new - event - 1", left, r->untruncated.left, r->modular.left);
	print_step(o, "new - old", right, r->untruncated.right, r->modular.right);
	fprintf(o->file, "  %d < %d is %s: %s%s%s\n\n", r->modular.left, r->modular.right,
		r->modular.notify ? "true" : "false", out_sgr(o, "1", on), answer(r->notify), out_sgr(o, "", off));
}

static void print_boundary(struct out *o, const struct event_idx_decision *r)
{
	const uint16_t before = (uint16_t)(r->old - 1), last = (uint16_t)(r->new - 1);

	fprintf(o->file, "An event from %u (old) to %u (new - 1) notifies; ", r->old, last);
	if (before == r->new)
		fprintf(o->file, "%u does not.\n", r->new);
	else
		fprintf(o->file, "%u and %u do not.\n", before, r->new);
}

static void print_words(struct out *o, const struct event_idx_decision *r)
{
	const uint16_t last = (uint16_t)(r->new - 1), published = (uint16_t)r->modular.right;

	if (!published)
		fprintf(o->file, "Nothing was published, so there is nothing to tell.\n");
	else if (published == 1)
		fprintf(o->file, "Entry %u was published.\n", last);
	else
		fprintf(o->file, "Entries %u to %u were published, %u of them.\n", r->old, last, published);
	fprintf(o->file, "The other side asked to hear when entry %u is: ", r->event);
	if (r->notify)
		fprintf(o->file, "%s.\n", published == 1 ? "now" : "it is among them");
	else
		fprintf(o->file, "not yet, %u more to go.\n", (uint16_t)(r->event - r->new) + 1);
	if (published)
		print_boundary(o, r);
}

static const char *consequence(const struct event_idx_decision *r, const struct event_idx_steps *mistake)
{
	if (mistake->notify == r->notify)
		return "the same here";
	return r->notify ? "wrong: a notification is lost" : "wrong: a notification too many";
}

static void print_mistake(struct out *o, const char *name, const struct event_idx_decision *r,
			  const struct event_idx_steps *mistake)
{
	char on[16], off[16];
	bool wrong = mistake->notify != r->notify;

	fprintf(o->file, "  %-12s  %6d < %-6d  %-8s  %s%s%s\n", name, mistake->left, mistake->right,
		answer(mistake->notify), wrong ? out_sgr(o, "31", on) : "", consequence(r, mistake),
		wrong ? out_sgr(o, "", off) : "");
}

static void print_text(struct out *o, const struct event_idx_decision *r)
{
	print_steps(o, r);
	print_picture(o, r);
	fputc('\n', o->file);
	print_words(o, r);
	fprintf(o->file, "\nTwo mistakes, and what they answer:\n");
	print_mistake(o, "no mod 65536", r, &r->untruncated);
	print_mistake(o, "no -1", r, &r->off_by_one);
}

static struct json_object *mistake_json(const struct event_idx_decision *r, const struct event_idx_steps *mistake)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "left", json_object_new_int(mistake->left));
	json_object_object_add(obj, "right", json_object_new_int(mistake->right));
	json_object_object_add(obj, "notify", json_object_new_boolean(mistake->notify));
	json_object_object_add(obj, "agrees", json_object_new_boolean(mistake->notify == r->notify));
	return obj;
}

static void print_json(struct out *o, const struct event_idx_decision *r, uint64_t num)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "type", json_object_new_string("explain"));
	json_object_object_add(obj, "old", json_object_new_int(r->old));
	json_object_object_add(obj, "new", json_object_new_int(r->new));
	json_object_object_add(obj, "event", json_object_new_int(r->event));
	json_object_object_add(obj, "num", num ? json_object_new_int((int)num) : NULL);
	json_object_object_add(obj, "distance", json_object_new_int(r->modular.left));
	json_object_object_add(obj, "published", json_object_new_int(r->modular.right));
	json_object_object_add(obj, "notify", json_object_new_boolean(r->notify));
	json_object_object_add(obj, "no_truncation", mistake_json(r, &r->untruncated));
	json_object_object_add(obj, "no_minus_one", mistake_json(r, &r->off_by_one));
	out_json(o, obj);
}

/* Check what the table of options cannot check. */
static int check_opts(const struct explain_opts *opts)
{
	const uint16_t published = (uint16_t)(opts->new - opts->old);

	if (opts->old == MISSING || opts->new == MISSING || opts->event == MISSING) {
		fail("explain", "--%s is missing; --old, --new and --event are all needed",
		     opts->old == MISSING ? "old" : opts->new == MISSING ? "new" : "event");
		return STATUS_USAGE;
	}
	if (opts->num && !vring_num_ok(opts->num)) {
		fail("explain", "--num: '%" PRIu64 "' is no ring size, which is a power of two from 1 to %d", opts->num,
		     VRING_NUM_MAX);
		return STATUS_USAGE;
	}
	if (opts->num && published > opts->num) {
		fail("explain", "from --old %" PRIu64 " to --new %" PRIu64 " are %u entries, "
		     "which a ring of %" PRIu64 " cannot hold", opts->old, opts->new, published, opts->num);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static int run_explain(const struct cli *cli, const void *arg)
{
	const struct explain_opts *opts = arg;
	struct event_idx_decision r;
	struct out o;
	int status;

	status = check_opts(opts);
	if (status)
		return status;
	r = event_idx_apply((uint16_t)opts->old, (uint16_t)opts->new, (uint16_t)opts->event);
	out_init(&o, stdout, cli->json, cli->pretty, cli->color);
	if (o.json)
		print_json(&o, &r, opts->num);
	else
		print_text(&o, &r);
	return fail_output("explain", &o, NULL, out_flush(&o));
}

static const struct opt_group groups[] = { { "Options", explain_opts }, { 0 } };

const struct command cmd_explain = {
	.name = "explain",
	.summary = "work out one decision, step by step, from old, new and event",
	.opts = groups,
	.opts_size = sizeof(struct explain_opts),
	.defaults = &explain_defaults,
	.run = run_explain,
};
