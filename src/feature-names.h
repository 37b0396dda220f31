/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FEATURE_NAMES_H
#define FEATURE_NAMES_H

/**
 * struct feature - a feature bit and what it is called
 * @bit: its number, from 0
 * @name: the name in linux/virtio_*.h or linux/vhost_types.h; the specification's where the headers have none
 * @alias: another meaning of the same bit, or NULL
 */
struct feature {
	unsigned int bit;
	const char *name;
	const char *alias;
};

/* The bits of VHOST_GET_FEATURES(_ARRAY) that a network device can have, in ascending order, ended by one unnamed. */
extern const struct feature net_features[];

/* The bits of VHOST_GET_BACKEND_FEATURES, likewise. */
extern const struct feature backend_features[];

/**
 * feature_find() - look a bit up
 * @table: net_features or backend_features
 * @bit: its number
 *
 * Return: the entry, or NULL for a bit that has no name here.
 */
const struct feature *feature_find(const struct feature *table, unsigned int bit);

#endif
