/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COUNTERS_LINKS_BPF_H
#define COUNTERS_LINKS_BPF_H

#include <linux/types.h>

/* Count what the tap of a device drops from now on, if it has one. */
int note_tap(__u64 dev);

/* The device has no tap any more: count what it has dropped up to now. */
int forget_tap(__u64 dev);

#endif
