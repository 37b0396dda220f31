/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_MACVLAN_H
#define LINK_MACVLAN_H

/**
 * DOC: links on another link, with Ethernet addresses of their own
 *
 * As in link.h, all functions act on the network namespace of the calling thread.
 */

/* The modes that ip-link(8) has for a macvtap; the values of --macvtap-mode. */
enum macvtap_mode { MACVTAP_BRIDGE, MACVTAP_VEPA, MACVTAP_PRIVATE, MACVTAP_PASSTHRU };

/* Their names, in the order of enum macvtap_mode, ended by NULL. */
extern const char *const macvtap_mode_names[];

/**
 * macvtap_mode_name() - the name of a mode
 * @mode: the kernel's number for it, MACVLAN_MODE_* of linux/if_link.h
 *
 * Return: the name, or "source" or "unknown" for a mode that is not in enum macvtap_mode.
 */
const char *macvtap_mode_name(unsigned int mode);

/**
 * link_add_macvlan() - make a link on another one
 * @kind: "macvtap" or "macvlan"
 * @name: its name
 * @lower: number of the link that it is on
 * @mode: its mode
 *
 * Return: 0 or -errno: -EEXIST if there is a link of that name, -EOPNOTSUPP if the kernel lacks the kind, -EBUSY if
 * @lower is a bridge's port or the like, -EINVAL if it cannot have such links, or already has one and @mode, or that
 * one's, is passthru.
 */
int link_add_macvlan(const char *kind, const char *name, int lower, enum macvtap_mode mode);

/**
 * link_delete() - delete a link
 * @ifindex: its number
 *
 * Return: 0 or -errno, -ENODEV if there is none of that number.
 */
int link_delete(int ifindex);

#endif
