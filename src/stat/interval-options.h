/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_OPTIONS_H
#define INTERVAL_OPTIONS_H

#include "probe/queue-options.h"

/**
 * DOC: the options and operands that stat, hist and top share
 */

/**
 * struct interval_options - what is counted, and how long
 * @queue: which queues; must be the first member, see QUEUE_OPTIONS
 * @duration: nanoseconds; 0: no limit
 * @sample: see struct counters_options
 * @verbose: show libbpf's messages
 */
struct interval_options {
	struct queue_options queue;
	uint64_t duration;
	uint32_t sample;
	bool verbose;
};

#define INTERVAL_DEFAULTS { .sample = 1 }

/* The command's struct must begin with a struct interval_options. */
#define INTERVAL_OPTIONS									\
	{ "duration", 'd', OPT_SECONDS, offsetof(struct interval_options, duration), "S",	\
	  "end after S seconds", .min = NSEC_PER_MSEC, .max = 1000000000 * NSEC_PER_SEC },	\
	QUEUE_OPTIONS,										\
	{ "sample", 0, OPT_PARSE, offsetof(struct interval_options, sample), "1/N",		\
	  "count one run of the worker in N", .parse = parse_sample },				\
	{ "verbose", 'v', OPT_FLAG, offsetof(struct interval_options, verbose),			\
	  .help = "show what libbpf says" }

/**
 * parse_interval() - read INTERVAL and COUNT
 * @command: the command's name, for messages
 * @operands: the words behind the options, ended by NULL
 * @interval: nanoseconds; unchanged if there is none
 * @count: number of intervals; likewise
 *
 * Return: 0, or an exit status, with the message printed.
 */
int parse_interval(const char *command, char **operands, uint64_t *interval, uint64_t *count);

#endif
