// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "options-file.h"
#include "options-set.h"

/* More options than any command has; opts_parse asserts it. */
#define OPTS_MAX 64

/* getopt_long returns this plus the index of a long option, so that it never looks like a letter. */
#define LONG_BASE 256

/* The tables for getopt_long, and the way back from its index to our tables. */
struct parser {
	struct option longs[OPTS_MAX + 1];
	const struct opt *opt[OPTS_MAX];
	void *base[OPTS_MAX];
	char shorts[2 * OPTS_MAX + 3];
	int count;
};

static void parser_add(struct parser *p, const struct opt_set *set)
{
	char *s = p->shorts + strlen(p->shorts);

	for (const struct opt *o = set->table; o->name; o++) {
		int i = p->count;

		if (i == OPTS_MAX)
			abort();	/* a table grew beyond what the program was built for */
		p->longs[i] = (struct option){ o->name, o->kind != OPT_FLAG, NULL, LONG_BASE + i };
		p->opt[i] = o;
		p->base[i] = set->base;
		p->count++;
		if (!o->letter)
			continue;
		*s++ = o->letter;
		if (o->kind != OPT_FLAG)
			*s++ = ':';
	}
	*s = 0;
}

/* The index of the option that getopt_long returned, or -1. */
static int parser_find(const struct parser *p, int c)
{
	if (c >= LONG_BASE)
		return c - LONG_BASE;
	for (int i = 0; i < p->count; i++)
		if (p->opt[i]->letter == c)
			return i;
	return -1;
}

int opts_parse(int argc, char **argv, enum opt_order order, const struct opt_set *sets, struct opt_places *places,
	       char *err, size_t errlen)
{
	/* '+' stops at the first word that is no option; ':' tells a missing value from an unknown option. */
	struct parser p = { 0 };
	int c;

	strcpy(p.shorts, order == OPTS_FIRST ? "+:" : ":");

	for (const struct opt_set *set = sets; set->table; set++)
		parser_add(&p, set);

	opterr = 0;
	optind = 0;	/* glibc: start anew, for the second call of a program */
	while ((c = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1) {
		int i = parser_find(&p, c), r;

		if (c == ':') {
			snprintf(err, errlen, "%s needs a value; see --help", argv[optind - 1]);
			return -EINVAL;
		}
		if (c == '?' && optopt >= LONG_BASE) {
			snprintf(err, errlen, "--%s takes no value; see --help", p.longs[optopt - LONG_BASE].name);
			return -EINVAL;
		}
		if (c == '?' && optopt) {
			snprintf(err, errlen, "-%c is not an option here; see --help", optopt);
			return -EINVAL;
		}
		if (i < 0) {
			snprintf(err, errlen, "%s is not an option here; see --help", argv[optind - 1]);
			return -EINVAL;
		}
		if (p.opt[i]->kind == OPT_FILE)
			r = opts_read_file(sets, places, optarg, err, errlen);
		else
			r = opts_set(p.opt[i], p.base[i], places, 0, optarg, err, errlen);
		if (r)
			return r;
	}
	return optind;
}

static bool has_letter(const struct opt_group *groups, char letter)
{
	for (const struct opt_group *g = groups; g && g->table; g++)
		for (const struct opt *o = g->table; o->name; o++)
			if (o->letter == letter)
				return true;
	return false;
}

void opts_help(FILE *out, const struct opt *table, const struct opt_group *before)
{
	for (const struct opt *o = table; o->name; o++) {
		bool letter = o->letter && !has_letter(before, o->letter);
		char left[64];

		if (!o->help)
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", letter ? '-' : ' ', letter ? o->letter : ' ',
			 letter ? "," : " ", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
		fprintf(out, "  %-28s %s\n", left, o->help);
	}
}
