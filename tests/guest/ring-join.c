// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Joins two outputs of "vhostctl trace -j", that of the host and that made inside of a VM: see ring-join.h.
 *
 *	ring-join [--story] HOST DRIVER
 *
 * Prints one JSON object for each ring that both have. With --story also what happened to one of its buffers, of which
 * all is known, in the middle. Ends with 3 if something does not fit, or was not joined.
 *
 * A million lines are to be read inside of an emulated machine, so this does not build objects of them.
 */
#include "ring-join.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* By how much the clocks of host and VM may differ: both began with one of whole seconds. */
#define SLACK_NS UINT64_C(3000000000)

#define FIELDS_MAX 48
#define RINGS_MAX 256
#define NAME_MAX_LEN 64

/* A member of an object: its key, and its value as text. */
struct field {
	const char *key, *value;
	size_t key_len, len;
};

struct line {
	struct field fields[FIELDS_MAX];
	size_t count;
};

/* A ring of a stream, and its queue's names. */
struct named_ring {
	struct join_ring ring;
	char device[NAME_MAX_LEN], queue[NAME_MAX_LEN];
	uint64_t first, last;
};

struct stream {
	const char *name;
	struct named_ring rings[RINGS_MAX];
	size_t count;
	uint64_t wall_offset, start, end;
	bool lossy;
};

static void die(const char *name, const char *what)
{
	fprintf(stderr, "ring-join: %s: %s\n", name, what);
	exit(2);
}

/* The end of a string, whose first quote is at @p. */
static const char *string_end(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* The end of a value. */
static const char *value_end(const char *p)
{
	int depth = 0;

	for (;; p++) {
		while (*p == '"')
			p = string_end(p);
		if (*p == '{' || *p == '[')
			depth++;
		else if (!*p || (!depth && (*p == ',' || *p == '}')))
			return p;
		else if (*p == '}' || *p == ']')
			depth--;
	}
}

static bool read_line(const char *text, struct line *l)
{
	const char *p = text;

	l->count = 0;
	if (*p++ != '{')
		return false;
	while (*p == '"' && l->count < FIELDS_MAX) {
		struct field *f = &l->fields[l->count++];
		const char *end = string_end(p);

		f->key = p + 1;
		f->key_len = (size_t)(end - p) - 2;
		if (*end != ':')
			return false;
		f->value = end + 1;
		p = value_end(f->value);
		f->len = (size_t)(p - f->value);
		p += *p == ',';
	}
	return *p == '}';
}

static const struct field *find(const struct line *l, const char *key)
{
	const size_t len = strlen(key);

	for (size_t i = 0; i < l->count; i++)
		if (l->fields[i].key_len == len && !memcmp(l->fields[i].key, key, len))
			return &l->fields[i];
	return NULL;
}

static bool is(const struct line *l, const char *key, const char *value)
{
	const struct field *f = find(l, key);

	return f && f->len == strlen(value) && !memcmp(f->value, value, f->len);
}

/* A whole number; @none if it is null or not there. */
static int64_t number(const struct line *l, const char *key, int64_t none)
{
	const struct field *f = find(l, key);

	return f && (isdigit((unsigned char)*f->value) || *f->value == '-') ? strtoll(f->value, NULL, 10) : none;
}

/* Seconds with nine digits, as nanoseconds. */
static uint64_t nanoseconds(const struct line *l, const char *key)
{
	const struct field *f = find(l, key);
	char *point;
	uint64_t s;

	if (!f || !isdigit((unsigned char)*f->value))
		return 0;
	s = strtoull(f->value, &point, 10);
	return s * UINT64_C(1000000000) + (*point == '.' ? strtoull(point + 1, NULL, 10) : 0);
}

static void copy_name(char name[NAME_MAX_LEN], const struct field *f)
{
	snprintf(name, NAME_MAX_LEN, "%.*s", f && f->len > 2 ? (int)f->len - 2 : 0, f ? f->value + 1 : "");
}

/* The ring that an event is about; NULL if it is not known. */
static struct named_ring *ring_of(struct stream *s, const struct line *l)
{
	const struct join_ring wanted = {
		.address = (uint64_t)number(l, "ring_addr", -1), .size = (uint32_t)number(l, "ring_size", 0),
		.generation = (uint32_t)number(l, "ring_gen", 0), .started = is(l, "pos_from", "\"start\""),
	};
	char device[NAME_MAX_LEN], queue[NAME_MAX_LEN];

	if (!wanted.size || wanted.address == UINT64_MAX)
		return NULL;
	copy_name(device, find(l, "device"));
	copy_name(queue, find(l, "queue"));
	for (size_t i = s->count; i--;) {
		struct named_ring *r = &s->rings[i];

		if (r->ring.address == wanted.address && r->ring.size == wanted.size &&
		    r->ring.generation == wanted.generation && !strcmp(r->queue, queue) && !strcmp(r->device, device))
			return r;
	}
	if (s->count == RINGS_MAX)
		die(s->name, "too many rings");
	s->rings[s->count].ring = wanted;
	strcpy(s->rings[s->count].device, device);
	strcpy(s->rings[s->count].queue, queue);
	return &s->rings[s->count++];
}

static enum join_type type_of(const struct line *l)
{
	static const struct {
		const char *name;
		enum join_type type;
	} types[] = {
		{ "\"driver_kick\"", JOIN_PREPARED }, { "\"driver_interrupt\"", JOIN_INTERRUPT },
		{ "\"driver_enable\"", JOIN_DRIVER_ASKS }, { "\"driver_disable\"", JOIN_DRIVER_ASKS },
		{ "\"kick\"", JOIN_KICK }, { "\"run\"", JOIN_RUN }, { "\"arm\"", JOIN_HOST_ASKS },
		{ "\"call\"", JOIN_CALL },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (is(l, "type", types[i].name))
			return types[i].type;
	return JOIN_TYPES;
}

/* The position from @base on that has this index. */
static uint64_t position_of(uint64_t base, int64_t index)
{
	return base + (uint16_t)(index - (int64_t)base);
}

/* Where a call's entries begin: vhost does not keep that before the first decision. */
static uint64_t call_begins(const struct named_ring *r, const struct line *l, uint64_t to)
{
	const struct join_list *calls = &r->ring.lists[JOIN_CALL];

	if (!is(l, "event_idx", "true") || is(l, "valid", "true"))
		return to - (uint16_t)(number(l, "new", 0) - number(l, "old", 0));
	if (calls->count)
		return calls->events[calls->count - 1].to;
	return r->ring.started ? 0 : to;
}

static void fill_event(const struct named_ring *r, const struct line *l, enum join_type type, struct join_event *e)
{
	const uint64_t avail = (uint64_t)number(l, "avail_pos", 0), used = (uint64_t)number(l, "used_pos", 0);

	switch (type) {
	case JOIN_PREPARED:
		e->to = avail;
		e->from = avail - (uint64_t)number(l, "num_added", 0);
		e->word = (int32_t)number(l, "avail_event", -1);
		e->acts = is(l, "decision", "\"kick\"");
		break;
	case JOIN_INTERRUPT:
	case JOIN_DRIVER_ASKS:
		e->to = used;
		e->word = (int32_t)number(l, "used_event", -1);
		break;
	case JOIN_KICK:
		e->to = number(l, "avail_idx", -1) < 0 ? JOIN_NONE : position_of(avail, number(l, "avail_idx", 0));
		break;
	case JOIN_RUN:
		e->to = avail;
		e->from = avail - (uint64_t)number(l, "found", 0);
		break;
	case JOIN_HOST_ASKS:
		e->word = (int32_t)number(l, "avail_event", -1);
		e->to = e->word < 0 ? avail : position_of(avail, e->word);
		break;
	default:
		e->to = used;
		e->from = call_begins(r, l, used);
		e->word = (int32_t)number(l, "event", -1);
		e->acts = is(l, "decision", "\"signal\"");
	}
}

static void add_event(struct stream *s, const struct line *l)
{
	const enum join_type type = type_of(l);
	struct join_event e = { .time = nanoseconds(l, "time") + s->wall_offset, .word = -1 };
	struct named_ring *r = type == JOIN_TYPES ? NULL : ring_of(s, l);
	const char *begun = type == JOIN_RUN ? "time_start" : type == JOIN_CALL ? "time_entry" : "time";

	if (!r || (type == JOIN_INTERRUPT && !is(l, "handled", "true")))
		return;
	e.begun = nanoseconds(l, begun) + s->wall_offset;
	fill_event(r, l, type, &e);
	join_add(&r->ring.lists[type], &e);
	r->first = r->first ? r->first : e.time;
	r->last = e.time;
}

static void read_stream(struct stream *s, const char *name)
{
	FILE *f = fopen(name, "r");
	char *text = NULL;
	size_t room = 0;
	struct line l;

	s->name = name;
	if (!f)
		die(name, "cannot be read");
	while (getline(&text, &room, f) >= 0) {
		text[strcspn(text, "\n")] = 0;
		if (!read_line(text, &l))
			die(name, "a line is no JSON object of trace");
		if (is(&l, "type", "\"start\"")) {
			s->wall_offset = nanoseconds(&l, "wall_offset");
			s->start = nanoseconds(&l, "time") + s->wall_offset;
		} else if (is(&l, "type", "\"lost\"")) {
			s->lossy = true;
		} else if (is(&l, "type", "\"totals\"")) {
			s->end = s->start + nanoseconds(&l, "seconds");
		} else {
			add_event(s, &l);
		}
	}
	if (!s->end)
		die(name, "it does not end with the totals");
	for (size_t i = 0; i < s->count; i++) {
		s->rings[i].ring.lossy = s->lossy;
		s->rings[i].ring.end = s->end;
	}
	free(text);
	fclose(f);
}

static bool overlap(const struct named_ring *a, const struct named_ring *b)
{
	return a->first <= b->last + SLACK_NS && b->first <= a->last + SLACK_NS;
}

/*
 * The host's side of a ring: at the same address, of the same size, at the same time. If there are several, the starts
 * tell which. Return: how many there are.
 */
static size_t find_host_ring(const struct stream *host, const struct named_ring *driver,
			     const struct named_ring **found)
{
	const struct named_ring *same = NULL;
	size_t count = 0, generations = 0;

	*found = NULL;
	for (size_t i = 0; i < host->count; i++) {
		const struct named_ring *r = &host->rings[i];

		if (r->ring.address != driver->ring.address || r->ring.size != driver->ring.size ||
		    !r->ring.lists[JOIN_RUN].count || !overlap(r, driver))
			continue;
		count++;
		*found = r;
		if (r->ring.started && driver->ring.started && r->ring.generation == driver->ring.generation) {
			generations++;
			same = r;
		}
	}
	if (generations == 1)
		*found = same;
	return generations == 1 ? 1 : count;
}

static void print_result(const struct named_ring *host, const struct named_ring *driver, const struct join_result *r)
{
	printf("{\"type\":\"join\",\"address\":%" PRIu64 ",\"size\":%" PRIu32 ",\"generations\":[%" PRIu32 ",%" PRIu32
	       "],\"host\":\"%s %s\",\"driver\":\"%s %s\",\"laps\":%" PRId64 ",\"buffers\":%" PRIu64 ",\"kicks\":%"
	       PRIu64 ",\"words\":%" PRIu64 ",\"gaps\":%" PRIu64 ",\"contradictions\":%" PRIu64
	       ",\"first\":\"%s\",\"refused\":\"%s\",\"offset\":[%" PRId64 ",%" PRId64 "]}\n", driver->ring.address,
	       driver->ring.size, host->ring.generation, driver->ring.generation, host->device, host->queue,
	       driver->device, driver->queue, r->laps, r->buffers, r->kicks, r->words, r->gaps, r->contradictions,
	       r->first, r->refused, r->offset_min, r->offset_max);
}

/* The first event of a list that ends behind an entry and acts. */
static const struct join_event *behind(const struct join_list *l, uint64_t entry, bool acts)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->events[i].to != JOIN_NONE && l->events[i].to > entry && (!acts || l->events[i].acts))
			return &l->events[i];
	return NULL;
}

/* The first interrupt from a time on. */
static const struct join_event *interrupt_after(const struct join_list *l, uint64_t time)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->events[i].time >= time)
			return &l->events[i];
	return NULL;
}

static void print_step(const char *what, uint64_t time, uint64_t *last)
{
	printf("%10.1f us  %s\n", *last ? (double)(int64_t)(time - *last) / 1e3 : 0, what);
	*last = time;
}

/*
 * What happened to one buffer: one for which the driver kicked and vhost signalled. The driver's times are moved by an
 * offset that fits all that both sides have seen.
 */
static void print_story(const struct join_ring *host, const struct join_ring *driver, const struct join_result *r)
{
	const uint64_t shift = (uint64_t)(r->laps * 65536);
	const int64_t offset = r->offset_min / 2 + r->offset_max / 2;
	const struct join_list *prepared = &driver->lists[JOIN_PREPARED];
	const struct join_event *kicked = behind(prepared, prepared->events[prepared->count / 2].from, true);
	const struct join_event *kick, *run, *call, *interrupt;
	uint64_t entry, last = 0;

	if (!kicked)
		return;
	entry = kicked->to - 1 + shift;
	kick = behind(&host->lists[JOIN_KICK], entry, false);
	run = behind(&host->lists[JOIN_RUN], entry, false);
	call = behind(&host->lists[JOIN_CALL], entry, true);
	interrupt = call ? interrupt_after(&driver->lists[JOIN_INTERRUPT], call->begun - (uint64_t)offset) : NULL;
	if (!kick || !run || !interrupt)
		return;
	printf("entry %" PRIu64 "\n", entry);
	print_step("kick prepared", kicked->time + (uint64_t)offset, &last);
	print_step("kick arrived", kick->time, &last);
	print_step("worker runs", run->begun, &last);
	print_step("used", call->begun, &last);
	print_step("decided to signal", call->time, &last);
	print_step("interrupt, callback has run", interrupt->time + (uint64_t)offset, &last);
}

int main(int argc, char **argv)
{
	const bool story = argc > 1 && !strcmp(argv[1], "--story");
	static struct stream host, driver;
	struct join_result r;
	int status = 0;

	if (argc != 3 + story)
		die("usage", "ring-join [--story] HOST DRIVER");
	read_stream(&host, argv[1 + story]);
	read_stream(&driver, argv[2 + story]);
	for (size_t i = 0; i < driver.count; i++) {
		const struct named_ring *d = &driver.rings[i], *h = NULL;
		const size_t count = find_host_ring(&host, d, &h);

		if (!count || !d->ring.lists[JOIN_PREPARED].count)
			continue;
		if (count > 1)
			r = (struct join_result){ .refused = "several rings of the host were at this address then" };
		else
			join_rings(&h->ring, &d->ring, SLACK_NS, &r);
		print_result(h, d, &r);
		if (*r.refused || r.contradictions)
			status = 3;
		else if (story)
			print_story(&h->ring, &d->ring, &r);
	}
	return status;
}
