/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETUP_WATCH_H
#define SETUP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "setup.h"
#include "virtio/desc-check.h"

/* The kinds of events. */
enum watch_kind {
	WATCH_ERROR,	/* a ring stopped at a descriptor that the device cannot use */
	WATCH_DIRTY,	/* the devices wrote to pages */
	WATCH_MISS,	/* a device asked for an address that is not in the memory */
};

/**
 * struct watch_event - an event of a setup that is held
 * @kind: see enum watch_kind
 * @ring: ERROR: the ring's name; else NULL
 * @finding: ERROR: the fault
 * @addr: DIRTY: guest-physical address of the first page; MISS: the address that was asked for
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
 * @iotlb: its devices have an IOTLB, whose misses are answered
 * @iotlb_v2: with version 2 of the messages
 * @features: the acked features, VHOST_FEATURES_WORDS words
 * @seen: called for each event
 * @ctx: for @seen
 * @errors: errors so far
 * @dirty_pages: pages written so far; a page counts each time that the log has it
 * @answered: misses that were answered
 * @unanswered: misses at addresses that are not in the memory
 * @untranslated: errors of a device that read a ring before it had the translation; it reads the ring again
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
 * setup_watch() - hold a setup until a stop request: answer its devices and report their events
 * @w: the setup, with all members but the counts filled in
 * @child: pidfd of a child, whose end ends this too; or -1
 * @step: where to say what failed
 *
 * With a child, a stop request goes to the child as SIGTERM, and setup_watch() waits for its end.
 *
 * Return: 0 or -errno.
 */
int setup_watch(struct watch *w, int child, struct step *step);

#endif
