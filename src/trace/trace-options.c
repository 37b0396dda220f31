// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-options.h"

#include <string.h>

#include "event/decision.h"
#include "event/event-names.h"

const char *parse_queue_device(void *field, const char *arg)
{
	if (!*arg || strlen(arg) >= NAME_LEN || strchr(arg, '/'))
		return "is not the name of a network interface";
	strcpy(field, arg);
	return NULL;
}

const char *parse_queue_choice(void *field, const char *arg)
{
	static const char wrong[] = "is not a queue; it takes rx, tx, rxN, txN or a number";
	struct queue_filter *f = field;
	uint64_t n = QUEUE_ANY_PAIR;

	f->choice = !strncmp(arg, "rx", 2) ? QUEUES_RX : !strncmp(arg, "tx", 2) ? QUEUES_TX : QUEUES_NUMBER;
	if (f->choice != QUEUES_NUMBER)
		arg += 2;
	if (*arg || f->choice == QUEUES_NUMBER)
		if (parse_uint(arg, &n) || n >= QUEUE_NO_NUMBER)
			return wrong;
	f->queue = (uint16_t)n;
	return NULL;
}

const char *parse_sample(void *field, const char *arg)
{
	uint32_t *sample = field;
	uint64_t n;

	if (!strncmp(arg, "1/", 2))
		arg += 2;
	if (parse_uint(arg, &n) || !n || n > UINT32_MAX)
		return "is not a sample; it takes 1/N";
	*sample = (uint32_t)n;
	return NULL;
}

static const char *reason_by_number(int i)
{
	return i < REASON_COUNT ? reason_name((enum reason)i) : NULL;
}

static bool add_word(uint32_t *bits, const char *word, size_t len, word_name_fn *name)
{
	for (int i = 0; name(i); i++)
		if (strlen(name(i)) == len && !memcmp(name(i), word, len)) {
			*bits |= 1U << i;
			return true;
		}
	return false;
}

bool parse_words(uint32_t *bits, const char *arg, word_name_fn *name)
{
	*bits = 0;
	for (const char *end; ; arg = end + 1) {
		end = strchrnul(arg, ',');
		if (!add_word(bits, arg, (size_t)(end - arg), name))
			return false;
		if (!*end)
			return true;
	}
}

const char *parse_reasons(void *field, const char *arg)
{
	return parse_words(field, arg, reason_by_number) ? NULL : "has a word that is no reason; vhostctl-trace(8) lists "
								  "them";
}

/* A group's name stands for all of its events. */
static const char *event_or_group(int i)
{
	return i < EVENT_TYPES ? event_kinds[i].name : i == EVENT_TYPES ? "all" : i == EVENT_TYPES + 1 ? "driver" : NULL;
}

const char *parse_events(void *field, const char *arg)
{
	uint32_t *events = field, words;

	*events = 0;
	if (!strcmp(arg, "help"))
		return NULL;
	if (!parse_words(&words, arg, event_or_group))
		return "has a word that is no event; --events help lists them";
	*events = words & (EVENTS_VHOST | EVENTS_DRIVER);
	if (words & 1U << EVENT_TYPES)
		*events |= EVENTS_VHOST;
	if (words & 1U << (EVENT_TYPES + 1))
		*events |= EVENTS_DRIVER;
	return NULL;
}

struct queue_filter make_queue_filter(const struct queue_options *o)
{
	struct queue_filter f = o->filter;

	f.owner = (uint32_t)o->pid;
	return f;
}
