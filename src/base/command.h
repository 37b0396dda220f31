/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "options.h"

/* Exit statuses, the same for every command. */
enum status {
	STATUS_OK = 0,		/* done */
	STATUS_USAGE = 1,	/* wrong use */
	STATUS_REFUSED = 2,	/* refused by the kernel or the environment */
	STATUS_FOUND = 3,	/* finished, but something was found or lost */
};

/**
 * struct cli - the options that every command has, and the operands
 * @json: JSON instead of text; --pretty implies it
 * @pretty: JSON with line breaks and indentation
 * @color: an enum color_when
 * @help: print the help and end
 * @version: print the version and end
 * @operands: the words after the options, ended by NULL
 * @places: where each option was given, for messages
 */
struct cli {
	bool json;
	bool pretty;
	int color;
	bool help;
	bool version;
	char **operands;
	const struct opt_places *places;
};

/**
 * struct command - one command of the program
 * @name: the word on the command line
 * @summary: one line for the list of commands
 * @operands: the operands as its usage shows them; NULL: it takes none
 * @operands_help: what they are, for its help, lines of at most 80 columns; NULL: nothing more to say
 * @runs: the operands are the command line of another program, which has options of its own: those of this command
 *        stand before it
 * @opts: its own options, in groups that its help shows one after another; ended by one without a table
 * @opts_size: size of the struct that @opts fills, copied from @defaults before parsing
 * @defaults: that struct with the default values
 * @run: does the work and returns an enum status
 */
struct command {
	const char *name;
	const char *summary;
	const char *operands;
	const char *operands_help;
	bool runs;
	const struct opt_group *opts;
	size_t opts_size;
	const void *defaults;
	int (*run)(const struct cli *cli, const void *opts);
};

extern const struct command cmd_advise;
extern const struct command cmd_bench;
extern const struct command cmd_call;
extern const struct command cmd_check;
extern const struct command cmd_cleanup;
extern const struct command cmd_exec;
extern const struct command cmd_explain;
extern const struct command cmd_features;
extern const struct command cmd_kick;
extern const struct command cmd_list;
extern const struct command cmd_setup;
extern const struct command cmd_show;
extern const struct command cmd_stat;
extern const struct command cmd_hist;
extern const struct command cmd_top;
extern const struct command cmd_trace;

#endif
