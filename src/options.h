/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * enum opt_kind - what an option's value is and the type of the field that it fills
 * @OPT_FLAG: no value; bool
 * @OPT_UINT: whole number between min and max; uint64_t
 * @OPT_SECONDS: seconds, with a fraction if wanted, between min and max nanoseconds; uint64_t nanoseconds
 * @OPT_STRING: any text that is not empty; const char *, pointing into argv
 * @OPT_CHOICE: one of a list of words; int, the index
 * @OPT_PARSE: whatever the option's own function makes of it
 */
enum opt_kind { OPT_FLAG, OPT_UINT, OPT_SECONDS, OPT_STRING, OPT_CHOICE, OPT_PARSE };

/**
 * struct opt - one option of a command
 * @name: the long name
 * @letter: the short name, or 0
 * @kind: see enum opt_kind
 * @offset: where in the command's struct the value goes
 * @arg: what help calls the value
 * @help: one line
 * @min: smallest value of a number
 * @max: largest value of a number
 * @choices: the words of a choice, ended by NULL
 * @parse: for OPT_PARSE: reads @arg into the field, returns NULL or what is wrong with it
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

#define OPT_SETS_MAX 2

/**
 * opts_parse() - read a command line into structs
 * @argc: number of words, the command's name included
 * @argv: the words
 * @sets: OPT_SETS_MAX tables with their structs; a NULL table is skipped
 * @err: where the message goes when something is wrong
 * @errlen: size of @err
 *
 * Stops at the first word that is no option, as POSIX wants it.
 *
 * Return: the index of the first word that is not an option, or -EINVAL with @err filled in.
 */
int opts_parse(int argc, char **argv, const struct opt_set sets[OPT_SETS_MAX], char *err, size_t errlen);

/**
 * opts_help() - print one line an option, in aligned columns
 * @out: where to
 * @table: the options
 * @before: a table whose letters take precedence over those of @table, or NULL
 */
void opts_help(FILE *out, const struct opt *table, const struct opt *before);

/**
 * parse_uint() - a whole number in decimal or, after 0x, in hexadecimal, without sign or blanks
 * @arg: the text
 * @value: the number
 *
 * Return: 0, -EINVAL if it is no number, -ERANGE if it does not fit 64 bits.
 */
int parse_uint(const char *arg, uint64_t *value);

#endif
