// SPDX-License-Identifier: GPL-2.0-or-later
#include "fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error-text.h"
#include "harmless.h"

/* Without memory the line is cut. */
static void __attribute__((format(printf, 2, 0))) print_line(const char *command, const char *fmt, va_list ap)
{
	char cut[256], *whole = NULL, *text = cut;
	va_list again;

	va_copy(again, ap);
	if (vasprintf(&whole, fmt, again) >= 0)
		text = whole;
	else
		vsnprintf(cut, sizeof(cut), fmt, ap);
	va_end(again);
	harmless_line(text);
	fprintf(stderr, "vhostctl%s%s: %s\n", *command ? " " : "", command, text);
	if (text == whole)
		free(whole);
}

void fail(const char *command, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(command, fmt, ap);
	va_end(ap);
}

int fail_step(const char *command, const struct opt_places *places, const struct step *s, int err)
{
	const char *why = *s->why ? s->why : error_text(err);
	char where[192];

	if (s->key)
		fail(command, "%s: cannot %s: %s", opts_where(places, s->key, s->item, where, sizeof(where)), s->doing,
		     why);
	else
		fail(command, "cannot %s: %s", s->doing, why);
	return STATUS_REFUSED;
}

int fail_output(const char *command, const struct out *o, const char *doing, int err)
{
	if (!err || err == -EPIPE)
		return STATUS_OK;
	fail(command, "%s: %s", !doing || ferror(o->file) ? "cannot write to standard output" : doing, strerror(-err));
	return STATUS_REFUSED;
}

int fail_columns(const char *command, int err, const char *why)
{
	fail(command, "%s", err == -EINVAL ? why : error_text(err));
	return err == -EINVAL ? STATUS_USAGE : STATUS_REFUSED;
}

int fail_column_options(const char *command, struct out *o, const struct out_col *all,
			const struct column_options *opts)
{
	struct columns c;
	char why[160];
	int err = columns_choose(&c, o, all, all, opts, why, sizeof(why));

	if (err)
		return fail_columns(command, err, why);
	columns_free(&c);
	return STATUS_OK;
}
