// SPDX-License-Identifier: GPL-2.0-or-later
#include "options-set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "clock.h"
#include "parse.h"

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
			snprintf(err, len, "'%s' is not a number of seconds from %g to %g", arg, ns_to_s(o->min),
				 ns_to_s(o->max));
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
	void *given = array_grow(places->given, &places->room, places->count + 1, sizeof(*places->given));

	if (!given)
		return -ENOMEM;
	places->given = given;
	places->given[places->count++] = (struct opt_place){ name, line };
	return 0;
}

int opts_set(const struct opt *o, void *base, struct opt_places *places, unsigned int line, const char *arg, char *err,
	     size_t errlen)
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
