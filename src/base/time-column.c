// SPDX-License-Identifier: GPL-2.0-or-later
#include "time-column.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "clock.h"

const char *const time_how_names[] = { "rel", "abs", "unix", "delta", "none", NULL };

void time_column_init(struct time_column *t, int how, uint64_t since, uint64_t wall)
{
	*t = (struct time_column){
		.how = (enum time_how)how, .since = since, .wall = wall, .second = UINT64_MAX,
	};
}

/* All but the fraction changes only once a second. */
static const char *time_of_day(struct time_column *t, uint64_t boottime)
{
	uint64_t ns = boottime + t->wall;
	time_t second = (time_t)(ns / NSEC_PER_SEC);
	struct tm tm;

	if (t->second != ns / NSEC_PER_SEC) {
		localtime_r(&second, &tm);
		strftime(t->clock, sizeof(t->clock), "%H:%M:%S.", &tm);
		t->second = ns / NSEC_PER_SEC;
	}
	snprintf(t->clock + 9, sizeof(t->clock) - 9, "%06" PRIu64, ns % NSEC_PER_SEC / 1000);
	return t->clock;
}

struct shown_time time_column_show(struct time_column *t, uint64_t time)
{
	/* Events of several CPUs are in the order of the ring buffer, which may differ a little from that of time. */
	struct shown_time s = { .ns = time > t->since ? time - t->since : 0 };

	if (t->how == TIME_ABS)
		s.clock = time_of_day(t, time);
	else if (t->how == TIME_UNIX)
		s.ns = time + t->wall;
	else if (t->how == TIME_DELTA)
		t->since = time;
	return s;
}

struct out_col time_column(int how, size_t offset)
{
	if (how == TIME_ABS)
		return (struct out_col){ "time", "TIME", OUT_STRING, offset + offsetof(struct shown_time, clock), 15 };
	return (struct out_col){ "time", "TIME", OUT_NSEC, offset + offsetof(struct shown_time, ns),
				 how == TIME_UNIX ? 17 : 10 };
}
