// SPDX-License-Identifier: GPL-2.0-or-later
#include "step.h"

#include <stdarg.h>
#include <stdio.h>

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
