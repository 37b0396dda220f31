// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-read.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json_object.h>
#include <json-c/json_tokener.h>

#include "base/parse.h"
#include "decision.h"
#include "event-fields.h"
#include "event-lines.h"
#include "event-names.h"

#define LINE(member) offsetof(struct event_line, member)

#define BLANKS " \t\r\n"

/* A word of the line. */
struct word {
	const char *at;
	size_t len;
};

static int __attribute__((format(printf, 3, 4))) wrong(struct event_read *r, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return err;
}

static bool is_word(const struct word *w, const char *text)
{
	return text && strlen(text) == w->len && !memcmp(w->at, text, w->len);
}

static bool reason_by_word(const struct word *w, enum reason *reason)
{
	for (int i = 0; i < REASON_COUNT; i++)
		if (is_word(w, reason_name((enum reason)i))) {
			*reason = (enum reason)i;
			return true;
		}
	return false;
}

/* A number of 16 bits, or "-" for none. */
static bool index_by_word(const struct word *w, int32_t *index)
{
	uint64_t n;

	*index = -1;
	if (is_word(w, "-"))
		return true;
	if (parse_decimal(w->at, w->len, UINT16_MAX, &n))
		return false;
	*index = (int32_t)n;
	return true;
}

/* The last word before @end, which moves in front of it. Return: whether there is one. */
static bool word_before(const char *line, const char **end, struct word *w)
{
	const char *p = *end;

	while (p > line && strchr(BLANKS, p[-1]))
		p--;
	w->at = p;
	while (w->at > line && !strchr(BLANKS, w->at[-1]))
		w->at--;
	w->len = (size_t)(p - w->at);
	*end = w->at;
	return w->len;
}

/* The first word from @p on, which moves behind it. Return: whether there is one. */
static bool word_after(const char **p, struct word *w)
{
	*p += strspn(*p, BLANKS);
	w->at = *p;
	w->len = strcspn(*p, BLANKS);
	*p += w->len;
	return w->len;
}

static bool act_by_word(const struct word *w, struct event_read *r)
{
	r->signalled = !is_word(w, decision_word(false, false));
	r->type = is_word(w, decision_word(true, true)) ? EVENT_DRIVER_KICK : EVENT_CALL;
	return is_word(w, decision_word(r->type == EVENT_DRIVER_KICK, r->signalled));
}

/* Take a word as the value of a column. Return: whether it can be that. */
static bool take_word(const struct out_col *c, const struct word *w, struct event_read *r)
{
	switch (c->offset) {
	case LINE(what):
		return act_by_word(w, r);
	case LINE(reason):
		return reason_by_word(w, &r->reason);
	case LINE(old):
		return index_by_word(w, &r->old);
	case LINE(new):
		return index_by_word(w, &r->new);
	case LINE(event):
		return index_by_word(w, &r->event);
	}
	return true;
}

/* Take the columns from TYPE on, the last first. Return: whether all can be; @end is then in front of them. */
static bool take_decision(const char *line, enum line_layout layout, struct event_read *r, const char **end)
{
	struct out_col cols[EVENT_COLS_MAX], *c = cols;
	struct word w;

	event_line_columns(layout, cols);
	*end = line + strlen(line);
	while (!out_col_ends(c))
		c++;
	do {
		c--;
		if (!word_before(line, end, &w) || !take_word(c, &w, r) ||
		    (c->offset == LINE(note) && !is_word(&w, "*")))
			return false;
	} while (c > cols && c->offset != LINE(what));
	return true;
}

static void copy_name(char name[EVENT_READ_NAME], const char *from, const char *to)
{
	while (to > from && strchr(BLANKS, to[-1]))
		to--;
	while (from < to && strchr(BLANKS, *from))
		from++;
	if (to - from == 1 && *from == '-')
		to = from;
	snprintf(name, EVENT_READ_NAME, "%.*s", (int)(to - from), from);
}

/* The queues of vhost are called rxN, txN, N or "?", see queue-name.c; those of a driver as it likes. */
static bool is_vhost_queue(const char *name)
{
	size_t digits;

	if (!*name || !strcmp(name, "?"))
		return true;
	if (!strncmp(name, "rx", 2) || !strncmp(name, "tx", 2))
		name += 2;
	digits = strspn(name, "0123456789");
	return digits && !name[digits];
}

/* TIME, CPU, THREAD, RING, AVAIL_POS and USED_POS, each of which may be missing. */
#define LEADING_NUMBERS 6

/* A ring is 0xADDRESS/SIZE/GENERATION, with ? for an unknown address. */
static bool is_ring(const struct word *w)
{
	const size_t address = w->at[0] == '?' ? 1 : strspn(w->at, "x0123456789abcdef");

	return address < w->len && w->at[address] == '/' &&
	       address + strspn(w->at + address, "/0123456789") >= w->len;
}

static bool is_number(const struct word *w)
{
	return is_word(w, "-") || strspn(w->at, "0123456789.:") >= w->len || is_ring(w);
}

/* What is in front of TYPE: the numbers and the ring, the device, which may be of several words, and the queue. */
static void take_names(const char *line, const char *end, struct event_read *r)
{
	const char *p = line;
	struct word w;

	if (!word_before(line, &end, &w))
		return;
	copy_name(r->queue, w.at, w.at + w.len);
	for (int i = 0; i < LEADING_NUMBERS; i++) {
		const char *next = p;

		/* The last word is the device, even if it is a number. */
		if (!word_after(&next, &w) || !is_number(&w) || next + strspn(next, BLANKS) >= end)
			break;
		p = next;
	}
	copy_name(r->device, p, end);
}

static bool other_by_word(const struct word *w, struct event_read *r)
{
	for (int type = 0; type < EVENT_TYPES; type++)
		if (is_word(w, event_kinds[type].word)) {
			r->type = (enum event_type)type;
			return true;
		}
	return false;
}

/* The TYPE behind so many numbers, a device of one word and a queue. */
static bool other_behind(const char *line, int numbers, struct event_read *r)
{
	struct word w;

	while (numbers--)
		if (!word_after(&line, &w) || !is_number(&w))
			return false;
	return word_after(&line, &w) && word_after(&line, &w) && word_after(&line, &w) && other_by_word(&w, r);
}

/* A line of an event that is no decision. */
static bool find_other(const char *line, struct event_read *r)
{
	struct word w;
	int i = 0;

	for (int numbers = LEADING_NUMBERS; numbers >= 0; numbers--)
		if (other_behind(line, numbers, r))
			return true;
	/* A device whose name has blanks; the queue is in front of TYPE, too. */
	while (word_after(&line, &w))
		if (i++ >= 2 && other_by_word(&w, r))
			return true;
	return false;
}

/* A decision that is cut or wrong, or no event at all. */
static int no_event(const char *line, struct event_read *r)
{
	const char *p = line;
	struct event_read act;
	struct word w;

	while (word_after(&p, &w))
		if (act_by_word(&w, &act))
			return wrong(r, -EINVAL, "behind %.*s it needs a reason, OLD, NEW and EVENT, as trace prints "
				     "them", (int)w.len, w.at);
	return wrong(r, -ENOMSG, "it has no word for an event of trace, such as SIGNAL, KICK or suppress");
}

static int read_text(const char *line, struct event_read *r)
{
	const char *end;

	if (take_decision(line, LINE_MOVED, r, &end) || take_decision(line, LINE_EVENT, r, &end)) {
		take_names(line, end, r);
		if (!r->signalled && !is_vhost_queue(r->queue))
			r->type = EVENT_DRIVER_KICK;
		return 0;
	}
	return find_other(line, r) ? 0 : no_event(line, r);
}

static const char *string_of(struct json_object *obj, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(obj, key, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static bool flag_of(struct json_object *obj, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(obj, key, &value) && json_object_get_boolean(value);
}

/* An index, or null for none. */
static int index_of(struct json_object *obj, const char *key, int32_t *index, struct event_read *r)
{
	struct json_object *value;
	int64_t n;

	*index = -1;
	if (!json_object_object_get_ex(obj, key, &value))
		return wrong(r, -EINVAL, "it has no member \"%s\"", key);
	if (!value)
		return 0;
	n = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : -1;
	if (n < 0 || n > UINT16_MAX)
		return wrong(r, -EINVAL, "\"%s\" is no number from 0 to 65535", key);
	*index = (int32_t)n;
	return 0;
}

static int read_act(struct json_object *obj, struct event_read *r)
{
	const char *const notify = r->type == EVENT_CALL ? "signal" : "kick";
	const char *decision = string_of(obj, "decision"), *reason = string_of(obj, "reason");

	r->signalled = decision && !strcmp(decision, notify);
	if (!r->signalled && (!decision || strcmp(decision, "suppress")))
		return wrong(r, -EINVAL, "\"decision\" is not \"%s\" or \"suppress\"", notify);
	if (!reason || !reason_by_word(&(struct word){ reason, strlen(reason) }, &r->reason))
		return wrong(r, -EINVAL, "\"reason\" is none of trace's");
	return 0;
}

static int read_decision(struct json_object *obj, struct event_read *r)
{
	const char *device = string_of(obj, "device"), *queue = string_of(obj, "queue");
	int err = read_act(obj, r);

	if (!err)
		err = index_of(obj, "old", &r->old, r);
	if (!err)
		err = index_of(obj, "new", &r->new, r);
	if (!err)
		err = index_of(obj, r->type == EVENT_CALL ? "event" : "avail_event", &r->event, r);
	if (!err)
		err = index_of(obj, "flags", &r->flags, r);
	r->packed = flag_of(obj, "packed");
	snprintf(r->device, sizeof(r->device), "%s", device ? device : "");
	snprintf(r->queue, sizeof(r->queue), "%s", queue ? queue : "");
	return err;
}

static int read_object(struct json_object *obj, struct event_read *r)
{
	const char *type = string_of(obj, "type");

	if (!type)
		return wrong(r, -EINVAL, "it has no member \"type\"");
	for (int i = 0; i < EVENT_TYPES; i++)
		if (!strcmp(type, event_kinds[i].name)) {
			r->type = (enum event_type)i;
			return event_decides(r->type) ? read_decision(obj, r) : 0;
		}
	return wrong(r, -ENOMSG, "its type, \"%s\", is no event of trace", type);
}

/* An object of trace is less deep than this. */
#define JSON_DEPTH 8

static int read_json(const char *line, struct event_read *r)
{
	const int len = (int)strnlen(line, INT32_MAX - 1);
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *obj;
	size_t end;
	int err;

	if (!tok)
		return wrong(r, -ENOMEM, "%s", strerror(ENOMEM));
	obj = json_tokener_parse_ex(tok, line, len);
	end = json_tokener_get_parse_end(tok);
	if (json_tokener_get_error(tok) == json_tokener_continue)
		err = wrong(r, -EINVAL, "its JSON ends in the middle");
	else if (!obj || !json_object_is_type(obj, json_type_object))
		err = wrong(r, -EINVAL, "it is no JSON object: %s",
			    json_tokener_error_desc(json_tokener_get_error(tok)));
	else if (line[end + strspn(line + end, BLANKS)])
		err = wrong(r, -EINVAL, "something follows its JSON object");
	else
		err = read_object(obj, r);
	json_object_put(obj);
	json_tokener_free(tok);
	return err;
}

int event_read(const char *line, struct event_read *r)
{
	*r = (struct event_read){ .old = -1, .new = -1, .event = -1, .flags = -1 };
	return line[strspn(line, BLANKS)] == '{' ? read_json(line, r) : read_text(line, r);
}
