// SPDX-License-Identifier: GPL-2.0-or-later
#include "reasons-json.h"

static struct json_object *act_json(const __u64 reasons[REASON_COUNT], const enum reason *order)
{
	struct json_object *obj = json_object_new_object();

	for (;; order++) {
		json_object_object_add(obj, reason_name(*order), json_object_new_uint64(reasons[*order]));
		if (*order == REASON_UNEXPLAINED)
			return obj;
	}
}

struct json_object *reasons_json(const __u64 reasons[2][REASON_COUNT])
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "signal", act_json(reasons[1], reasons_of[1]));
	json_object_object_add(obj, "suppress", act_json(reasons[0], reasons_of[0]));
	return obj;
}
