/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ARRAY_H
#define ARRAY_H

#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/**
 * array_grow() - make room in an array that grows
 * @array: the array, from an earlier call; NULL at first
 * @room: elements that it has room for; updated
 * @want: elements that it must have room for
 * @size: bytes of an element
 *
 * Room doubles, so that elements can be added one by one. New elements are not initialised.
 *
 * Return: the array, which may have moved, for the caller to free; NULL without memory, with @array as it was.
 */
void *array_grow(void *array, size_t *room, size_t want, size_t size);

#endif
