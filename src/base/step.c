// SPDX-License-Identifier: GPL-2.0-or-later
#include "step.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void step_at(struct step *s, const char *key, const char *fmt, ...)
{
	va_list ap;

	s->key = key;
	s->item = -1;
	s->why[0] = 0;
	va_start(ap, fmt);
	vsnprintf(s->doing, sizeof(s->doing), fmt, ap);
	va_end(ap);
}

int step_why(struct step *s, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	return err;
}

int step_no_process(struct step *s, int err)
{
	if (err != -EAGAIN)
		return err;
	return step_why(s, err, "%s; a limit of processes was reached (ulimit -u, pids.max of the cgroup)",
			strerror(EAGAIN));
}
