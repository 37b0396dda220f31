/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TIME_COLUMN_H
#define TIME_COLUMN_H

#include <stdint.h>

#include "out.h"

/**
 * DOC: how times are shown: -t, --time HOW
 */

/**
 * enum time_how - the values of --time
 * @TIME_REL: seconds since the beginning
 * @TIME_ABS: time of day, local
 * @TIME_UNIX: seconds since 1970
 * @TIME_DELTA: seconds since the time shown before
 * @TIME_NONE: not at all
 */
enum time_how { TIME_REL, TIME_ABS, TIME_UNIX, TIME_DELTA, TIME_NONE };

/* The words, ended by NULL, and the option's help without its default. */
extern const char *const time_how_names[];
#define TIME_HOW_HELP "rel, abs, unix, delta or none"

/**
 * struct time_column - state of showing times
 * @how: see enum time_how
 * @since: base of relative times, in nanoseconds of CLOCK_BOOTTIME; moves on with TIME_DELTA
 * @wall: nanoseconds from CLOCK_BOOTTIME to CLOCK_REALTIME
 * @second: the second of @clock
 * @clock: the time of day, "15:04:05.123456"; the fraction is filled in for each time
 */
struct time_column {
	enum time_how how;
	uint64_t since, wall;
	uint64_t second;
	char clock[24];
};

/**
 * struct shown_time - a time in the types that columns need
 * @ns: for all but TIME_ABS
 * @clock: for TIME_ABS; points into struct time_column, until the next time
 */
struct shown_time {
	uint64_t ns;
	const char *clock;
};

/**
 * time_column_init() - begin to show times
 * @t: filled in
 * @how: an enum time_how
 * @since: the beginning, in nanoseconds of CLOCK_BOOTTIME
 * @wall: nanoseconds from that clock to CLOCK_REALTIME; see wall_offset_ns()
 */
void time_column_init(struct time_column *t, int how, uint64_t since, uint64_t wall);

/**
 * time_column_show() - show a time
 * @t: the state
 * @time: in nanoseconds of CLOCK_BOOTTIME
 */
struct shown_time time_column_show(struct time_column *t, uint64_t time);

/**
 * time_column() - the column
 * @how: an enum time_how
 * @offset: of a struct shown_time in the row
 *
 * Return: the column, with the key "time".
 */
struct out_col time_column(int how, size_t offset);

#endif
