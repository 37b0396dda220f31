/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAP_LINK_H
#define TAP_LINK_H

#include "link.h"

/**
 * tap_link() - look up the link of an open tap
 * @fd: a queue of the tap, opened in the calling thread's network namespace
 * @link: filled in
 *
 * A tap is opened by its name, which may be another link's as soon as TUNSETIFF has returned. Whatever is set on the
 * link of a tap is set by the ifindex that this function tells, never by the name.
 *
 * Return: 0 or -errno: -ESTALE if the tap was deleted, is in another network namespace by now, or is just being
 * renamed.
 */
int tap_link(int fd, struct link_info *link);

#endif
