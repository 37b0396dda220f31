/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAP_NAMES_H
#define TAP_NAMES_H

#include "event/device-names.h"
#include "inspect.h"
#include "probe/netns-names.h"

/**
 * struct tap_names - the taps that a command shows
 * @taps: the taps
 * @namespaces: names of their network namespaces
 */
struct tap_names {
	struct device_names taps;
	struct netns_names namespaces;
};

/* Begin without taps. */
void tap_names_init(struct tap_names *n);

/**
 * tap_names_set() - set @shown of devices that are to be shown
 * @n: the names so far
 * @host: a look; its devices' names are valid until tap_names_free()
 * @target: which devices are to be shown; NULL: all
 */
void tap_names_set(struct tap_names *n, struct inspect_host *host, const struct inspect_target *target);

/* Release all. */
void tap_names_free(struct tap_names *n);

#endif
