/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <limits.h>
#include <sys/types.h>

#include "step.h"

/**
 * DOC: what a command runs as that gets no privileges
 *
 * All of it acts on the calling thread, and is for a process that has no other.
 */

/* In place of an id: as it is. To the kernel it means the same. */
#define ID_KEEP ((uid_t)-1)

/**
 * struct identity - whom a command runs as
 * @uid: the user, or ID_KEEP
 * @gid: the group, or ID_KEEP for @own_gid
 * @own_gid: the group that the user database gives the user; ID_KEEP if it does not know the user
 * @name: the user's name there, whose groups become the supplementary ones; empty: there will be none
 */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t own_gid;
	char name[LOGIN_NAME_MAX];
};

/* Nobody else. */
#define IDENTITY_KEEP ((struct identity){ .uid = ID_KEEP, .gid = ID_KEEP, .own_gid = ID_KEEP })

/**
 * identity_set_user() - look a user up
 * @as: whose user is set
 * @user: a name of the user database, or a number, which need not be in it
 *
 * Return: 0 or -ENOENT.
 */
int identity_set_user(struct identity *as, const char *user);

/**
 * identity_set_group() - choose the group
 * @as: its gid is set; what identity_set_user() chose is overridden
 * @group: a group's name or number
 *
 * Return: 0, or -ENOENT if there is no such group.
 */
int identity_set_group(struct identity *as, const char *group);

/**
 * privileges_drop() - become somebody else, for good, and without any privileges
 * @as: who; with a @uid, there has to be a @gid or an @own_gid
 * @step: where to say what failed, with the keys "user" and "group"
 *
 * Sets no_new_privs and empties all five capability sets; the bounding set of a caller without CAP_SETPCAP stays, as
 * the kernel wants it, but nothing can be gained from it with no_new_privs. All is read back. After a failure some of
 * it may be done already.
 *
 * Return: 0 or -errno.
 */
int privileges_drop(const struct identity *as, struct step *step);

/**
 * privileges_give_up() - likewise, but stay the user that it is
 * @why: on failure: what could not be done
 * @len: size of @why
 *
 * Return: 0 or -errno.
 */
int privileges_give_up(char *why, size_t len);

#endif
