// SPDX-License-Identifier: GPL-2.0-or-later
#include "fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "error-text.h"

void fail(const char *command, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "vhostctl%s%s: ", *command ? " " : "", command);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
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
