// SPDX-License-Identifier: GPL-2.0-or-later
#include "held-eventfds.h"

#include <stdlib.h>

int held_eventfds(struct held_eventfds *h, struct inspect *ins, pid_t tid)
{
	if (h->tid != tid) {
		held_eventfds_free(h);
		h->tid = tid;
		h->err = inspect_eventfds(ins, tid, &h->fds, &h->count);
	}
	return h->err;
}

int held_eventfds_find(const struct held_eventfds *h, int32_t id)
{
	for (size_t i = 0; i < h->count; i++)
		if (id >= 0 && h->fds[i].id == id)
			return (int)h->fds[i].fd;
	return -1;
}

void held_eventfds_free(struct held_eventfds *h)
{
	free(h->fds);
	*h = (struct held_eventfds){ 0 };
}
