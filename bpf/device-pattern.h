/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_PATTERN_H
#define DEVICE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * DOC: patterns for the names of taps, compiled
 *
 * A pattern is a row of tokens; each accepts one byte: a letter itself, "?" any byte, "[a-z]" those of a set. Between
 * tokens, at the beginning and at the end there may be a "*", which accepts any number of bytes.
 *
 * A match keeps the set of all numbers of tokens that can have been used up so far, as bits of one word. For each byte
 * of the name, bit i moves on to bit i + 1 if token i accepts the byte, and stays if there is a "*" before token i. So
 * there is no backtracking: a name takes 16 steps at most, which the verifier of BPF follows as one straight line.
 *
 * src/probe/device-choice.h compiles patterns. Both halves of the program match with the function below.
 */

/* The most patterns of a choice. */
#define DEVICE_PATTERNS 16

/* Size of a name with the byte that ends it: IFNAMSIZ. A pattern has fewer tokens. */
#define DEVICE_NAME_LEN 16

/**
 * struct device_pattern - a pattern, compiled
 * @at: by byte: the tokens that accept it; bit i is token i
 * @star: bit i: a "*" before token i, or behind the last if i is the number of tokens
 * @end: the bit of the number of tokens
 * @netns: inode number of the tap's network namespace; 0: any
 */
struct device_pattern {
	__u16 at[256];
	__u16 star;
	__u16 end;
	__u32 netns;
};

_Static_assert(sizeof(struct device_pattern) == 520, "no padding");

/**
 * struct device_choice - a choice of devices by the names of their taps
 * @count: number of @patterns; 0: all devices
 * @patterns: one of them has to match
 */
struct device_choice {
	__u32 count;
	struct device_pattern patterns[DEVICE_PATTERNS];
};

/**
 * device_pattern_matches() - does the whole name match?
 * @p: the pattern
 * @netns: inode number of the tap's network namespace; 0: not known, which no pattern with a namespace matches
 * @name: the tap's name, filled up with 0
 */
static inline bool device_pattern_matches(const volatile struct device_pattern *p, __u32 netns,
					  const char name[DEVICE_NAME_LEN])
{
	__u32 used = 1;

	for (int i = 0; i < DEVICE_NAME_LEN && name[i]; i++)
		used = (used & p->at[(__u8)name[i]]) << 1 | (used & p->star);
	return used & p->end && (!p->netns || p->netns == netns);
}

#endif
