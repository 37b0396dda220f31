/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

#include <stdint.h>

/**
 * struct event_kind - texts for a type of event
 * @name: its name in options, output and JSON
 * @help: its description, for "--events help"
 */
struct event_kind {
	const char *name;
	const char *help;
};

/* By enum event_type. */
extern const struct event_kind event_kinds[];

/**
 * run_end_name() - "empty", "idle" and so on
 * @end: an enum run_end
 *
 * Return: The name; "?" for any other number.
 */
const char *run_end_name(unsigned int end);

/**
 * repoll_cause_name() - "weight", "busy", "socket"
 * @cause: an enum repoll_cause
 *
 * Return: The name; "?" for any other number.
 */
const char *repoll_cause_name(unsigned int cause);

#endif
