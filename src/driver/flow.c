// SPDX-License-Identifier: GPL-2.0-or-later
#include "flow.h"

#include <errno.h>

#include "base/clock.h"

int flow_init(struct flow *f, uint64_t limit, unsigned int window)
{
	f->limit = limit;
	return sem_init(&f->credits, 0, window) ? -errno : 0;
}

void flow_fini(struct flow *f)
{
	sem_destroy(&f->credits);
	frame_fini(&f->frame);
}

void flow_close(struct flow *f)
{
	atomic_store(&f->closed, true);
	/* One extra credit wakes a submitter that sleeps: it checks @closed before it uses the credit. */
	sem_post(&f->credits);
}

uint64_t flow_wanted(struct flow *f)
{
	return atomic_load(&f->closed) ? 0 : f->limit - atomic_load(&f->submitted);
}

static int take_one(struct flow *f, uint64_t patience_ns)
{
	struct timespec ts;

	if (!sem_trywait(&f->credits))
		return 0;
	ts = ns_to_timespec(clock_ns(CLOCK_MONOTONIC) + patience_ns);
	while (sem_clockwait(&f->credits, CLOCK_MONOTONIC, &ts))
		if (errno != EINTR)
			return -ETIME;
	return 0;
}

int flow_take(struct flow *f, unsigned int count, uint64_t patience_ns)
{
	for (unsigned int i = 0; i < count; i++) {
		int r = take_one(f, patience_ns);

		if (!r && atomic_load(&f->closed))
			r = -ECANCELED;
		if (r) {
			flow_give(f, i);
			return r;
		}
	}
	return 0;
}

void flow_give(struct flow *f, uint64_t count)
{
	while (count--)
		sem_post(&f->credits);
}

bool flow_receive(struct flow *f, const void *data, size_t len)
{
	uint64_t seq;

	if (!frame_is_ours(&f->frame, data, len)) {
		f->strays += frame_is_stray(&f->frame, data, len);
		return false;
	}
	/* A sequence number that was never submitted is as wrong as a changed byte. */
	if (!frame_check(&f->frame, data, len, &seq) || seq >= atomic_load(&f->submitted)) {
		f->corrupt++;
		return true;
	}
	frame_sequence_add(&f->sequence, seq);
	/* The receiver is the only writer. */
	atomic_store_explicit(&f->delivered, f->sequence.seen, memory_order_release);
	return true;
}
