// SPDX-License-Identifier: GPL-2.0-or-later
#include "start-json.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/out.h"

struct start_row {
	uint32_t schema;
	uint64_t time, wall_offset;
};

struct json_object *start_json(uint64_t time)
{
	static const struct out_col cols[] = {
		{ "schema", NULL, OUT_U32, offsetof(struct start_row, schema) },
		{ "time", NULL, OUT_NSEC, offsetof(struct start_row, time) },
		{ "wall_offset", NULL, OUT_NSEC, offsetof(struct start_row, wall_offset) },
		{ 0 },
	};
	const struct start_row row = { JSON_SCHEMA, time, wall_offset_ns() };

	return out_object("start", cols, &row);
}

struct json_object *worker_json(uint32_t tid, const char *name)
{
	struct json_object *obj;

	if (!tid && !(name && *name))
		return NULL;
	obj = json_object_new_object();
	json_object_object_add(obj, "tid", tid ? json_object_new_uint64(tid) : NULL);
	json_object_object_add(obj, "name", name && *name ? json_object_new_string(name) : NULL);
	return obj;
}
