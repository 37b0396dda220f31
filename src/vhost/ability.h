/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ABILITY_H
#define ABILITY_H

/**
 * DOC: what the running kernel's vhost-net can be asked for
 *
 * A version number says little: distributions carry patches back, and some of it depends on the kernel's configuration.
 * So each ability is tried, on a device of its own that is closed again, and nothing of it remains.
 */

enum ability_id {
	ABILITY_WORKERS,	/* more than one worker a device */
	ABILITY_BUSY_POLLING,	/* VHOST_SET_VRING_BUSYLOOP_TIMEOUT */
	ABILITY_FEATURES_ARRAY,	/* more than 64 feature bits */
	ABILITY_FORK_OWNER,	/* asking whose threads the workers are */
	ABILITY_COUNT,
};

enum ability_state {
	ABILITY_NOT_OFFERED,	/* the kernel does not know what it is asked for */
	ABILITY_OFFERED,	/* it was tried and worked */
	ABILITY_UNKNOWN,	/* it could not be tried, or failed in another way */
};

/**
 * struct ability - the outcome of one try
 * @name: what output and JSON call it
 * @state: see enum ability_state
 * @detail: what was seen; for ABILITY_UNKNOWN the step that failed and why
 */
struct ability {
	const char *name;
	enum ability_state state;
	char detail[96];
};

/* Try one on a fresh device. */
void ability_try(enum ability_id id, struct ability *a);

#endif
