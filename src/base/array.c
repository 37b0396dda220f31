// SPDX-License-Identifier: GPL-2.0-or-later
#include "array.h"

#include <stdint.h>
#include <stdlib.h>

/* Elements of the first allocation: few arrays grow more than once or twice. */
#define FIRST_ROOM 8

void *array_grow(void *array, size_t *room, size_t want, size_t size)
{
	size_t more = *room ? *room : FIRST_ROOM;
	void *grown;

	if (want <= *room && array)
		return array;
	while (more < want) {
		if (more > SIZE_MAX / 2)
			return NULL;
		more *= 2;
	}
	grown = reallocarray(array, more, size);
	if (grown)
		*room = more;
	return grown;
}
