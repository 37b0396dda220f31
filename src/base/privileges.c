// SPDX-License-Identifier: GPL-2.0-or-later
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cap-ng.h>

#include "options.h"
#include "parse.h"

/* A number that is an id, but not ID_KEEP. */
static int parse_id(const char *text, uid_t *id)
{
	uint64_t v;

	if (parse_uint(text, &v) || v >= ID_KEEP)
		return -ENOENT;
	*id = (uid_t)v;
	return 0;
}

/* Names come first, as with chown(1): some consist of digits. */
int identity_set_user(struct identity *as, const char *user)
{
	const struct passwd *pw = getpwnam(user);
	uid_t uid;

	if (!pw) {
		if (parse_id(user, &uid))
			return -ENOENT;
		pw = getpwuid(uid);
	}
	as->uid = pw ? pw->pw_uid : uid;
	as->own_gid = pw ? pw->pw_gid : ID_KEEP;
	snprintf(as->name, sizeof(as->name), "%s", pw ? pw->pw_name : "");
	return 0;
}

int identity_set_group(struct identity *as, const char *group)
{
	const struct group *gr = getgrnam(group);

	if (!gr)
		return parse_id(group, &as->gid);
	as->gid = gr->gr_gid;
	return 0;
}

/* If @err is -EPERM, note which capability is missing. */
static int why_not(struct step *step, int err, const char *capability)
{
	return err == -EPERM ? step_why(step, err, "it needs %s", capability) : err;
}

static const char not_so[] = "it succeeded, but when read back it is not so";

static int set_no_new_privs(struct step *step)
{
	step_at(step, NULL, "set no_new_privs");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return step_why(step, -EPERM, "%s", not_so);
	return 0;
}

static int set_groups(const struct identity *as, gid_t gid, struct step *step)
{
	if (as->uid == ID_KEEP)
		return 0;
	step_at(step, "user", "set the supplementary groups of user %u", (unsigned int)as->uid);
	if (*as->name ? initgroups(as->name, gid) : setgroups(0, NULL))
		return why_not(step, -errno, "CAP_SETGID");
	return 0;
}

static int set_group(const struct identity *as, gid_t gid, struct step *step)
{
	if (gid == ID_KEEP)
		return 0;
	step_at(step, as->gid == ID_KEEP ? "user" : "group", "set the group to %u", (unsigned int)gid);
	return setresgid(gid, gid, gid) ? why_not(step, -errno, "CAP_SETGID") : 0;
}

static int set_user(const struct identity *as, struct step *step)
{
	if (as->uid == ID_KEEP)
		return 0;
	step_at(step, "user", "set the user to %u", (unsigned int)as->uid);
	return setresuid(as->uid, as->uid, as->uid) ? why_not(step, -errno, "CAP_SETUID") : 0;
}

/* Returns whether all three of the ids are @id. */
static bool all_are(const uid_t ids[3], uid_t id)
{
	return id == ID_KEEP || (ids[0] == id && ids[1] == id && ids[2] == id);
}

static int check_ids(const struct identity *as, gid_t gid, struct step *step)
{
	uid_t uids[3];
	gid_t gids[3];

	step_at(step, NULL, "become another user");
	if (getresuid(&uids[0], &uids[1], &uids[2]) || getresgid(&gids[0], &gids[1], &gids[2]))
		return -errno;
	if (!all_are(uids, as->uid) || !all_are(gids, gid))
		return step_why(step, -EPERM, "%s", not_so);
	return 0;
}

/* More than any kernel has. */
#define CAPABILITIES_MAX 64

static bool have_any(capng_type_t set)
{
	for (unsigned int i = 0; i < CAPABILITIES_MAX; i++)
		if (capng_have_capability(set, i))
			return true;
	return false;
}

/* Call it before the user changes, since that drops CAP_SETPCAP. */
static int empty_bounding_set(struct step *step)
{
	step_at(step, NULL, "empty the capability bounding set");
	if (capng_get_caps_process())
		return step_why(step, -EIO, "the present capabilities cannot be read");
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		return 0;
	capng_clear(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_BOUNDS) || capng_get_caps_process() || have_any(CAPNG_BOUNDING_SET))
		return step_why(step, -EPERM, "some of it is still there");
	return 0;
}

static int empty_other_sets(struct step *step)
{
	step_at(step, NULL, "drop all capabilities");
	capng_clear(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT);
	if (capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) || capng_get_caps_process() ||
	    have_any(CAPNG_EFFECTIVE) || have_any(CAPNG_PERMITTED) || have_any(CAPNG_INHERITABLE) ||
	    have_any(CAPNG_AMBIENT))
		return step_why(step, -EPERM, "some are still there");
	return 0;
}

/* In this order, since each step may drop what the earlier ones need. */
int privileges_drop(const struct identity *as, struct step *step)
{
	gid_t gid = as->gid == ID_KEEP ? as->own_gid : as->gid;
	int err = set_no_new_privs(step);

	if (!err)
		err = empty_bounding_set(step);
	if (!err)
		err = set_groups(as, gid, step);
	if (!err)
		err = set_group(as, gid, step);
	if (!err)
		err = set_user(as, step);
	if (!err)
		err = check_ids(as, gid, step);
	if (!err)
		err = empty_other_sets(step);
	return err;
}

int privileges_give_up(char *why, size_t len)
{
	struct step step = { 0 };
	int err = privileges_drop(&IDENTITY_KEEP, &step);

	if (err)
		snprintf(why, len, "cannot %s: %s", step.doing, *step.why ? step.why : strerror(-err));
	return err;
}
