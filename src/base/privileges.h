/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <limits.h>
#include <sys/types.h>

#include "step.h"

/**
 * DOC: change the user and drop all privileges
 *
 * All of it acts on the calling thread: call it while the process has no other thread.
 */

/* In place of an id: leave it as it is. The kernel uses the same value (setresuid(2)). */
#define ID_KEEP ((uid_t)-1)

/**
 * struct identity - the user and the groups that a command runs as
 * @uid: the user, or ID_KEEP
 * @gid: the group, or ID_KEEP for @own_gid
 * @own_gid: the user's group in the user database; ID_KEEP if it does not know the user
 * @name: the user's name there, which gives the supplementary groups; empty: no supplementary groups
 */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t own_gid;
	char name[LOGIN_NAME_MAX];
};

/* The user and groups of the caller. */
#define IDENTITY_KEEP ((struct identity){ .uid = ID_KEEP, .gid = ID_KEEP, .own_gid = ID_KEEP })

/**
 * identity_set_user() - look a user up
 * @as: its user is set
 * @user: a name of the user database, or a number, which need not be in it
 *
 * Return: 0 or -ENOENT.
 */
int identity_set_user(struct identity *as, const char *user);

/**
 * identity_set_group() - choose the group
 * @as: its gid is set, which overrides the group from identity_set_user()
 * @group: a group's name or number
 *
 * Return: 0, or -ENOENT if there is no such group.
 */
int identity_set_group(struct identity *as, const char *group);

/**
 * privileges_drop() - take on an identity for good, and drop all privileges
 * @as: the identity; if it has a uid, it must have a gid or an own_gid
 * @step: where to say what failed, with the keys "user" and "group"
 *
 * Sets no_new_privs and empties all five capability sets. Without CAP_SETPCAP the kernel keeps the bounding set; with
 * no_new_privs, nothing can be gained from it. Everything is read back. After a failure, some of it may be done
 * already.
 *
 * Return: 0 or -errno.
 */
int privileges_drop(const struct identity *as, struct step *step);

/**
 * privileges_give_up() - drop all privileges, but stay the same user
 * @why: on failure: what could not be done
 * @len: size of @why
 *
 * Return: 0 or -errno.
 */
int privileges_give_up(char *why, size_t len);

#endif
