/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ABILITIES_H
#define KERNEL_ABILITIES_H

/**
 * DOC: what the running kernel's vhost-net can be asked for
 *
 * A version number says little: distributions carry patches back, and some of it depends on the kernel's configuration.
 * So each ability is tried, on a device of its own that is closed again, and nothing of it remains.
 */

enum kernel_ability_id {
	KERNEL_ABILITY_WORKERS,	/* more than one worker a device */
	KERNEL_ABILITY_BUSY_POLLING,	/* VHOST_SET_VRING_BUSYLOOP_TIMEOUT */
	KERNEL_ABILITY_FEATURES_ARRAY,	/* more than 64 feature bits */
	KERNEL_ABILITY_FORK_OWNER,	/* asking whose threads the workers are */
	KERNEL_ABILITY_COUNT,
};

enum kernel_ability_state {
	KERNEL_ABILITY_NOT_OFFERED,	/* the kernel does not know what it is asked for */
	KERNEL_ABILITY_OFFERED,	/* it was tried and worked */
	KERNEL_ABILITY_UNKNOWN,	/* it could not be tried, or failed in another way */
};

/**
 * struct kernel_ability - the outcome of one try
 * @name: what output and JSON call it
 * @state: see enum kernel_ability_state
 * @detail: what was seen; for KERNEL_ABILITY_UNKNOWN the step that failed and why
 */
struct kernel_ability {
	const char *name;
	enum kernel_ability_state state;
	char detail[96];
};

/**
 * kernel_ability_try() - try one ability on a fresh device
 * @id: which
 * @a: filled in
 */
void kernel_ability_try(enum kernel_ability_id id, struct kernel_ability *a);

#endif
