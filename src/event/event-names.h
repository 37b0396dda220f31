/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

#include <stdint.h>

/**
 * struct event_kind - what is said of a type of event
 * @name: what options, output and JSON call it
 * @help: what it is, for "--events help"
 */
struct event_kind {
	const char *name;
	const char *help;
};

/* By enum event_type. */
extern const struct event_kind event_kinds[];

/* "empty", "idle"... by enum run_end; "?" for what is none. */
const char *run_end_name(unsigned int end);

/* "weight", "busy", "socket" by enum repoll_cause; "?" for what is none. */
const char *repoll_cause_name(unsigned int cause);

#endif
