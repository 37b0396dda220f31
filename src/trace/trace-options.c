// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-options.h"

#include <string.h>

#include "base/array.h"
#include "base/parse.h"
#include "bpf/events.h"
#include "event/decision.h"
#include "event/event-names.h"

static const char *reason_by_number(int i)
{
	return i < REASON_COUNT ? reason_name((enum reason)i) : NULL;
}

const char *parse_reasons(void *field, const char *arg)
{
	if (parse_words(field, arg, reason_by_number))
		return NULL;
	return "has a word that is no reason; vhostctl-trace(8) lists them";
}

/* A group's name stands for all of its events. */
static const char *event_or_group(int i)
{
	static const char *const groups[] = { "all", "driver" };

	if (i < EVENT_TYPES)
		return event_kinds[i].name;
	return i < EVENT_TYPES + (int)ARRAY_SIZE(groups) ? groups[i - EVENT_TYPES] : NULL;
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
