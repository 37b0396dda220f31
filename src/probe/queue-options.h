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
 * @filter: the taps and the queue; make_queue_filter() adds the owner
 * @taps: the words of --dev, in order; NULL behind the last
 * @queue: the word of --queue, or NULL
 */
struct queue_options {
	uint64_t pid;
	struct queue_filter filter;
	const char *taps[DEVICE_PATTERNS];
	const char *queue;
};

/* -i. The command's struct must begin with a struct queue_options, which the parsing functions get. */
#define DEV_OPTION										\
	{ "dev", 'i', OPT_PARSE, 0, "DEV,...", "only these taps or devices: names or globs",		\
	  .parse = parse_dev }

/* -p, -i and -q; likewise. */
#define QUEUE_OPTIONS										\
	{ "pid", 'p', OPT_UINT, offsetof(struct queue_options, pid), "PID",			\
	  "only devices that this process owns", .min = 1, .max = INT32_MAX },			\
	DEV_OPTION,										\
	{ "queue", 'q', OPT_PARSE, 0, "QUEUE", "only rx, tx, rxN, txN or number N",		\
	  .parse = parse_queue_choice }

/* For OPT_PARSE: adds taps to a struct queue_options, see device_choice_add(). */
const char *parse_dev(void *options, const char *arg);

/* For OPT_PARSE: rx, tx, rxN, txN or N into a struct queue_options. */
const char *parse_queue_choice(void *options, const char *arg);

/* For OPT_PARSE: "1/N" or "N" into a uint32_t. */
const char *parse_sample(void *field, const char *arg);

/* The filter that the options make. */
struct queue_filter make_queue_filter(const struct queue_options *o);

/* Room for most choices as text; a longer one is cut. */
#define QUEUE_OPTIONS_TEXT 256

/**
 * queue_options_text() - the choice as on the command line: "--dev tap0 --queue tx"
 * @o: the options
 * @buf: filled in
 *
 * Return: @buf; NULL if all queues are wanted.
 */
const char *queue_options_text(const struct queue_options *o, char buf[QUEUE_OPTIONS_TEXT]);

#endif
