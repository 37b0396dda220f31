/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"

/**
 * DOC: an oracle for the EVENT_IDX rule, without arithmetic
 *
 * It walks through the published entries one by one, as a ring's indexes do, and marks each. A notification is right
 * exactly when the event's entry is marked.
 */

/* Starts and lengths around the limits of 8, 15 and 16 bits, where overflows and signs go wrong. */
static const uint16_t published_starts[] = {
	0, 1, 2, 10, 254, 255, 256, 257, 1000, 32766, 32767, 32768, 32769, 40000, 65279, 65280, 65532, 65533, 65534,
	65535,
};
static const uint16_t published_lengths[] = {
	0, 1, 2, 3, 4, 5, 8, 255, 256, 257, 32766, 32767, 32768, 32769, 65533, 65534, 65535,
};

#define PUBLISHED_STARTS ARRAY_SIZE(published_starts)
#define PUBLISHED_LENGTHS ARRAY_SIZE(published_lengths)

struct published {
	bool entry[65536];
};

static inline void published_fill(struct published *p, uint16_t old, uint16_t new)
{
	memset(p, 0, sizeof(*p));
	while (old != new) {
		p->entry[old] = true;
		old = old == 65535 ? 0 : (uint16_t)(old + 1);
	}
}

#endif
