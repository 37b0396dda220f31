// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap-link.h"

#include <errno.h>
#include <string.h>

#include "tap.h"

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
	/* Last: a tap that left the namespace may have left its name to another link. */
	if (!r)
		r = tap_check_netns(fd);
	return r == -EBADFD || r == -ENODEV ? -ESTALE : r;
}
