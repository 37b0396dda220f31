/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NET_OPTIONS_H
#define NET_OPTIONS_H

#include "base/options.h"
#include "tapnet.h"

/**
 * DOC: the options for the tap that a command opens, and for its link
 *
 * They fill a struct tapnet_conf. A command has one in its own struct, initialises it with TAPNET_CONF_DEFAULTS, and
 * names it in its option groups:
 *
 *	{ "Tap", net_tap_options, offsetof(struct my_opts, net) },
 *	{ "Link", net_link_options, offsetof(struct my_opts, net) },
 *
 * The options check values by themselves, tapnet_check_conf() whether they go together, and tapnet_open() what depends
 * on the system.
 */

/* Initializer of a struct tapnet_conf. */
#define TAPNET_CONF_DEFAULTS { .tap = "vhost%d", .macvtap_mode = -1, .queues = 1 }

extern const struct opt net_tap_options[];
extern const struct opt net_link_options[];

#endif
