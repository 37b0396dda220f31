/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ABILITIES_H
#define KERNEL_ABILITIES_H

/**
 * DOC: optional abilities of the running kernel's vhost-net
 *
 * A version number says little: distributions backport patches, and some abilities depend on the kernel's
 * configuration. So each ability is tried on a new device, which is closed afterwards: nothing remains.
 */

enum kernel_ability_id {
	KERNEL_ABILITY_WORKERS,	/* more than one worker a device */
	KERNEL_ABILITY_BUSY_POLLING,	/* VHOST_SET_VRING_BUSYLOOP_TIMEOUT */
	KERNEL_ABILITY_FEATURES_ARRAY,	/* more than 64 feature bits */
	KERNEL_ABILITY_FORK_OWNER,	/* asking whose threads the workers are */
	KERNEL_ABILITY_COUNT,
};

enum kernel_ability_state {
	KERNEL_ABILITY_NOT_OFFERED,	/* the kernel does not know the ioctl */
	KERNEL_ABILITY_OFFERED,	/* it was tried and worked */
	KERNEL_ABILITY_UNKNOWN,	/* it could not be tried, or failed in another way */
};

/**
 * struct kernel_ability - the outcome of one try
 * @name: its name in text and JSON output
 * @state: see enum kernel_ability_state
 * @detail: a sentence about the result; for KERNEL_ABILITY_UNKNOWN the step that failed and why
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
