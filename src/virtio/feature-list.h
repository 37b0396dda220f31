/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FEATURE_LIST_H
#define FEATURE_LIST_H

#include <stdint.h>

#include <json-c/json_object.h>

#include "feature-names.h"

/**
 * struct feature_list - feature bits and the table of their names
 * @table: net_features or backend_features
 * @words: the bits, the lowest word first
 * @count: how many words
 * @own: of another kind of device than net, see kind_features(): the names of those below FEATURES_COMMON. The others
 *       take the alias, if they have one. NULL: all names are those of @table.
 */
struct feature_list {
	const struct feature *table;
	const uint64_t *words;
	unsigned int count;
	const struct feature *own;
};

/**
 * features_text() - the names of all bits that are set, separated by blanks; a bit without a name as its number
 *
 * Return: the text, empty if no bit is set, for the caller to free; NULL without memory.
 */
char *features_text(const struct feature_list *l);

/**
 * features_json() - like features_text(), as an array of strings
 *
 * Return: the array, owned by the caller, or NULL without memory.
 */
struct json_object *features_json(const struct feature_list *l);

#endif
