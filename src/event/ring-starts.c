// SPDX-License-Identifier: GPL-2.0-or-later
#include "ring-starts.h"

uint32_t ring_starts_add(struct ring_starts *s, uint64_t device, uint64_t address)
{
	const uint64_t count = s->added < RING_STARTS_MAX ? s->added : RING_STARTS_MAX;
	const uint64_t next = s->added % RING_STARTS_MAX;

	for (uint64_t i = 0; i < count; i++)
		if (s->starts[i].device == device && s->starts[i].address == address)
			return ++s->starts[i].count;
	s->starts[next].device = device;
	s->starts[next].address = address;
	s->starts[next].count = 1;
	s->added++;
	return 1;
}
