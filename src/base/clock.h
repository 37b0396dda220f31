/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define NSEC_PER_SEC UINT64_C(1000000000)
#define NSEC_PER_MSEC UINT64_C(1000000)

/**
 * clock_ns() - read a clock
 * @id: which one
 *
 * Return: Nanoseconds.
 */
static inline uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/**
 * ns_to_s() - nanoseconds as seconds with a fraction
 * @ns: nanoseconds
 */
static inline double ns_to_s(uint64_t ns)
{
	return (double)ns / NSEC_PER_SEC;
}

/**
 * ns_to_timespec() - nanoseconds as system calls want them
 * @ns: nanoseconds
 */
static inline struct timespec ns_to_timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NSEC_PER_SEC), .tv_nsec = (long)(ns % NSEC_PER_SEC) };
}

/**
 * now_ns() - the time of CLOCK_BOOTTIME, the clock that the output and the BPF programs use
 *
 * Return: Nanoseconds.
 */
static inline uint64_t now_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

/**
 * wall_offset_ns() - what turns a time of now_ns() into Unix time
 *
 * Return: Nanoseconds to be added; they change when the wall clock is set.
 */
static inline uint64_t wall_offset_ns(void)
{
	return clock_ns(CLOCK_REALTIME) - now_ns();
}

#endif
