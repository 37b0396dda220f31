/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACE_OPTIONS_H
#define TRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/events.h"
#include "base/options.h"

/**
 * DOC: the options that choose queues and decisions, for all commands that trace
 */

/**
 * struct queue_options - of which queues
 * @pid: owner, 0 for all
 * @filter: the rest of it
 */
struct queue_options {
	uint64_t pid;
	struct queue_filter filter;
};

/* -p, -i and -q; offsets are those in struct queue_options, which is to be the first member of the command's. */
#define QUEUE_OPTIONS										\
	{ "pid", 'p', OPT_UINT, offsetof(struct queue_options, pid), "PID",			\
	  "only devices that this process owns", .min = 1, .max = INT32_MAX },			\
	{ "dev", 'i', OPT_PARSE, offsetof(struct queue_options, filter.device), "NAME",	\
	  "only devices on this tap", .parse = parse_queue_device },				\
	{ "queue", 'q', OPT_PARSE, offsetof(struct queue_options, filter), "QUEUE",		\
	  "only rx, tx, rxN, txN or number N", .parse = parse_queue_choice }

/* For OPT_PARSE: the name of an interface into an array of NAME_LEN. */
const char *parse_queue_device(void *field, const char *arg);

/* For OPT_PARSE: rx, tx, rxN, txN or N into a struct queue_filter. */
const char *parse_queue_choice(void *field, const char *arg);

/* For OPT_PARSE: "1/N" or "N" into a uint32_t. */
const char *parse_sample(void *field, const char *arg);

/* The name of a number, or NULL beyond the last. */
typedef const char *word_name_fn(int i);

/* Turn names, separated by commas, into bits of their numbers. Return: whether all of them are known. */
bool parse_words(uint32_t *bits, const char *arg, word_name_fn *name);

/* For OPT_PARSE: names of reasons, separated by commas, into bits of enum reason in a uint32_t. */
const char *parse_reasons(void *field, const char *arg);

/* For OPT_PARSE: names of events and of groups of them, "all" (of vhost) and "driver", separated by commas, into bits of enum event_type in a uint32_t. */
const char *parse_events(void *field, const char *arg);

/* The filter that the options make. */
struct queue_filter make_queue_filter(const struct queue_options *o);

#endif
