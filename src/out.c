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
		fputc(harmless(text[i]) ? text[i] : '?', o->file);
}

static void print_cell(struct out *o, const struct out_col *c, const char *sgr, const char *text)
{
	char on[16], off[16];
	int pad = abs(c->width) - (int)strlen(text);

	/* Padding stays outside the colour, so that an underlined or inverted cell is no wider than its text. */
	if (!sgr)
		sgr = "";
	fprintf(o->file, "%*s%s", c->width > 0 && pad > 0 ? pad : 0, "", *sgr ? out_sgr(o, sgr, on) : "");
	out_text(o, text, strlen(text));
	fprintf(o->file, "%s%*s", *sgr ? out_sgr(o, "", off) : "", c->width < 0 && pad > 0 ? pad : 0, "");
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

static const char *cell_text(const struct out_col *c, const void *row, char *buf, size_t len)
{
	const void *p = (const char *)row + c->offset;
	const char *s;

	switch (c->type) {
	case OUT_U64:
		snprintf(buf, len, "%" PRIu64, *(const uint64_t *)p);
		break;
	case OUT_U32:
		snprintf(buf, len, "%" PRIu32, *(const uint32_t *)p);
		break;
	case OUT_U16:
		snprintf(buf, len, "%" PRIu16, *(const uint16_t *)p);
		break;
	case OUT_HEX:
		snprintf(buf, len, "0x%" PRIx64, *(const uint64_t *)p);
		break;
	case OUT_INDEX:
		if (*(const int32_t *)p < 0)
			return "-";
		snprintf(buf, len, "%" PRId32, *(const int32_t *)p);
		break;
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
		snprintf(buf, len, "%" PRIu64 ".%06" PRIu64, *(const uint64_t *)p / NSEC_PER_SEC,
			 *(const uint64_t *)p % NSEC_PER_SEC / 1000);
		break;
	case OUT_DOUBLE:
		if (*(const double *)p < 0)
			return "-";
		snprintf(buf, len, "%.3f", *(const double *)p);
		break;
	}
	return buf;
}

void out_row(struct out *o, const struct out_col *cols, const void *row)
{
	bool first = true;
	char buf[64];

	for (const struct out_col *c = cols; !last(c); c++) {
		if (!c->head)
			continue;
		if (!first)
			fputc(' ', o->file);
		print_cell(o, c, c->style ? c->style(row) : NULL, cell_text(c, row, buf, sizeof(buf)));
		first = false;
	}
	fputc('\n', o->file);
}

void out_sheet(struct out *o, const struct out_col *cols, const void *const *rows, int count, int label, int width)
{
	char buf[64];

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
				   cell_text(c, rows[i], buf, sizeof(buf)));
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

int out_flush(struct out *o)
{
	if (fflush(o->file) || ferror(o->file))
		return errno ? -errno : -EIO;
	return 0;
}
