// SPDX-License-Identifier: GPL-2.0-or-later
#include "kick-report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/format.h"
#include "device-json.h"
#include "forecast.h"

/* The type of a field in struct inspect_queue: __u16, struct inspect_word or struct inspect_eventfd. */
enum field_type { FIELD_U16, FIELD_WORD, FIELD_COUNT };

/**
 * struct field - a field of a queue that is shown
 * @key: its name in JSON, the same as in show
 * @name: its name in text, the same as in show
 * @type: type of the member at @offset
 * @offset: in struct inspect_queue
 * @index: a ring index: its change is counted modulo 65536
 */
struct field {
	const char *key, *name;
	enum field_type type;
	size_t offset;
	bool index;
};

#define Q(f) offsetof(struct inspect_queue, f)

static const struct field fields[] = {
	{ "ring_avail_idx", "avail->idx", FIELD_WORD, Q(ring_avail_idx), true },
	{ "avail_idx", "avail_idx", FIELD_U16, Q(avail_idx), true },
	{ "last_avail_idx", "last_avail_idx", FIELD_U16, Q(last_avail_idx), true },
	{ "last_used_idx", "last_used_idx", FIELD_U16, Q(last_used_idx), true },
	{ "ring_used_idx", "used->idx", FIELD_WORD, Q(ring_used_idx), true },
	{ "avail_event", "avail_event", FIELD_WORD, Q(ring_avail_event), true },
	{ "used_event", "used_event", FIELD_WORD, Q(ring_used_event), true },
	{ "ring_avail_flags", "avail->flags", FIELD_WORD, Q(ring_avail_flags), false },
	{ "used_flags", "used_flags", FIELD_U16, Q(used_flags), false },
	{ "kick_count", "kick count", FIELD_COUNT, Q(kick), false },
	{ "call_count", "call count", FIELD_COUNT, Q(call), false },
};

#define NFIELDS ARRAY_SIZE(fields)

const char *kick_name(enum kick_what what)
{
	return what == KICK_KICK ? "kick" : "call";
}

const struct inspect_eventfd *kick_eventfd(enum kick_what what, const struct inspect_queue *q)
{
	return what == KICK_KICK ? &q->kick : &q->call;
}

/* Returns whether there is a value. Without one *@value is 0. */
static bool get(const struct field *f, const struct inspect_queue *q, uint64_t *value)
{
	const void *at = (const char *)q + f->offset;
	const struct inspect_eventfd *e = at;
	const struct inspect_word *w = at;

	*value = 0;
	switch (f->type) {
	case FIELD_U16:
		*value = *(const uint16_t *)at;
		return true;
	case FIELD_WORD:
		if (w->state == INSPECT_OK)
			*value = w->value;
		return w->state == INSPECT_OK;
	case FIELD_COUNT:
		if (e->id >= 0)
			*value = e->count;
		return e->id >= 0;
	}
	return false;
}

bool kick_same(const struct inspect_queue *a, const struct inspect_queue *b)
{
	uint64_t x, y;

	for (size_t i = 0; i < NFIELDS; i++)
		if (get(&fields[i], a, &x) != get(&fields[i], b, &y) || x != y)
			return false;
	return true;
}

static uint16_t taken(const struct inspect_queue *before, const struct inspect_queue *after)
{
	return (uint16_t)(after->last_avail_idx - before->last_avail_idx);
}

static uint16_t returned(const struct inspect_queue *before, const struct inspect_queue *after)
{
	return (uint16_t)(after->last_used_idx - before->last_used_idx);
}

static bool word_same(const struct inspect_word *a, const struct inspect_word *b)
{
	return a->state == b->state && (a->state != INSPECT_OK || a->value == b->value);
}

/* The counter alone is not enough: after the driver read the call, the device may have made another one. */
static bool driver_moved(const struct inspect_queue *before, const struct inspect_queue *after)
{
	return !word_same(&before->ring_avail_idx, &after->ring_avail_idx) ||
	       !word_same(&before->ring_avail_flags, &after->ring_avail_flags) ||
	       !word_same(&before->ring_used_event, &after->ring_used_event);
}

bool kick_heard(enum kick_what what, const struct inspect_queue *before, const struct inspect_queue *after)
{
	if (what == KICK_CALL)
		return after->call.count <= before->call.count || driver_moved(before, after);
	return taken(before, after) || returned(before, after);
}

/* One line of the table. */
struct change_row {
	const char *name;
	char before[24], after[24], change[24];
	const char *cells[3];
};

static const struct out_col line_cols[] = {
	{ NULL, "", OUT_STRING, offsetof(struct change_row, name), -16 },
	{ NULL, "BEFORE", OUT_STRING, offsetof(struct change_row, cells[0]), 8 },
	{ NULL, "AFTER", OUT_STRING, offsetof(struct change_row, cells[1]), 8 },
	{ NULL, "CHANGE", OUT_STRING, offsetof(struct change_row, cells[2]), 8 },
	{ 0 },
};

static void format_change(const struct field *f, uint64_t before, uint64_t after, char *buf, size_t len)
{
	if (f->index && before != after)
		snprintf(buf, len, "+%u", (uint16_t)(after - before));
	else if (after > before)
		snprintf(buf, len, "+%" PRIu64, after - before);
	else if (after < before)
		snprintf(buf, len, "-%" PRIu64, before - after);
	else
		snprintf(buf, len, "0");
}

static void print_line(struct out *o, const struct field *f, const struct kick_report *r)
{
	struct change_row l = { .name = f->name, .cells = { l.before, l.after, l.change } };
	uint64_t before, after;
	const bool known = get(f, r->before, &before), still = r->after && get(f, r->after, &after);

	if (!known && !still)
		return;
	strcpy(l.before, "-");
	strcpy(l.after, "-");
	strcpy(l.change, "-");
	if (known)
		snprintf(l.before, sizeof(l.before), "%" PRIu64, before);
	if (still)
		snprintf(l.after, sizeof(l.after), "%" PRIu64, after);
	if (known && still)
		format_change(f, before, after, l.change, sizeof(l.change));
	out_row(o, line_cols, &l);
}

static void say_kick(char *buf, size_t len, const struct inspect_queue *before, const struct inspect_queue *after)
{
	const unsigned int took = taken(before, after), gave = returned(before, after);

	if (kick_heard(KICK_KICK, before, after))
		snprintf(buf, len, "The device took %u buffer%s and returned %u.", took, plural(took), gave);
	else if (before->ring_avail_idx.state != INSPECT_OK)
		snprintf(buf, len, "The device took nothing; whether buffers waited is not known (avail->idx: %s).",
			 forecast_unread(&before->ring_avail_idx));
	else if (before->ring_avail_idx.value == before->last_avail_idx)
		snprintf(buf, len, "The device took nothing: no buffers waited for it.");
	else
		snprintf(buf, len, "The device took nothing: it was not for want of a kick; see vhostctl check.");
}

static void say_call(char *buf, size_t len, const struct inspect_queue *before, const struct inspect_queue *after)
{
	const bool known = before->ring_avail_idx.state == INSPECT_OK && after->ring_avail_idx.state == INSPECT_OK;
	const unsigned int n = (uint16_t)(after->ring_avail_idx.value - before->ring_avail_idx.value);

	if (!kick_heard(KICK_CALL, before, after))
		snprintf(buf, len, "Nobody read the call.");
	else if (known && n)
		snprintf(buf, len, "The call was read, and the driver published %u buffer%s.", n, plural(n));
	else
		snprintf(buf, len, "The call was read, and the driver published no buffers.");
}

static void say(char *buf, size_t len, const struct kick_report *r)
{
	if (!r->sent)
		snprintf(buf, len, "Nothing was sent.");
	else if (!r->after)
		snprintf(buf, len, "The queue is gone.");
	else if (r->what == KICK_KICK)
		say_kick(buf, len, r->before, r->after);
	else
		say_call(buf, len, r->before, r->after);
}

static void report_text(struct out *o, const struct kick_report *r)
{
	char buf[INSPECT_DEVICE_NAME];
	const char *name = inspect_device_name(r->device, buf);
	char words[160], whose[EVENTFD_COPY_WHOSE];

	fprintf(o->file, "%s%s of ", r->sent ? "" : "not sent, a dry run: ", r->queue);
	out_text(o, name, strlen(name));
	fprintf(o->file, ": %s through descriptor %d of %s\n", kick_name(r->what), r->copy->fd,
		eventfd_copy_whose(r->copy, whose));
	out_header(o, line_cols);
	for (size_t i = 0; i < NFIELDS; i++)
		print_line(o, &fields[i], r);
	say(words, sizeof(words), r);
	out_wrapped(o, 0, words);
}

static struct json_object *queue_json(const struct inspect_queue *q)
{
	struct json_object *obj;
	uint64_t value;

	if (!q)
		return NULL;
	obj = json_object_new_object();
	for (size_t i = 0; i < NFIELDS; i++)
		json_object_object_add(obj, fields[i].key,
				       get(&fields[i], q, &value) ? json_object_new_uint64(value) : NULL);
	return obj;
}

static void report_json(struct out *o, const struct kick_report *r)
{
	struct json_object *obj = json_object_new_object(), *through = json_object_new_object();
	char words[160];

	say(words, sizeof(words), r);
	json_object_object_add(obj, "type", json_object_new_string(kick_name(r->what)));
	device_json_name(obj, r->device);
	json_object_object_add(obj, "queue", json_object_new_string(r->queue));
	json_object_object_add(through, "pid", json_object_new_int(r->copy->pid));
	json_object_object_add(through, "tid", json_object_new_int(r->copy->tid));
	json_object_object_add(through, "fd", json_object_new_int(r->copy->fd));
	json_object_object_add(obj, "eventfd", through);
	json_object_object_add(obj, "sent", json_object_new_boolean(r->sent));
	json_object_object_add(obj, "before", queue_json(r->before));
	json_object_object_add(obj, "after", queue_json(r->after));
	json_object_object_add(obj, "result", json_object_new_string(words));
	out_json(o, obj);
}

void kick_report(struct out *o, const struct kick_report *r)
{
	if (o->json)
		report_json(o, r);
	else
		report_text(o, r);
}
