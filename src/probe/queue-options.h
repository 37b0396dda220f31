/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_OPTIONS_H
#define QUEUE_OPTIONS_H

#include <stdint.h>

#include "base/options.h"
#include "bpf/queue.h"

/**
 * DOC: the options that choose queues, for all commands that trace or count
 */

/**
 * struct queue_options - which queues are wanted
 * @pid: owner of the device; 0: all
 * @filter: the tap and the queue; make_queue_filter() adds the owner
 */
struct queue_options {
	uint64_t pid;
	struct queue_filter filter;
};

/* -p, -i and -q. The offsets are those in struct queue_options: it must be the first member of the command's struct. */
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

/* The filter that the options make. */
struct queue_filter make_queue_filter(const struct queue_options *o);

#endif
