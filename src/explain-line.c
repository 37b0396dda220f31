// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain-line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "event/decision.h"
#include "event/event-names.h"
#include "event/event-read.h"
#include "event/reason-words.h"
#include "explain-report.h"

/**
 * struct line_case - a line's decision, beside what the rule says
 * @e: the line
 * @words: the meaning of its reason; NULL: there is no such decision
 * @compares: the reason is that of a comparison of indexes
 * @known: the rule has an answer: by comparison, or by the flags
 * @notify: that answer
 * @rule: the comparison, with @compares
 */
struct line_case {
	const struct event_read *e;
	const char *words;
	bool compares, known, notify;
	struct explain_case rule;
};

static bool lacks_index(const struct event_read *e)
{
	return e->old < 0 || e->new < 0 || e->event < 0;
}

static bool compares(const struct event_read *e)
{
	return e->reason == REASON_CROSSED || e->reason == REASON_NOT_REACHED;
}

/* Bit 0 of the flags asks for silence, in packed rings, too. */
static struct line_case make_case(const struct event_read *e)
{
	struct line_case c = {
		.e = e, .words = reason_words(e->type, e->signalled, e->reason),
		.compares = compares(e),
	};

	if (c.compares) {
		c.rule = explain_split((uint16_t)e->old, (uint16_t)e->new, (uint16_t)e->event, 0);
		c.known = true;
		c.notify = c.rule.rule.notify;
	} else if (e->reason == REASON_FLAGS && e->flags >= 0) {
		c.known = true;
		c.notify = !(e->flags & DECIDE_FLAG);
	}
	return c;
}

static bool agrees(const struct line_case *c)
{
	return c->words && (!c->known || c->notify == c->e->signalled);
}

static void print_head(struct out *o, const struct event_read *e)
{
	const bool driver = e->type == EVENT_DRIVER_KICK;

	fputs(driver ? "A driver decides whether to kick" : "Vhost decides whether to signal", o->file);
	if (*e->queue)
		out_printf(o, " (%s%s%s)", e->device, *e->device ? " " : "", e->queue);
	fprintf(o->file, ": %s, %s.\n", decision_word(driver, e->signalled), reason_name(e->reason));
}

/* Whether the line agrees with the rule, where there is something to compare. */
static void print_verdict(struct out *o, const struct line_case *c)
{
	const struct event_read *e = c->e;
	char on[16], off[16];

	if (!c->words)
		fprintf(o->file, "%sThere is no such decision: nobody decides to %s for this reason.%s\n",
			out_sgr(o, "31", on), e->signalled ? "notify" : "suppress", out_sgr(o, "", off));
	else if (!c->known)
		fprintf(o->file, "No index decides here, so there is nothing to work out.\n");
	else if (agrees(c))
		fprintf(o->file, "The line agrees with the rule: %s.\n", explain_answer(c->notify));
	else
		fprintf(o->file, "%sThe line does not agree with the rule, which says %s.%s\n",
			out_sgr(o, "31", on), explain_answer(c->notify), out_sgr(o, "", off));
}

static void print_text(struct out *o, const struct line_case *c)
{
	print_head(o, c->e);
	if (c->words)
		out_wrapped(o, 0, c->words);
	if (c->compares) {
		if (c->e->packed)
			out_wrapped(o, 0, "The ring is packed: a position of the lap before is shown less the ring's "
				    "size, mod 65536.");
		fputc('\n', o->file);
		explain_text(o, &c->rule);
		fputc('\n', o->file);
	}
	print_verdict(o, c);
}

static struct json_object *string(const char *text)
{
	return text && *text ? json_object_new_string(text) : NULL;
}

static struct json_object *number(int32_t n)
{
	return n < 0 ? NULL : json_object_new_int(n);
}

static struct json_object *line_json(const struct event_read *e)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "type", string(event_kinds[e->type].name));
	json_object_object_add(obj, "device", string(e->device));
	json_object_object_add(obj, "queue", string(e->queue));
	json_object_object_add(obj, "decision", string(e->signalled ? "notify" : "suppress"));
	json_object_object_add(obj, "reason", string(reason_name(e->reason)));
	json_object_object_add(obj, "packed", json_object_new_boolean(e->packed));
	return obj;
}

static void print_json(struct out *o, const struct line_case *c)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "type", json_object_new_string("explain"));
	if (c->compares) {
		explain_json_add(obj, &c->rule);
	} else {
		json_object_object_add(obj, "old", number(c->e->old));
		json_object_object_add(obj, "new", number(c->e->new));
		json_object_object_add(obj, "event", number(c->e->event));
		json_object_object_add(obj, "notify", c->known ? json_object_new_boolean(c->notify) : NULL);
	}
	json_object_object_add(obj, "line", line_json(c->e));
	json_object_object_add(obj, "meaning", string(c->words));
	json_object_object_add(obj, "agrees", json_object_new_boolean(agrees(c)));
	out_json(o, obj);
}

/* "the line", or which one of the input. */
static const char *place(unsigned long n, char buf[32])
{
	if (!n)
		return "the line";
	snprintf(buf, 32, "line %lu", n);
	return buf;
}

static int explain_event(struct out *o, const struct event_read *e)
{
	struct line_case c = make_case(e);

	if (o->json)
		print_json(o, &c);
	else
		print_text(o, &c);
	return agrees(&c) ? STATUS_OK : STATUS_FOUND;
}

/* Say why there is nothing to explain, if so. @err: what event_read() returned. Return: an enum status. */
static int check_event(const struct event_read *e, int err, unsigned long n)
{
	char buf[32];

	if (err == -ENOMEM) {
		fail("explain", "%s", e->why);
		return STATUS_REFUSED;
	}
	if (err == -EINVAL)
		fail("explain", "%s cannot be read: %s", place(n, buf), e->why);
	else if (err)
		fail("explain", "there is no decision in %s: %s", place(n, buf), e->why);
	else if (!event_decides(e->type))
		fail("explain", "there is no decision in %s: it says %s, %s", place(n, buf), event_kinds[e->type].name,
		     event_kinds[e->type].help);
	else if (compares(e) && lacks_index(e))
		fail("explain", "%s has no %s, which its reason, %s, needs", place(n, buf),
		     e->old < 0 ? "old" : e->new < 0 ? "new" : "event", reason_name(e->reason));
	else
		return STATUS_OK;
	return STATUS_USAGE;
}

int explain_line(struct out *o, const char *line)
{
	struct event_read e;
	int err = event_read(line, &e), status = check_event(&e, err, 0);

	return status ? status : explain_event(o, &e);
}

/**
 * struct input - lines being explained
 * @lines: how many were read
 * @decisions: how many of them are decisions, or should have been
 * @explained: how many of these could be read
 * @worst: an enum status; 0 is the best, then 1, 3 and 2
 */
struct input {
	unsigned long lines, decisions, explained;
	int worst;
};

/* Trace prints other events, too, and begins and ends with lines that are none. */
static void explain_next(struct out *o, const char *line, struct input *in)
{
	struct event_read e;
	int err = event_read(line, &e), status;

	in->lines++;
	if (err == -ENOMSG || (!err && !event_decides(e.type)))
		return;
	in->decisions++;
	status = check_event(&e, err, in->lines);
	if (!status) {
		if (in->explained++ && !o->json)
			fputs("\n\n", o->file);
		status = explain_event(o, &e);
	}
	if (in->worst != STATUS_REFUSED && (status > in->worst || status == STATUS_REFUSED))
		in->worst = status;
}

int explain_lines(struct out *o)
{
	struct input in = { 0 };
	char *line = NULL;
	size_t room = 0;

	while (in.worst != STATUS_REFUSED && getline(&line, &room, stdin) >= 0) {
		explain_next(o, line, &in);
		if (out_flush(o))
			break;
	}
	free(line);
	if (ferror(stdin)) {
		fail("explain", "reading standard input: %s", error_text(-errno));
		return STATUS_REFUSED;
	}
	if (!in.decisions) {
		fail("explain", "there is no decision in standard input");
		return STATUS_USAGE;
	}
	return in.worst;
}
