/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define NSEC_PER_SEC UINT64_C(1000000000)
#define NSEC_PER_MSEC UINT64_C(1000000)

static inline uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* Nanoseconds as seconds with a fraction. */
static inline double ns_to_s(uint64_t ns)
{
	return (double)ns / NSEC_PER_SEC;
}

/* Nanoseconds as system calls want them. */
static inline struct timespec ns_to_timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NSEC_PER_SEC), .tv_nsec = (long)(ns % NSEC_PER_SEC) };
}

/* The clock of every time in the output, the same as the BPF programs'. */
static inline uint64_t now_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

#endif
