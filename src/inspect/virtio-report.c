// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-report.h"

#include <unistd.h>

#include "base/fail.h"
#include "base/notice.h"
#include "probe/session.h"

int virtio_report_open(struct virtio_look **l, const char *command)
{
	char why[PROBE_WHY_MAX];
	struct notice notice;
	int err;

	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, command, SESSION_DOING);
	err = virtio_look_open(l, why, sizeof(why));
	notice_end(&notice);
	if (!err)
		return STATUS_OK;
	fail(command, "%s", why);
	return STATUS_REFUSED;
}
