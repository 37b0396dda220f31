/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAPNET_CHECK_H
#define TAPNET_CHECK_H

#include "tapnet.h"

/**
 * struct tapnet_others - the links that a configuration names
 * @bridge: number of the bridge; 0: it names none
 * @lower: number of the link that a new macvtap is to be on; 0: there is to be none
 */
struct tapnet_others {
	int bridge, lower;
};

/**
 * tapnet_check_open() - all checks that are possible before anything is made
 * @t: the tap: whether it exists, its link, and whether it is a macvtap are filled in
 * @c: the configuration
 * @others: filled in
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int tapnet_check_open(struct tapnet *t, const struct tapnet_conf *c, struct tapnet_others *others, struct step *step);

/**
 * tapnet_check_mtu() - can a link have the MTU that is wanted?
 * @info: the link
 * @c: the configuration
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int tapnet_check_mtu(const struct link_info *info, const struct tapnet_conf *c, struct step *step);

#endif
