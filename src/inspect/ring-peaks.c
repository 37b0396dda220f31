// SPDX-License-Identifier: GPL-2.0-or-later
#include "ring-peaks.h"

#include <errno.h>
#include <stdlib.h>

/**
 * struct ring_peak - of one queue
 * @socket: its socket
 * @fill: packets that waited in its ring at most
 */
struct ring_peak {
	uint64_t socket;
	uint32_t fill;
};

uint32_t ring_peaks_of(const struct ring_peaks *p, const struct inspect_tap_queue *q)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->peaks[i].socket == q->socket && p->peaks[i].fill > q->fill)
			return p->peaks[i].fill;
	return q->fill;
}

static size_t count_queues(const struct tap_links *links)
{
	size_t count = 0;

	for (size_t i = 0; i < links->count; i++)
		count += links->list[i].queue_count;
	return count;
}

int ring_peaks_note(struct ring_peaks *p, const struct inspect_host *host)
{
	const size_t room = count_queues(&host->links);
	struct ring_peaks now = { .peaks = calloc(room ? room : 1, sizeof(*now.peaks)) };

	if (!now.peaks)
		return -ENOMEM;
	for (size_t i = 0; i < host->links.count; i++) {
		const struct tap_link *link = &host->links.list[i];

		for (size_t k = 0; k < link->queue_count; k++)
			now.peaks[now.count++] = (struct ring_peak){
				link->queues[k].socket, ring_peaks_of(p, &link->queues[k]),
			};
	}
	free(p->peaks);
	*p = now;
	return 0;
}

void ring_peaks_free(struct ring_peaks *p)
{
	free(p->peaks);
	*p = (struct ring_peaks){ 0 };
}
