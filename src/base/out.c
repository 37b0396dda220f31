// SPDX-License-Identifier: GPL-2.0-or-later
#include "out.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harmless.h"
#include "parse.h"
#include "terminal.h"

const char *const color_when_names[] = { "auto", "always", "never", NULL };

/* COLUMNS, if set, is for tests and pipes: a shell that sets it does not export it. Return: 0: no width. */
static int find_width(FILE *file)
{
	const char *columns = getenv("COLUMNS");
	uint64_t n;

	if (columns && !parse_uint(columns, &n) && n > 0 && n <= USHRT_MAX)
		return (int)n;
	return terminal_size(fileno(file)).columns;
}

void out_init(struct out *o, FILE *file, bool json, bool pretty, int color)
{
	const char *no_color = getenv("NO_COLOR");

	*o = (struct out){ .file = file, .json = json, .width = find_width(file) };
	o->json_flags = JSON_C_TO_STRING_NOSLASHESCAPE |
			(pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN);
	if (color == COLOR_AUTO)
		o->color = !(no_color && *no_color) && terminal_has_escapes(fileno(file));
	else
		o->color = color == COLOR_ALWAYS;
}

const char *out_sgr(const struct out *o, const char *params, char buf[16])
{
	buf[0] = 0;
	if (o->color)
		snprintf(buf, 16, "\033[%sm", params);
	return buf;
}

void out_text(struct out *o, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putc_unlocked(harmless_byte(text[i]), o->file);
}

void out_printf(struct out *o, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		o->lacked_memory = true;
		return;
	}
	out_text(o, text, (size_t)n);
	free(text);
}

/* The end of a word: of a command in backquotes, its last word's. */
static const char *word_end(const char *text)
{
	const char *quote = *text == '`' ? strchr(text + 1, '`') : NULL;

	return strchrnul(quote ? quote : text, ' ');
}

void out_wrapped(struct out *o, int column, const char *text)
{
	int at = column;

	for (const char *end; *text; text = end + (*end == ' ')) {
		const char *space = at > column ? " " : "";
		int len;

		end = word_end(text);
		len = (int)(end - text);
		if (at > column && at + 1 + len > OUT_WIDTH) {
			fprintf(o->file, "\n%*s", column, "");
			at = column;
			space = "";
		}
		fputs(space, o->file);
		out_text(o, text, (size_t)len);
		at += (int)strlen(space) + len;
	}
	fputc('\n', o->file);
}

void out_vwrapped(struct out *o, int column, const char *fmt, va_list ap)
{
	char *text;
	int n = vasprintf(&text, fmt, ap);

	out_wrapped(o, column, n < 0 ? "" : text);
	if (n >= 0)
		free(text);
}

int out_flush(struct out *o)
{
	if (fflush(o->file) || ferror(o->file))
		return errno ? -errno : -EIO;
	return o->lacked_memory ? -ENOMEM : 0;
}
