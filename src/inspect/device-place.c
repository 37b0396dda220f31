// SPDX-License-Identifier: GPL-2.0-or-later
#include "device-place.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void set_where(struct device_place *p, const struct inspect_holder *who)
{
	char tid[16] = "-", fd[16] = "-";

	p->pid = who->process.pid ? (int32_t)who->process.pid : -1;
	p->tid = who->tid ? (int32_t)who->tid : -1;
	p->fd = who->fd;
	memcpy(p->command, who->process.name, INSPECT_NAME_LEN);
	if (p->fd >= 0)
		snprintf(fd, sizeof(fd), "%" PRId32, p->fd);
	if (p->tid >= 0)
		snprintf(tid, sizeof(tid), "%" PRId32, p->tid);
	snprintf(p->where, sizeof(p->where), "%s:%s", tid, fd);
}

void device_place_set(struct device_place *p, const struct inspect_device *d)
{
	const struct inspect_holder who = inspect_who(d);
	const struct inspect_netdev *tap = inspect_tap(d);

	*p = (struct device_place){ 0 };
	set_where(p, &who);
	p->where_text = p->where;
	p->command_text = p->command;
	p->name = inspect_device_name(d, p->name_buf);
	p->kind = inspect_kind_name(d->kind);
	p->tap = inspect_name(d);
	p->netns = tap ? tap->netns : 0;
	p->netns_name = d->shown && *d->shown->netns_name ? d->shown->netns_name : NULL;
	p->vm = *d->vm ? d->vm : NULL;
}
