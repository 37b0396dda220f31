// SPDX-License-Identifier: GPL-2.0-or-later
#include "decision.h"

const enum reason reasons_of[2][7] = {
	{ REASON_NO_CALL_FD, REASON_FLAGS, REASON_NOT_REACHED, REASON_UNSTABLE, REASON_UNEXPLAINED },
	{ REASON_EMPTY, REASON_FIRST, REASON_FAULT, REASON_FLAGS, REASON_CROSSED, REASON_UNSTABLE,
	  REASON_UNEXPLAINED },
};

uint64_t reasons_sum(const __u64 reasons[REASON_COUNT])
{
	uint64_t sum = 0;

	for (int i = 0; i < REASON_COUNT; i++)
		if (i != REASON_UNEXPLAINED)
			sum += reasons[i];
	return sum;
}

const char *reason_name(enum reason reason)
{
	static const char *const names[REASON_COUNT] = {
		[REASON_FIRST] = "first",
		[REASON_EMPTY] = "empty",
		[REASON_FLAGS] = "flags",
		[REASON_CROSSED] = "crossed",
		[REASON_FAULT] = "fault",
		[REASON_NO_CALL_FD] = "no_call_fd",
		[REASON_NOT_REACHED] = "not_reached",
		[REASON_UNSTABLE] = "unstable",
		[REASON_UNEXPLAINED] = "unexplained",
	};

	return names[reason];
}
