// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapnet.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "macvtap.h"

void tapnet_alias(char alias[LINK_ALIAS_MAX])
{
	snprintf(alias, LINK_ALIAS_MAX, TAPNET_ALIAS " pid %d", getpid());
}

/* The alias is our word alone, or our word and a blank and more: "vhostctl2" is not ours. */
static bool is_ours(const struct link_info *link)
{
	const size_t len = strlen(TAPNET_ALIAS);

	if (strcmp(link->kind, "macvtap") && (strcmp(link->kind, "tun") || !link->tun.tap))
		return false;
	return !strncmp(link->alias, TAPNET_ALIAS, len) && (!link->alias[len] || link->alias[len] == ' ');
}

int tapnet_list(struct link_info **links, size_t *count, struct step *step)
{
	size_t all;
	int r;

	step_at(step, NULL, "list the links");
	*count = 0;
	r = link_list(links, &all);
	if (r)
		return r;
	for (size_t i = 0; i < all; i++)
		if (is_ours(&(*links)[i]))
			(*links)[(*count)++] = (*links)[i];
	return 0;
}

/* The kernel does not report the queues of a single-queue tap, but the tap has a carrier while its queue is open. */
bool tapnet_in_use(const struct link_info *link)
{
	if (!strcmp(link->kind, "macvtap"))
		return macvtap_in_use(link);
	return link->tun.queues || (!link->tun.multi_queue && link->carrier) || !link->tun.persist;
}
