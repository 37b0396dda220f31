/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NET_OPTIONS_H
#define NET_OPTIONS_H

#include "base/options.h"
#include "tapnet.h"

/**
 * DOC: the options that say what tap a command opens, and how its link is to be
 *
 * They fill a struct tapnet_conf, which a command has in its own struct, begins from TAPNET_CONF_DEFAULTS, and names in
 * its groups:
 *
 *	{ "Tap", net_tap_options, offsetof(struct my_opts, net) },
 *	{ "Link", net_link_options, offsetof(struct my_opts, net) },
 *
 * What the words alone tell to be wrong is refused here; what takes a look at the system, by tapnet_open().
 */

/* Initializer of a struct tapnet_conf. */
#define TAPNET_CONF_DEFAULTS { .tap = "vhost%d", .queues = 1 }

extern const struct opt net_tap_options[];
extern const struct opt net_link_options[];

#endif
