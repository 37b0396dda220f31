/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FEATURE_NAMES_H
#define FEATURE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct feature - a feature bit and its names
 * @bit: its number, from 0
 * @name: the name in linux/virtio_*.h or linux/vhost_types.h; the specification's where the headers have none
 * @alias: another meaning of the same bit, or NULL
 */
struct feature {
	unsigned int bit;
	const char *name;
	const char *alias;
};

/* The bits of VHOST_GET_FEATURES(_ARRAY) that a network device can have, ascending; the last entry has no name. */
extern const struct feature net_features[];

/* The bits of VHOST_GET_BACKEND_FEATURES, likewise. */
extern const struct feature backend_features[];

/*
 * Bits below this one depend on the kind of device, see kind-features.h; vhost devices other than net have no bits of
 * their own above it.
 */
#define FEATURES_COMMON 24

/**
 * feature_is_set() - is a bit set?
 * @words: the bits in words of 64, the lowest first; as many as @bit needs
 * @bit: its number, from 0
 */
static inline bool feature_is_set(const uint64_t *words, unsigned int bit)
{
	return words[bit / 64] >> (bit % 64) & 1;
}

/**
 * feature_find() - look a bit up
 * @table: net_features or backend_features
 * @bit: its number
 *
 * Return: the entry, or NULL for a bit that has no name here.
 */
const struct feature *feature_find(const struct feature *table, unsigned int bit);

/**
 * feature_bit() - the bit that a name stands for
 * @table: net_features or backend_features
 * @name: the name or alias, in upper or lower case, with or without its prefix (VIRTIO_NET_F_, VHOST_F_ and so on), or
 *        the bit's number
 * @len: length of @name
 *
 * Return: the bit, from 0 to 127, or -EINVAL.
 */
int feature_bit(const struct feature *table, const char *name, size_t len);

/**
 * struct feature_choice - features chosen and declined, by bit
 */
struct feature_choice {
	uint64_t on[2];
	uint64_t off[2];
};

/**
 * feature_choose() - read a list like "+MRG_RXBUF,-EVENT_IDX"
 * @table: net_features or backend_features
 * @list: names, each with its sign, separated by commas
 * @choice: the features of the list are added; if a feature comes twice, the last one counts
 *
 * Return: NULL, or a phrase that says what is wrong with @list ("has a name ...").
 */
const char *feature_choose(const struct feature *table, const char *list, struct feature_choice *choice);

#endif
