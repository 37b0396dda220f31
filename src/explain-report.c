// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain-report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "virtio/vring.h"

struct explain_case explain_split(uint16_t old, uint16_t new, uint16_t event, uint32_t num)
{
	return (struct explain_case){ .rule = event_idx_apply(old, new, event), .num = num };
}

struct explain_case explain_packed(const struct packed_indexes *p)
{
	return (struct explain_case){
		.rule = event_idx_apply(packed_rule_old(p), p->new, packed_rule_event(p)), .num = p->num, .packed = p,
	};
}

const char *explain_answer(bool notify)
{
	return notify ? "notify" : "suppress";
}

/* An index of the rule as the ring has it: in a packed one, a position. */
static uint32_t shown(const struct explain_case *c, uint16_t index)
{
	return c->packed ? packed_position(c->num, index) : index;
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

static void print_picture(struct out *o, const struct explain_case *c)
{
	const struct event_idx_decision *r = &c->rule;
	struct point points[4];
	int count = picture_points(r, points);

	for (int i = 0; i < count; i++)
		fprintf(o->file, "%s%3s %-*u", i ? " " : "", picture_gap(r, points, i), i < count - 1 ? 9 : 0,
			shown(c, (uint16_t)(r->old + points[i].offset)));
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

/* An index of a lap before is a negative number, which has 16 bits all the same. */
static void print_index(struct out *o, const char *name, uint16_t index, uint16_t rule, uint32_t num, const char *why)
{
	char text[64];

	if (rule == index)
		snprintf(text, sizeof(text), "%u", index);
	else
		snprintf(text, sizeof(text), "%u - %" PRIu32 " = %d, mod 65536: %u", index, num,
			 (int)index - (int)num, rule);
	fprintf(o->file, "  %-5s = %s (%s)\n", name, text, why);
}

static void print_packed(struct out *o, const struct explain_case *c)
{
	const struct packed_indexes *p = c->packed;
	const uint16_t old = packed_rule_old(p), event = packed_rule_event(p);

	fprintf(o->file, "A packed ring of %" PRIu32 ": what is of the lap before counts as negative.\n\n", p->num);
	print_index(o, "old", p->old, old, p->num, old != p->old ? "behind new" :
		    p->old >= p->num ? "the whole ring was published" : "not behind new");
	print_index(o, "event", p->event, event, p->num, event != p->event ? "other wrap counter" :
		    "same wrap counter");
	fputc('\n', o->file);
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
		r->modular.notify ? "true" : "false", out_sgr(o, "1", on), explain_answer(r->notify),
		out_sgr(o, "", off));
}

static void print_boundary(struct out *o, const struct explain_case *c)
{
	const struct event_idx_decision *r = &c->rule;
	const uint16_t before = (uint16_t)(r->old - 1), last = (uint16_t)(r->new - 1);

	fprintf(o->file, "Events %u (old) to %u (new - 1) notify", shown(c, r->old), shown(c, last));
	if (c->packed)
		fprintf(o->file, ", with their lap's wrap counter.\n");
	else if (before == r->new)
		fprintf(o->file, "; %u does not.\n", r->new);
	else
		fprintf(o->file, "; %u and %u do not.\n", before, r->new);
}

/*
 * How many entries more have to be published for the event. The event of a packed ring comes round after two laps, with
 * the same wrap counter; with the other one, it was in the lap before, and comes in the next one.
 */
static uint32_t entries_ahead(const struct explain_case *c)
{
	const struct packed_indexes *p = c->packed;
	int32_t ahead;

	if (!p)
		return event_idx_ahead(c->rule.event, c->rule.new);
	ahead = p->event - p->new + 1 - (p->event_wrap != p->wrap ? (int32_t)p->num : 0);
	return (uint32_t)(ahead > 0 ? ahead : ahead + 2 * (int32_t)p->num);
}

/* An event further away than a ring has entries lies behind. */
static void print_not_reached(struct out *o, const struct explain_case *c)
{
	const uint32_t ahead = entries_ahead(c);

	if (ahead <= (c->num ? c->num : VRING_NUM_MAX))
		fprintf(o->file, "not yet, %" PRIu32 " more to go.\n", ahead);
	else
		fprintf(o->file, "it is passed, and\nno notification comes until the other side asks "
			"anew, or the index\ncomes round in %" PRIu32 " entries.\n", ahead);
}

static void print_words(struct out *o, const struct explain_case *c)
{
	const struct event_idx_decision *r = &c->rule;
	const uint16_t last = (uint16_t)(r->new - 1), published = (uint16_t)r->modular.right;

	if (!published)
		fprintf(o->file, "Nothing was published, so there is nothing to tell.\n");
	else if (published == 1)
		fprintf(o->file, "Entry %u was published.\n", shown(c, last));
	else
		fprintf(o->file, "Entries %u to %u were published, %u of them.\n", shown(c, r->old), shown(c, last),
			published);
	fprintf(o->file, "The other side asked to hear when entry %u is: ", shown(c, r->event));
	if (r->notify)
		fprintf(o->file, "%s.\n", published == 1 ? "now" : "it is among them");
	else
		print_not_reached(o, c);
	if (published)
		print_boundary(o, c);
}

static const char *consequence(const struct event_idx_decision *r, const struct event_idx_steps *mistake)
{
	if (mistake->notify == r->notify)
		return "the same here";
	return r->notify ? "wrong: a notification is lost" : "wrong: a notification too many";
}

/* The comparison that a wrong rule makes. */
struct mistake {
	const char *name, *key;
	char relation;
	struct event_idx_steps steps;
};

#define MISTAKES_MAX 4

/* A packed ring allows for one more: the wrap counters are not looked at. */
static int find_mistakes(const struct explain_case *c, struct mistake m[MISTAKES_MAX])
{
	const struct event_idx_decision *r = &c->rule;

	m[0] = (struct mistake){ "no mod 65536", "no_truncation", '<', r->untruncated };
	m[1] = (struct mistake){ "no -1", "no_minus_one", '<', r->off_by_one };
	m[2] = (struct mistake){ "only if equal", "equality", '=', r->equality };
	if (!c->packed)
		return 3;
	m[3] = (struct mistake){ "no wrap", "no_wrap_counter", '<',
				 event_idx_apply(r->old, r->new, c->packed->event).modular };
	return 4;
}

static void print_mistake(struct out *o, const struct event_idx_decision *r, const struct mistake *m)
{
	char on[16], off[16];
	bool wrong = m->steps.notify != r->notify;

	fprintf(o->file, "  %-13s %6d %c %-6d %-8s %s%s%s\n", m->name, m->steps.left, m->relation, m->steps.right,
		explain_answer(m->steps.notify), wrong ? out_sgr(o, "31", on) : "", consequence(r, &m->steps),
		wrong ? out_sgr(o, "", off) : "");
}

void explain_text(struct out *o, const struct explain_case *c)
{
	struct mistake m[MISTAKES_MAX];
	int count = find_mistakes(c, m);

	if (c->packed)
		print_packed(o, c);
	print_steps(o, &c->rule);
	print_picture(o, c);
	fputc('\n', o->file);
	print_words(o, c);
	fprintf(o->file, "\n%s mistakes, and what they answer:\n", count == 3 ? "Three" : "Four");
	for (int i = 0; i < count; i++)
		print_mistake(o, &c->rule, &m[i]);
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

static struct json_object *passed_json(const struct explain_case *c)
{
	return json_object_new_boolean(!c->rule.notify && entries_ahead(c) > (c->num ? c->num : VRING_NUM_MAX));
}

void explain_json_add(struct json_object *obj, const struct explain_case *c)
{
	const struct event_idx_decision *r = &c->rule;
	const struct packed_indexes *p = c->packed;
	struct mistake m[MISTAKES_MAX];
	int count = find_mistakes(c, m);

	json_object_object_add(obj, "old", json_object_new_int(p ? p->old : r->old));
	json_object_object_add(obj, "new", json_object_new_int(r->new));
	json_object_object_add(obj, "event", json_object_new_int(p ? p->event : r->event));
	json_object_object_add(obj, "num", c->num ? json_object_new_int((int)c->num) : NULL);
	json_object_object_add(obj, "wrap", p ? json_object_new_int(p->wrap) : NULL);
	json_object_object_add(obj, "event_wrap", p ? json_object_new_int(p->event_wrap) : NULL);
	json_object_object_add(obj, "distance", json_object_new_int(r->modular.left));
	json_object_object_add(obj, "published", json_object_new_int(r->modular.right));
	json_object_object_add(obj, "notify", json_object_new_boolean(r->notify));
	json_object_object_add(obj, "passed", passed_json(c));
	for (int i = 0; i < count; i++)
		json_object_object_add(obj, m[i].key, mistake_json(r, &m[i].steps));
}
