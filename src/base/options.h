/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * enum opt_kind - an option's kind of value, and the type of the field that it fills
 * @OPT_FLAG: no value; bool
 * @OPT_UINT: whole number between min and max; uint64_t
 * @OPT_SECONDS: seconds, with a fraction if wanted, between min and max nanoseconds; uint64_t nanoseconds
 * @OPT_STRING: any text that is not empty; const char *, pointing into argv
 * @OPT_CHOICE: one of a list of words; int, the index
 * @OPT_PARSE: read by the option's own function, which knows the type of the field
 * @OPT_FILE: a file with more options, read at once; no field
 */
enum opt_kind { OPT_FLAG, OPT_UINT, OPT_SECONDS, OPT_STRING, OPT_CHOICE, OPT_PARSE, OPT_FILE };

/**
 * struct opt - one option of a command
 * @name: the long name
 * @letter: the short name, or 0
 * @kind: see enum opt_kind
 * @offset: of the field, in the struct that the table fills
 * @arg: name of the value in the help
 * @help: one line; NULL: the help does not list it, since it only says what to write in its place
 * @min: smallest value of a number; nanoseconds for OPT_SECONDS
 * @max: largest value, in the same unit
 * @choices: the words of a choice, ended by NULL
 * @parse: for OPT_PARSE: reads @arg into the field, returns NULL or a phrase that says what is wrong ("is not ...");
 *         @arg lives as long as the command runs
 *
 * A command's options are a const table of these, ended by an entry without a name: getopt_long's tables, the help and
 * the check of the man pages all come from it.
 */
struct opt {
	const char *name;
	char letter;
	enum opt_kind kind;
	size_t offset;
	const char *arg;
	const char *help;
	uint64_t min, max;
	const char *const *choices;
	const char *(*parse)(void *field, const char *arg);
};

/**
 * struct opt_set - a table of options and the struct that it fills
 */
struct opt_set {
	const struct opt *table;
	void *base;
};

/**
 * struct opt_group - options of a command that belong together
 * @title: heading in the help; "Options" if the command has no other group
 * @table: the options
 * @offset: of the struct that they fill, in the command's struct
 */
struct opt_group {
	const char *title;
	const struct opt *table;
	size_t offset;
};

/**
 * struct opt_places - where each option was given
 * @file: the file with options that was read, or NULL
 * @text: its contents, which options point into; owned
 * @given: the options in the order in which they were given; owned
 * @count: elements of @given
 * @room: elements that it has room for
 */
struct opt_places {
	const char *file;
	char *text;
	struct opt_place *given;
	size_t count, room;
};

/**
 * struct opt_place - where an option was given
 * @name: its long name
 * @line: its line in the file, from 1; 0 for the command line
 */
struct opt_place {
	const char *name;
	unsigned int line;
};

/**
 * enum opt_order - where options may stand
 * @OPTS_FIRST: before the first word that is no option, as POSIX wants it: the other words may be a command line of
 *              their own
 * @OPTS_ANYWHERE: before, between and behind the other words, up to "--"
 */
enum opt_order { OPTS_FIRST, OPTS_ANYWHERE };

/**
 * opts_parse() - read a command line into structs
 * @argc: number of words, the command's name included
 * @argv: the words; with OPTS_ANYWHERE they are sorted: options first
 * @order: where options may stand
 * @sets: tables with their structs, ended by one without a table
 * @places: all zero; filled in; opts_places_fini() releases it, after the last use of what was read
 * @err: filled in with a message when something is wrong
 * @errlen: size of @err
 *
 * Options take effect in their order; those in a file, in the place of the option that names the file.
 *
 * Return: the index of the first word that is not an option; with @err filled in, -EINVAL if the words or the file are
 * wrong, -EIO if the file cannot be read.
 */
int opts_parse(int argc, char **argv, enum opt_order order, const struct opt_set *sets, struct opt_places *places,
	       char *err, size_t errlen);

/**
 * opts_where() - name an option as its user wrote it: "--mtu", or "FILE:3: mtu"
 * @places: filled in by opts_parse()
 * @name: its long name
 * @item: if the option was given several times, which one, from 0; -1: the last
 * @buf: where to write
 * @len: size of @buf
 *
 * Return: @buf.
 */
const char *opts_where(const struct opt_places *places, const char *name, int item, char *buf, size_t len);

/**
 * opts_places_fini() - release what opts_parse() filled in, with the strings that options point to
 */
void opts_places_fini(struct opt_places *places);

/**
 * opts_help() - print one line an option, in aligned columns
 * @out: where to
 * @table: the options
 * @before: groups whose letters take precedence over those of @table, or NULL
 */
void opts_help(FILE *out, const struct opt *table, const struct opt_group *before);

#endif
