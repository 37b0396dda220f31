// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "parse.h"

/* More options than any command has; opts_parse asserts it. */
#define OPTS_MAX 64

/* getopt_long returns this plus the index of a long option, so that it never looks like a letter. */
#define LONG_BASE 256

/* What getopt_long needs, and the way back from its index to our table. */
struct parser {
	struct option longs[OPTS_MAX + 1];
	const struct opt *opt[OPTS_MAX];
	void *base[OPTS_MAX];
	char shorts[2 * OPTS_MAX + 3];
	int count;
};

static int bad_uint(const struct opt *o, const char *arg, char *err, size_t len)
{
	snprintf(err, len, "'%s' is not a whole number from %llu to %llu", arg, (unsigned long long)o->min,
		 (unsigned long long)o->max);
	return -EINVAL;
}

static int set_choice(const struct opt *o, int *field, const char *arg, char *err, size_t len)
{
	size_t n;

	for (int i = 0; o->choices[i]; i++)
		if (!strcmp(o->choices[i], arg)) {
			*field = i;
			return 0;
		}
	n = (size_t)snprintf(err, len, "'%s' is none of", arg);
	for (int i = 0; o->choices[i] && n < len; i++)
		n += (size_t)snprintf(err + n, len - n, "%s %s", i ? "," : "", o->choices[i]);
	return -EINVAL;
}

/* On the command line a flag has no value; in a file it may have one. */
static int set_flag(bool *field, const char *arg, char *err, size_t len)
{
	if (arg && strcmp(arg, "yes") && strcmp(arg, "no")) {
		snprintf(err, len, "'%s' is none of yes, no", arg);
		return -EINVAL;
	}
	*field = !arg || !strcmp(arg, "yes");
	return 0;
}

/* Sets a field; a message says what is wrong with @arg, not which option it belongs to. */
static int set_value(const struct opt *o, void *base, const char *arg, char *err, size_t len)
{
	void *field = (char *)base + o->offset;
	const char *wrong;
	uint64_t v;

	switch (o->kind) {
	case OPT_FLAG:
		return set_flag(field, arg, err, len);
	case OPT_UINT:
		if (parse_uint(arg, &v) || v < o->min || v > o->max)
			return bad_uint(o, arg, err, len);
		*(uint64_t *)field = v;
		return 0;
	case OPT_SECONDS:
		if (parse_seconds(arg, &v) || v < o->min || v > o->max) {
			snprintf(err, len, "'%s' is not a number of seconds from %g to %g", arg,
				 (double)o->min / NSEC_PER_SEC, (double)o->max / NSEC_PER_SEC);
			return -EINVAL;
		}
		*(uint64_t *)field = v;
		return 0;
	case OPT_STRING:
		if (!*arg) {
			snprintf(err, len, "its value is empty");
			return -EINVAL;
		}
		*(const char **)field = arg;
		return 0;
	case OPT_CHOICE:
		return set_choice(o, field, arg, err, len);
	case OPT_PARSE:
		wrong = o->parse(field, arg);
		if (wrong) {
			/* A long list must not push the reason out. */
			snprintf(err, len, "'%.60s%s' %s", arg, strlen(arg) > 60 ? "..." : "", wrong);
			return -EINVAL;
		}
		return 0;
	case OPT_FILE:
		break;
	}
	snprintf(err, len, "stands on the command line only");
	return -EINVAL;
}

static int note_place(struct opt_places *places, const char *name, unsigned int line)
{
	void *p = reallocarray(places->given, places->count + 1, sizeof(*places->given));

	if (!p)
		return -ENOMEM;
	places->given = p;
	places->given[places->count++] = (struct opt_place){ name, line };
	return 0;
}

/* The name as it was written: the place is noted already. */
static int set_option(const struct opt *o, void *base, struct opt_places *places, unsigned int line, const char *arg,
		      char *err, size_t errlen)
{
	char where[192], why[160];
	int r = note_place(places, o->name, line);

	if (r) {
		snprintf(err, errlen, "%s", strerror(-r));
		return -EINVAL;
	}
	if (!set_value(o, base, arg, why, sizeof(why)))
		return 0;
	snprintf(err, errlen, "%s: %s", opts_where(places, o->name, -1, where, sizeof(where)), why);
	return -EINVAL;
}

int opts_set(const struct opt_set *sets, struct opt_places *places, unsigned int line, const char *name,
	     const char *arg, char *err, size_t errlen)
{
	for (; sets->table; sets++) {
		for (const struct opt *o = sets->table; o->name; o++) {
			if (strcmp(o->name, name))
				continue;
			if (!arg && o->kind != OPT_FLAG) {
				snprintf(err, errlen, "%s:%u: %s needs a value: %s = %s", places->file, line, name, name,
					 o->arg);
				return -EINVAL;
			}
			return set_option(o, sets->base, places, line, arg, err, errlen);
		}
	}
	snprintf(err, errlen, "%s:%u: '%s' is not a key here; see vhostctl.conf(5)", places->file, line, name);
	return -EINVAL;
}

const char *opts_where(const struct opt_places *places, const char *name, int item, char *buf, size_t len)
{
	const struct opt_place *found = NULL;

	for (size_t i = 0; i < places->count; i++) {
		if (strcmp(places->given[i].name, name))
			continue;
		found = &places->given[i];
		if (item-- == 0)
			break;
	}
	if (found && found->line)
		snprintf(buf, len, "%s:%u: %s", places->file, found->line, name);
	else
		snprintf(buf, len, "--%s", name);
	return buf;
}

void opts_places_fini(struct opt_places *places)
{
	free(places->given);
	free(places->text);
	*places = (struct opt_places){ 0 };
}

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

int opts_parse(int argc, char **argv, const struct opt_set *sets, struct opt_places *places, char *err, size_t errlen)
{
	/* '+' stops at the first word that is no option; ':' tells a missing value from an unknown option. */
	struct parser p = { .shorts = "+:" };
	int c;

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
		if (c == '?' && optopt && optopt < LONG_BASE) {
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
			r = set_option(p.opt[i], p.base[i], places, 0, optarg, err, errlen);
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

		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", letter ? '-' : ' ', letter ? o->letter : ' ',
			 letter ? "," : " ", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
		fprintf(out, "  %-28s %s\n", left, o->help);
	}
}
