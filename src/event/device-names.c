// SPDX-License-Identifier: GPL-2.0-or-later
#include "device-names.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static int compare(const struct device_name *a, const struct device_name *b)
{
	int order = strcmp(a->device, b->device);

	if (!order)
		order = (a->netns > b->netns) - (a->netns < b->netns);
	return order ? order : strcmp(a->netns_name, b->netns_name);
}

/* The index of the first that is not before @wanted. */
static size_t find_place(const struct device_names *all, const struct device_name *wanted)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare(all->names[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* An inode number is used again: a namespace of another name is another one. Without a name it may be the same. */
static bool same_namespace(const struct device_name *a, const struct device_name *b)
{
	return a->netns == b->netns &&
	       (!*a->netns_name || !*b->netns_name || !strcmp(a->netns_name, b->netns_name));
}

static void write_text(const struct device_names *all, struct device_name *n, bool shared)
{
	if (!shared || n->netns == all->own_netns)
		snprintf(n->text, sizeof(n->text), "%s", n->device);
	else if (*n->netns_name)
		snprintf(n->text, sizeof(n->text), "%s/%s", n->netns_name, n->device);
	else
		snprintf(n->text, sizeof(n->text), "%" PRIu32 "/%s", n->netns, n->device);
}

/* Write the texts of all taps that have the name of the one at @place. */
static void write_texts(const struct device_names *all, size_t place)
{
	const char *device = all->names[place]->device;
	size_t first = place, end = place + 1;
	bool shared = false;

	while (first && !strcmp(all->names[first - 1]->device, device))
		first--;
	while (end < all->count && !strcmp(all->names[end]->device, device))
		end++;
	for (size_t i = first + 1; i < end; i++)
		shared |= !same_namespace(all->names[i - 1], all->names[i]);
	for (size_t i = first; i < end; i++)
		write_text(all, all->names[i], shared);
}

static const struct device_name *insert(struct device_names *all, const struct device_name *n, size_t place)
{
	struct device_name **names = array_grow(all->names, &all->room, all->count + 1, sizeof(struct device_name *));
	struct device_name *added;

	if (!names)
		return NULL;
	all->names = names;
	added = malloc(sizeof(*added));
	if (!added)
		return NULL;
	*added = *n;
	memmove(&names[place + 1], &names[place], (all->count - place) * sizeof(names[0]));
	names[place] = added;
	all->count++;
	write_texts(all, place);
	return added;
}

const struct device_name *device_names_add(struct device_names *all, const char *device, uint32_t netns,
					   const char *netns_name)
{
	struct device_name wanted = { .netns = netns };
	size_t place;

	if (!netns || !*device)
		return NULL;
	snprintf(wanted.device, sizeof(wanted.device), "%s", device);
	snprintf(wanted.netns_name, sizeof(wanted.netns_name), "%s", netns_name ? netns_name : "");
	place = find_place(all, &wanted);
	if (place < all->count && !compare(all->names[place], &wanted))
		return all->names[place];
	return all->count < DEVICE_NAMES_MAX ? insert(all, &wanted, place) : NULL;
}

void device_names_free(struct device_names *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->names[i]);
	free(all->names);
	all->names = NULL;
	all->count = all->room = 0;
}
