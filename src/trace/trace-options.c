// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-options.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

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
	static const char *const groups[] = { "all", "driver", "irq" };

	if (i < EVENT_TYPES)
		return event_kinds[i].name;
	return i < EVENT_TYPES + (int)ARRAY_SIZE(groups) ? groups[i - EVENT_TYPES] : NULL;
}

static bool has_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	while (dir && count <= 2 && readdir(dir))	/* "." and ".." */
		count++;
	if (dir)
		closedir(dir);
	return count > 2;
}

/* Interrupts as they are to be seen here: in a VM those of its drivers, outside those that KVM injects. */
static uint32_t irq_events(void)
{
	const bool host = !access("/sys/module/vhost", F_OK) && !access("/sys/module/kvm", F_OK);
	const bool guest = has_entries("/sys/bus/virtio/devices");

	return (host ? 1U << EVENT_INJECT : 0) | (guest || !host ? 1U << EVENT_DRIVER_INTERRUPT : 0);
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
		/* There is no inject without KVM, and drop costs others. */
		*events |= EVENTS_VHOST & ~(1U << EVENT_INJECT | 1U << EVENT_DROP);
	if (words & 1U << (EVENT_TYPES + 1))
		*events |= EVENTS_DRIVER;
	if (words & 1U << (EVENT_TYPES + 2))
		*events |= irq_events();
	return NULL;
}
