/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct event_kind - texts for a type of event
 * @name: its name in options and JSON
 * @word: its name in lines of text; NULL for decisions, see decision_word()
 * @help: its description, for "--events help"
 */
struct event_kind {
	const char *name;
	const char *word;
	const char *help;
};

/* By enum event_type. */
extern const struct event_kind event_kinds[];

/**
 * decision_word() - the name of a decision in lines of text
 * @driver: it is a driver's, whether to kick its device; else vhost's, whether to signal the driver
 * @signalled: the decision is to do so
 *
 * Return: "SIGNAL", "KICK" or "suppress".
 */
const char *decision_word(bool driver, bool signalled);

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

/**
 * kick_source_name() - "ioeventfd", "write", "kernel", "other"
 * @source: an enum kick_source
 *
 * Return: The name; NULL if it is not known.
 */
const char *kick_source_name(unsigned int source);

/**
 * inject_result_name() - "delivered", "merged", "deferred", "failed"
 * @result: an enum inject_result
 *
 * Return: The name; "?" for any other number.
 */
const char *inject_result_name(unsigned int result);

#endif
