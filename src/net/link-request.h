/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_REQUEST_H
#define LINK_REQUEST_H

#include <linux/rtnetlink.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>

/* One rtnetlink request about a link; for the files of this folder only. */

/**
 * link_message() - a request about one link
 * @type: RTM_NEWLINK and so on
 * @flags: NLM_F_*
 * @ifi: its first part
 *
 * Return: the message, for the caller to send by link_request() or to free; NULL without memory.
 */
struct nl_msg *link_message(int type, int flags, const struct ifinfomsg *ifi);

/**
 * link_request() - send a request, release it, and wait for the answer
 * @msg: the request
 * @on_link: called for each link in the answer; NULL: for none
 * @arg: for @on_link
 *
 * Return: 0 or -errno.
 */
int link_request(struct nl_msg *msg, nl_recvmsg_msg_cb_t on_link, void *arg);

#endif
