/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RING_PEAKS_H
#define RING_PEAKS_H

#include "inspect.h"

struct ring_peak;

/**
 * struct ring_peaks - how full the rings of taps were at most; to begin with, all 0
 * @peaks: of each queue of the last look; owned
 * @count: number of @peaks
 */
struct ring_peaks {
	struct ring_peak *peaks;
	size_t count;
};

/**
 * ring_peaks_note() - take a look into account
 * @p: the peaks; of queues that are gone they are forgotten
 * @host: the look
 *
 * Return: 0 or -ENOMEM, and then nothing has changed.
 */
int ring_peaks_note(struct ring_peaks *p, const struct inspect_host *host);

/* Return: the most packets that waited in the ring of a tap's queue, @q itself among the looks. */
uint32_t ring_peaks_of(const struct ring_peaks *p, const struct inspect_tap_queue *q);

/* Release them. */
void ring_peaks_free(struct ring_peaks *p);

#endif
