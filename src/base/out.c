// SPDX-License-Identifier: GPL-2.0-or-later
#include "out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NSEC_PER_SEC UINT64_C(1000000000)

/* Text is broken before this column. */
#define TEXT_WIDTH 80

const char *const color_when_names[] = { "auto", "always", "never", NULL };

void out_init(struct out *o, FILE *file, bool json, bool pretty, int color)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool dumb = !term || !strcmp(term, "dumb");

	*o = (struct out){ .file = file, .json = json };
	o->json_flags = JSON_C_TO_STRING_NOSLASHESCAPE |
			(pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN);
	if (color == COLOR_AUTO)
		o->color = !(no_color && *no_color) && !dumb && isatty(fileno(file));
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

static bool last(const struct out_col *c)
{
	return !c->key && !c->head;
}

static bool harmless(char c)
{
	return c >= ' ' && c <= '~';
}

void out_text(struct out *o, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putc_unlocked(harmless(text[i]) ? text[i] : '?', o->file);
}

static void pad(struct out *o, int columns)
{
	for (; columns > 0; columns--)
		putc_unlocked(' ', o->file);
}

/* A trace prints a hundred thousand lines a second: a cell without colour costs no call of printf(). */
static void print_cell(struct out *o, const struct out_col *c, const char *sgr, const char *text)
{
	char buf[16];
	size_t len = strlen(text);
	int missing = abs(c->width) - (int)len;

	/* Padding stays outside the colour, so that an underlined or inverted cell is no wider than its text. */
	if (c->width > 0)
		pad(o, missing);
	if (sgr && *sgr)
		fputs(out_sgr(o, sgr, buf), o->file);
	out_text(o, text, len);
	if (sgr && *sgr)
		fputs(out_sgr(o, "", buf), o->file);
	if (c->width < 0)
		pad(o, missing);
}

void out_header(struct out *o, const struct out_col *cols)
{
	bool first = true;

	if (o->json)
		return;
	for (const struct out_col *c = cols; !last(c); c++) {
		if (!c->head)
			continue;
		if (!first)
			fputc(' ', o->file);
		print_cell(o, c, "1", c->head);
		first = false;
	}
	fputc('\n', o->file);
}

static const char *short_text(double value, char *buf, size_t len)
{
	if (value < 0)
		return "-";
	snprintf(buf, len, "%.*f", value >= 99.95 || value < 0.005 ? 0 : value >= 9.995 ? 1 : 2, value);
	return buf;
}

/* The digits of @value, at least @digits of them, before @end. Return: where they begin. */
static char *decimal(char *end, uint64_t value, int digits)
{
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
	} while (--digits > 0 || value);
	return end;
}

static const char *number_text(char *buf, size_t len, uint64_t value)
{
	buf[len - 1] = 0;
	return decimal(buf + len - 1, value, 1);
}

/* Seconds with six decimals, the rest cut off. */
static const char *seconds_text(char *buf, size_t len, uint64_t ns)
{
	char *p = buf + len - 1;

	*p = 0;
	p = decimal(p, ns % NSEC_PER_SEC / 1000, 6);
	*--p = '.';
	return decimal(p, ns / NSEC_PER_SEC, 1);
}

/* A cell's longest text but for a string. */
#define CELL_MAX 64

static const char *cell_text(const struct out_col *c, const void *row, char buf[CELL_MAX])
{
	const void *p = (const char *)row + c->offset;
	const size_t len = CELL_MAX;
	const char *s;

	switch (c->type) {
	case OUT_U64:
		return number_text(buf, len, *(const uint64_t *)p);
	case OUT_U32:
		return number_text(buf, len, *(const uint32_t *)p);
	case OUT_U16:
		return number_text(buf, len, *(const uint16_t *)p);
	case OUT_HEX:
		snprintf(buf, len, "0x%" PRIx64, *(const uint64_t *)p);
		break;
	case OUT_INDEX:
		return *(const int32_t *)p < 0 ? "-" : number_text(buf, len, (uint64_t)*(const int32_t *)p);
	case OUT_I64:
		return *(const int64_t *)p < 0 ? "-" : number_text(buf, len, (uint64_t)*(const int64_t *)p);
	case OUT_BOOL:
		return *(const bool *)p ? c->head : "";
	case OUT_STRING:
		s = *(const char *const *)p;
		return s ? s : "-";
	case OUT_TIME:
		if (!*(const uint64_t *)p)
			return "-";
		/* fallthrough */
	case OUT_NSEC:
		return seconds_text(buf, len, *(const uint64_t *)p);
	case OUT_DOUBLE:
		if (*(const double *)p < 0)
			return "-";
		snprintf(buf, len, "%.3f", *(const double *)p);
		break;
	case OUT_SHORT:
		return short_text(*(const double *)p, buf, len);
	}
	return buf;
}

void out_row(struct out *o, const struct out_col *cols, const void *row)
{
	bool first = true;
	char buf[CELL_MAX];

	for (const struct out_col *c = cols; !last(c); c++) {
		if (!c->head)
			continue;
		if (!first)
			putc_unlocked(' ', o->file);
		print_cell(o, c, c->style && o->color ? c->style(row) : NULL, cell_text(c, row, buf));
		first = false;
	}
	putc_unlocked('\n', o->file);
}

void out_sheet(struct out *o, const struct out_col *cols, const void *const *rows, int count, int label, int width)
{
	char buf[CELL_MAX];

	for (const struct out_col *c = cols; !last(c); c++) {
		if (!c->head)
			continue;
		fprintf(o->file, "%-*s", label, c->head);
		for (int i = 0; i < count; i++) {
			struct out_col cell = { .width = width };

			if (!rows[i])
				continue;
			fputc(' ', o->file);
			print_cell(o, &cell, c->style ? c->style(rows[i]) : NULL,
				   cell_text(c, rows[i], buf));
		}
		fputc('\n', o->file);
	}
}

void out_wrapped(struct out *o, int column, const char *text)
{
	int at = column;

	for (const char *end; *text; text = end + (*end == ' ')) {
		const char *space = at > column ? " " : "";
		int len;

		end = strchrnul(text, ' ');
		len = (int)(end - text);
		if (at > column && at + 1 + len > TEXT_WIDTH) {
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

/* The length of the UTF-8 sequence that @s begins with, or 0 if it is none. */
static size_t utf8_length(const unsigned char *s)
{
	static const uint32_t first_of[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
	uint32_t code = len == 1 ? s[0] : s[0] & (0x7fU >> len);

	for (size_t i = 1; i < len; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	return len && code >= first_of[len] && code <= 0x10ffff && code >> 11 != 0x1b ? len : 0;
}

struct json_object *out_json_string(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD, which stands for what is no character */
	size_t room = strlen(text) * strlen(replacement) + 1, len;
	char *valid = malloc(room), *p = valid;
	struct json_object *obj;

	if (!valid)
		return NULL;
	for (; *text; text += len ? len : 1) {
		len = utf8_length((const unsigned char *)text);
		p = len ? mempcpy(p, text, len) : stpcpy(p, replacement);
	}
	obj = json_object_new_string_len(valid, (int)(p - valid));
	free(valid);
	return obj;
}

static struct json_object *cell_json(const struct out_col *c, const void *row)
{
	const void *p = (const char *)row + c->offset;
	const char *s;
	char buf[64];

	switch (c->type) {
	case OUT_U64:
	case OUT_HEX:
		return json_object_new_uint64(*(const uint64_t *)p);
	case OUT_U32:
		return json_object_new_int64(*(const uint32_t *)p);
	case OUT_U16:
		return json_object_new_int(*(const uint16_t *)p);
	case OUT_INDEX:
		return *(const int32_t *)p < 0 ? NULL : json_object_new_int(*(const int32_t *)p);
	case OUT_I64:
		return *(const int64_t *)p < 0 ? NULL : json_object_new_int64(*(const int64_t *)p);
	case OUT_BOOL:
		return json_object_new_boolean(*(const bool *)p);
	case OUT_STRING:
		s = *(const char *const *)p;
		return s ? out_json_string(s) : NULL;
	case OUT_TIME:
		if (!*(const uint64_t *)p)
			return NULL;
		/* fallthrough */
	case OUT_NSEC:
		/* The digits of the integer are kept: a double has not enough of them for nanoseconds since boot. */
		snprintf(buf, sizeof(buf), "%" PRIu64 ".%09" PRIu64, *(const uint64_t *)p / NSEC_PER_SEC,
			 *(const uint64_t *)p % NSEC_PER_SEC);
		return json_object_new_double_s((double)*(const uint64_t *)p / NSEC_PER_SEC, buf);
	case OUT_DOUBLE:
	case OUT_SHORT:
		/* json-c by itself prints 17 digits: 0.1 as 0.10000000000000001. */
		snprintf(buf, sizeof(buf), "%.9g", *(const double *)p);
		return *(const double *)p < 0 ? NULL : json_object_new_double_s(*(const double *)p, buf);
	}
	return NULL;
}

void out_add(struct json_object *obj, const struct out_col *cols, const void *row)
{
	for (const struct out_col *c = cols; !last(c); c++)
		if (c->key)
			json_object_object_add(obj, c->key, cell_json(c, row));
}

struct json_object *out_object(const char *type, const struct out_col *cols, const void *row)
{
	struct json_object *obj = json_object_new_object();

	if (!obj)
		return NULL;
	if (type)
		json_object_object_add(obj, "type", json_object_new_string(type));
	out_add(obj, cols, row);
	return obj;
}

void out_json(struct out *o, struct json_object *obj)
{
	const char *s = obj ? json_object_to_json_string_ext(obj, o->json_flags) : NULL;

	if (s)
		fprintf(o->file, "%s\n", s);
	json_object_put(obj);
}

void out_separated_header(struct out *o, const struct out_col *cols, const char *separator)
{
	bool first = true;

	for (const struct out_col *c = cols; !last(c); c++) {
		if (!c->key)
			continue;
		fprintf(o->file, "%s%s", first ? "" : separator, c->key);
		first = false;
	}
	fputc('\n', o->file);
}

/* JSON's value, without what JSON puts around text. */
static void print_bare(struct out *o, struct json_object *value, const char *separator)
{
	if (json_object_is_type(value, json_type_boolean))
		fputc(json_object_get_boolean(value) ? '1' : '0', o->file);
	else if (json_object_is_type(value, json_type_string))
		for (const char *s = json_object_get_string(value); *s; s++)
			out_text(o, strchr(separator, *s) ? "?" : s, 1);
	else if (value)
		fputs(json_object_to_json_string(value), o->file);
}

void out_separated(struct out *o, const struct out_col *cols, const void *row, const char *separator)
{
	bool first = true;

	for (const struct out_col *c = cols; !last(c); c++) {
		struct json_object *value;

		if (!c->key)
			continue;
		value = cell_json(c, row);
		if (!first)
			fputs(separator, o->file);
		print_bare(o, value, separator);
		json_object_put(value);
		first = false;
	}
	fputc('\n', o->file);
}

int out_flush(struct out *o)
{
	if (fflush(o->file) || ferror(o->file))
		return errno ? -errno : -EIO;
	return 0;
}
