// SPDX-License-Identifier: GPL-2.0-or-later
#include "hist-pool.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/queue-slots.h"

#define BLOCKS_SIZE (HIST_POOL * sizeof(struct hist_block))

_Static_assert(BLOCKS_SIZE % 65536 == 0, "whole pages, whatever their size");

void hist_pool_resize(const struct hist_maps *m)
{
	bpf_map__set_max_entries(m->hists, QUEUE_SLOTS);
	bpf_map__set_max_entries(m->hist_pool, HIST_POOL);
	bpf_map__set_max_entries(m->hist_returned, HIST_POOL);
}

int hist_pool_map(struct hist_pool *p, const struct hist_maps *m)
{
	void *hists = NULL, *blocks;
	int err = queue_slots_map_array(m->hists, &hists);

	*p = (struct hist_pool){ .hists = hists, .returned = bpf_map__fd(m->hist_returned) };
	if (err)
		return err;
	blocks = mmap(NULL, BLOCKS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(m->hist_pool), 0);
	if (blocks == MAP_FAILED)
		return -errno;
	p->blocks = blocks;
	return 0;
}

/* The system call orders the clearing before the programs' use of the block. */
static int give_back_block(const struct hist_pool *p, uint16_t number)
{
	memset(&p->blocks[number], 0, sizeof(p->blocks[number]));
	return bpf_map_update_elem(p->returned, NULL, &number, 0);
}

int hist_pool_give_back(const struct hist_pool *p, uint32_t slot)
{
	struct queue_hists *hists = &p->hists[slot];

	for (unsigned int i = 0; i < QUEUE_HISTS; i++)
		for (unsigned int j = 0; j < HIST_BLOCKS; j++) {
			uint16_t number = hists->of[i].blocks[j];
			int err = number ? give_back_block(p, number) : 0;

			if (err)
				return err;
			hists->of[i].blocks[j] = 0;
		}
	memset(hists, 0, sizeof(*hists));
	return 0;
}

void hist_pool_unmap(struct hist_pool *p)
{
	queue_slots_unmap_array(p->hists, sizeof(*p->hists));
	if (p->blocks)
		munmap(p->blocks, BLOCKS_SIZE);
	*p = (struct hist_pool){ 0 };
}
