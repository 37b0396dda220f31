// SPDX-License-Identifier: GPL-2.0-or-later
#include "out.h"

#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "harmless.h"

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
	case OUT_ID:
		return *(const uint32_t *)p ? json_object_new_int64(*(const uint32_t *)p) : NULL;
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
		return s ? json_object_new_string(s) : NULL;
	case OUT_TIME:
		if (!*(const uint64_t *)p)
			return NULL;
		/* fallthrough */
	case OUT_NSEC:
		/* Keep the digits of the integer: a double has too few for nanoseconds since boot. */
		snprintf(buf, sizeof(buf), "%" PRIu64 ".%09" PRIu64, *(const uint64_t *)p / NSEC_PER_SEC,
			 *(const uint64_t *)p % NSEC_PER_SEC);
		return json_object_new_double_s(ns_to_s(*(const uint64_t *)p), buf);
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
	for (const struct out_col *c = cols; !out_col_ends(c); c++)
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

	if (s) {
		harmless_json(s, o->file);
		fputc('\n', o->file);
	} else {
		o->lacked_memory = true;
	}
	json_object_put(obj);
}

void out_separated_header(struct out *o, const struct out_col *cols, const char *separator)
{
	bool first = true;

	for (const struct out_col *c = cols; !out_col_ends(c); c++) {
		if (!c->key)
			continue;
		fprintf(o->file, "%s%s", first ? "" : separator, c->key);
		first = false;
	}
	fputc('\n', o->file);
}

/* The value as in JSON, but text without quotes, and 1 or 0 for a boolean. */
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

	for (const struct out_col *c = cols; !out_col_ends(c); c++) {
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
