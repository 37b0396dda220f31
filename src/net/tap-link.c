// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap-link.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <linux/major.h>

#include "tap.h"

/* The tun device is one of the "misc" devices; each macvtap has its own device. */
static bool is_macvtap(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && major(st.st_rdev) != MISC_MAJOR;
}

/*
 * The kernel tells the tap of a descriptor by its name only, so the link is looked up by that name, and then the
 * descriptor is asked again. A race remains: the names of two taps swapped after the first question, and swapped back
 * before the second one.
 */
int tap_link(int fd, struct link_info *link)
{
	char before[IFNAMSIZ], after[IFNAMSIZ];
	int r = tap_name(fd, before);

	if (!r)
		r = link_get(before, link);
	if (!r)
		r = tap_name(fd, after);
	if (!r && strcmp(before, after))
		r = -ESTALE;
	/*
	 * Last: a tap that left the namespace may have left its name to another link. A macvtap cannot be asked; its
	 * device has the link's number, which another macvtap with its name would have to have, too.
	 */
	if (!r && !is_macvtap(fd))
		r = tap_check_netns(fd);
	else if (!r && strcmp(link->kind, "macvtap"))
		r = -ESTALE;
	return r == -EBADFD || r == -ENODEV || r == -ENOLINK ? -ESTALE : r;
}
