// SPDX-License-Identifier: GPL-2.0-or-later
#include "discard-names.h"

const char *discard_reason_name(unsigned int reason)
{
	static const char *const names[DISCARD_REASONS] = {
		[DISCARD_TOO_SHORT] = "too_short", [DISCARD_HEADER] = "header", [DISCARD_FAILED] = "failed",
	};

	return reason < DISCARD_REASONS ? names[reason] : "?";
}

__u64 discards_sum(const __u64 discards[DISCARD_REASONS])
{
	__u64 sum = 0;

	for (int i = 0; i < DISCARD_REASONS; i++)
		sum += discards[i];
	return sum;
}

struct json_object *discards_json(const __u64 discards[DISCARD_REASONS])
{
	struct json_object *obj = json_object_new_object();

	for (unsigned int i = 0; i < DISCARD_REASONS; i++)
		json_object_object_add(obj, discard_reason_name(i), json_object_new_uint64(discards[i]));
	return obj;
}
