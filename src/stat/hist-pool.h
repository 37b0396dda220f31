/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_POOL_H
#define HIST_POOL_H

#include <stdint.h>

#include "bpf/counts.h"

struct bpf_map;

/**
 * struct hist_pool - the programs' histograms, mapped into this process
 * @hists: by number of slot
 * @blocks: HIST_POOL blocks, by number
 * @returned: descriptor of the map to which blocks are given back
 */
struct hist_pool {
	struct queue_hists *hists;
	struct hist_block *blocks;
	int returned;
};

/**
 * struct hist_maps - the programs' maps of these names
 */
struct hist_maps {
	struct bpf_map *hists, *hist_pool, *hist_returned;
};

/* Give the maps their full size; to be called before loading. */
void hist_pool_resize(const struct hist_maps *m);

/**
 * hist_pool_map() - map the histograms
 * @p: the result, for hist_pool_unmap(), even after a failure
 * @m: the maps
 *
 * Return: 0 or -errno.
 */
int hist_pool_map(struct hist_pool *p, const struct hist_maps *m);

/**
 * hist_pool_give_back() - clear the histograms of a retired slot, and let their blocks be used again
 * @p: the histograms
 * @slot: number of the slot
 *
 * Return: 0 or -errno.
 */
int hist_pool_give_back(const struct hist_pool *p, uint32_t slot);

/* Unmap what is mapped; fine if nothing is. */
void hist_pool_unmap(struct hist_pool *p);

#endif
