/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAP_OUT_H
#define TAP_OUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/**
 * DOC: the Test Anything Protocol for test programs in C
 *
 * Report each point with ok(), explain a failed one with diag(), end main() with "return tap_done();". The plan comes
 * last: if it is missing, the program died half-way.
 */

static int tap_points;
static int tap_failures;

/* One point; returns @cond, so that a failure can be explained. */
static inline __attribute__((format(printf, 2, 3))) bool ok(bool cond, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", cond ? "" : "not ", ++tap_points);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!cond)
		tap_failures++;
	return cond;
}

/* A line of diagnostics about the last point. */
static inline __attribute__((format(printf, 1, 2))) void diag(const char *fmt, ...)
{
	va_list ap;

	printf("#   ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* In place of all points: they cannot run here. In CI this is a failure. Return: the exit status. */
static inline int tap_skip_all(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	return 0;
}

/* Print the plan. Return: the exit status. */
static inline int tap_done(void)
{
	printf("1..%d\n", tap_points);
	return tap_failures ? 1 : 0;
}

#endif
