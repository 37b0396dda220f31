/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAPNET_MACVTAP_H
#define TAPNET_MACVTAP_H

#include "tapnet.h"

/* The parts of tapnet_open() that are for a macvtap. */

/**
 * tapnet_find_lower() - before a macvtap is made: is there the link that it is to be on?
 * @c: the configuration; does nothing unless it has @macvtap
 * @lower: number of that link
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int tapnet_find_lower(const struct tapnet_conf *c, int *lower, struct step *step);

/**
 * tapnet_check_macvtap() - can an existing macvtap be used?
 * @link: the macvtap
 * @c: the configuration
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int tapnet_check_macvtap(const struct link_info *link, const struct tapnet_conf *c, struct step *step);

/**
 * tapnet_make_macvtap() - make a macvtap that goes away like a tap
 * @t: its link, name and keeper are filled in
 * @c: the configuration
 * @lower: from tapnet_find_lower()
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int tapnet_make_macvtap(struct tapnet *t, const struct tapnet_conf *c, int lower, struct step *step);

/**
 * tapnet_set_macvtap_sndbuf() - limit the bytes in flight from each queue of a macvtap
 * @t: the macvtap with all queues open; @sndbuf is filled in
 * @c: the configuration. Without a limit there it is that of a tap, none, which vhost-net needs to send in batches.
 *
 * Return: 0 or -errno.
 */
int tapnet_set_macvtap_sndbuf(struct tapnet *t, const struct tapnet_conf *c);

/**
 * tapnet_macvtap_refused() - explain why a queue of a macvtap could not be opened
 * @err: -errno of macvtap_open()
 * @step: the step, filled in
 *
 * Return: @err.
 */
int tapnet_macvtap_refused(int err, struct step *step);

#endif
