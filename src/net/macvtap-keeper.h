/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACVTAP_KEEPER_H
#define MACVTAP_KEEPER_H

#include <stdbool.h>

#include "link-macvlan.h"

/**
 * DOC: a macvtap that goes away like a tap
 *
 * The kernel removes a tap with its last descriptor, but keeps a macvtap. So a process of its own, the keeper, makes
 * the macvtap, and deletes it when nobody holds our end of a socket any more: at the end of ours, however that comes,
 * or of the program that inherited it. The keeper has a session of its own, no descriptor but the other end, and no
 * parent, so that the program that we become is not surprised by a child.
 */

/**
 * struct macvtap_keeper - the process that keeps a macvtap
 * @fd: the macvtap lives as long as somebody has this socket open; close-on-exec. -1: there is no keeper
 */
struct macvtap_keeper {
	int fd;
};

/**
 * struct macvtap_wish - the macvtap to make
 * @kind: "macvtap"; or "macvlan", which is kept in the same way
 * @name: its name, or a pattern with one %d for the lowest number that is free
 * @lower: number of the link that it is on
 * @mode: its mode
 * @alias: its alias; a macvtap with another one is not deleted
 */
struct macvtap_wish {
	const char *kind;
	const char *name;
	int lower;
	enum macvtap_mode mode;
	const char *alias;
};

/**
 * macvtap_keeper_start() - make a macvtap that is deleted at the end
 * @k: filled in
 * @wish: the macvtap
 * @ifindex: its number
 *
 * It acts in the network namespace of the calling thread.
 *
 * Return: 0, or -errno as link_add_macvlan(), with nothing left behind; -EAGAIN if no process can be made.
 */
int macvtap_keeper_start(struct macvtap_keeper *k, const struct macvtap_wish *wish, int *ifindex);

/**
 * macvtap_keeper_persist() - choose whether the macvtap stays at the end
 * @k: the keeper
 * @persist: it stays
 *
 * Return: 0, or -EPIPE if the keeper was killed.
 */
int macvtap_keeper_persist(const struct macvtap_keeper *k, bool persist);

/**
 * macvtap_keeper_inherit() - let the program that this process becomes inherit the socket
 * @k: the keeper
 *
 * Return: 0 or -errno.
 */
int macvtap_keeper_inherit(const struct macvtap_keeper *k);

/**
 * macvtap_keeper_stop() - delete the macvtap, unless it stays, and wait until that is done
 * @k: the keeper; does nothing without one
 */
void macvtap_keeper_stop(struct macvtap_keeper *k);

#endif
