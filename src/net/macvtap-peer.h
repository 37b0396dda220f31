/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACVTAP_PEER_H
#define MACVTAP_PEER_H

#include "base/step.h"
#include "link.h"
#include "macvtap-keeper.h"

/**
 * struct macvtap_peer - the host's end of a macvtap: a macvlan on the same link, with which it exchanges packets
 * @link: its link
 * @keeper: deletes it at the end
 */
struct macvtap_peer {
	struct link_info link;
	struct macvtap_keeper keeper;
};

/**
 * macvtap_peer_open() - make the host's end of a macvtap in mode bridge, and bring it up
 * @p: filled in, also on failure
 * @macvtap: the macvtap, in the network namespace of the calling thread
 * @step: where to say what failed
 *
 * Return: 0 or -errno, with nothing left behind.
 */
int macvtap_peer_open(struct macvtap_peer *p, const struct link_info *macvtap, struct step *step);

/**
 * macvtap_peer_close() - remove it
 * @p: the macvlan; does nothing if there is none
 */
void macvtap_peer_close(struct macvtap_peer *p);

#endif
