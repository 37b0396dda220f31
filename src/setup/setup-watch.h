/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETUP_WATCH_H
#define SETUP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "setup.h"
#include "virtio/desc-check.h"

enum watch_kind {
	WATCH_ERROR,	/* a ring stopped at a descriptor that the device cannot use */
	WATCH_DIRTY,	/* the devices wrote to pages */
	WATCH_MISS,	/* an address was asked for that is not in the memory */
};

/**
 * struct watch_event - what was seen while a setup was held
 * @kind: what
 * @ring: ERROR: the ring; MISS: NULL
 * @finding: ERROR: what is wrong
 * @addr: DIRTY: guest-physical address of the first page; MISS: the address asked for
 * @len: DIRTY: bytes, whole pages
 * @perm: MISS: VHOST_ACCESS_RO, _WO or _RW
 */
struct watch_event {
	enum watch_kind kind;
	const char *ring;
	struct desc_finding finding;
	uint64_t addr, len;
	uint8_t perm;
};

/**
 * struct watch - a setup that is held
 * @s: the setup
 * @iotlb: its devices have an IOTLB, whose misses are to be answered
 * @iotlb_v2: with the second version of messages
 * @features: those acked, VHOST_FEATURES_WORDS words
 * @seen: called for each event
 * @ctx: handed to @seen
 * @errors: errors so far
 * @dirty_pages: pages written so far, each counted as often as it was found written
 * @answered: misses that were answered
 * @unanswered: misses that could not be, since there is no memory
 * @untranslated: complaints of a device that had no translation yet when it looked at a ring; it looks again
 */
struct watch {
	struct setup *s;
	bool iotlb, iotlb_v2;
	const uint64_t *features;
	void (*seen)(void *ctx, const struct watch_event *e);
	void *ctx;
	uint64_t errors, dirty_pages, answered, unanswered, untranslated;
};

/**
 * setup_watch() - hold a setup: answer its devices and tell what they say, until asked to stop
 * @w: the setup, and what to do with it
 * @child: descriptor of a process (pidfd) whose end ends this, too, or -1
 * @step: where to say what failed
 *
 * With a child, a request to stop is passed on to it as SIGTERM, and its end is waited for.
 *
 * Return: 0 or -errno.
 */
int setup_watch(struct watch *w, int child, struct step *step);

#endif
