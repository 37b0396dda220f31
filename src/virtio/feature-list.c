// SPDX-License-Identifier: GPL-2.0-or-later
#include "feature-list.h"

#include <stdio.h>

/* Room for the number of a bit: any unsigned int. */
#define NUMBER_LEN 11

static const char *bit_text(const struct feature_list *l, unsigned int bit, char buf[NUMBER_LEN])
{
	const struct feature *f = feature_find(l->own && bit < FEATURES_COMMON ? l->own : l->table, bit);

	if (f)
		return l->own && f->alias ? f->alias : f->name;
	snprintf(buf, NUMBER_LEN, "%u", bit);
	return buf;
}

char *features_text(const struct feature_list *l)
{
	char *text = NULL, buf[NUMBER_LEN];
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (unsigned int bit = 0; bit < l->count * 64; bit++)
		if (feature_is_set(l->words, bit))
			fprintf(f, "%s%s", ftell(f) ? " " : "", bit_text(l, bit, buf));
	fclose(f);
	return text;
}

struct json_object *features_json(const struct feature_list *l)
{
	struct json_object *list = json_object_new_array();
	char buf[NUMBER_LEN];

	for (unsigned int bit = 0; list && bit < l->count * 64; bit++)
		if (feature_is_set(l->words, bit))
			json_object_array_add(list, json_object_new_string(bit_text(l, bit, buf)));
	return list;
}
