// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup-watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/loop.h"
#include "vhost/iotlb.h"

/* Most calls for each descriptor at the end, which report the events that are pending then. */
#define LAST_TURNS 16

/**
 * struct watched - a descriptor that is waited for
 * @fd: for the loop
 * @hold: the hold that it belongs to
 * @number: number of its device or ring
 */
struct watched {
	struct loop_fd fd;
	struct hold *hold;
	unsigned int number;
};

/**
 * struct hold - a setup that is held
 * @w: the setup, and where its events go
 * @step: where to say what failed
 * @loop: waits for @watched
 * @watched: the child's end, the log, the devices' misses and the rings' errors; owned
 * @count: number of @watched
 * @child: pidfd of the child, or -1
 */
struct hold {
	struct watch *w;
	struct step *step;
	struct loop loop;
	struct watched *watched;
	unsigned int count;
	int child;
};

/* Reset an eventfd's counter. A counter of 0 (EAGAIN), which somebody else has reset, is no error. */
static int clear_eventfd(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN ? -errno : 0;
}

/* The memory is one mapping, so count one piece; the check does not depend on the regions of the memory table. */
static int memory_pieces(void *ctx, uint64_t gpa, uint64_t len, bool write)
{
	(void)write;
	return guestmem_translate(ctx, gpa, len) ? 1 : -EFAULT;
}

static int memory_read(void *ctx, unsigned int number, uint64_t gpa, void *to, size_t len)
{
	(void)number;
	memcpy(to, guestmem_translate(ctx, gpa, len), len);
	return 0;
}

static struct vring ring_memory(struct guestmem *mem, const struct ring_place *p)
{
	return (struct vring){
		.num = p->num,
		.desc = guestmem_translate(mem, p->desc, ring_desc_size(p->num)),
		.avail = guestmem_translate(mem, p->avail, ring_avail_size(p->num)),
		.used = guestmem_translate(mem, p->used, ring_used_size(p->num)),
	};
}

/* Find the fault of the descriptor at which the device stopped. */
static int tell_error(struct watch *w, unsigned int number, struct step *step)
{
	const struct device *d = &w->s->devices[number / DEVICE_RINGS];
	const unsigned int ring = number % DEVICE_RINGS;
	const struct ring_place *place = &d->rings[ring].conf.place;
	struct watch_event e = { .kind = WATCH_ERROR, .ring = place->name };
	struct device_ring_state state;
	int r;

	step_at(step, NULL, "read the err eventfd of %s", place->name);
	r = clear_eventfd(d->rings[ring].err);
	if (!r)
		r = device_read(d, ring, &state, step);
	if (r)
		return r;
	desc_check(&(struct desc_queue){
			.vring = ring_memory(&w->s->mem, place),
			.rx = ring == VHOST_NET_VQ_RX,
			.features = { w->features[0], w->features[1] },
			.base = state.base,
			.next_head = -1,
			.start = d->rings[ring].conf.base,
			.memory = { memory_pieces, memory_read, &w->s->mem },
		}, &e.finding);
	/* Busy polling reads the pair's other ring without asking for its translation first, and signals an error. */
	if (w->iotlb && (e.finding.fault == DESC_GOOD || e.finding.fault == DESC_MISS)) {
		w->untranslated++;
		return 0;
	}
	w->errors++;
	w->seen(w->ctx, &e);
	return 0;
}

static void tell_range(void *ctx, uint64_t gpa, uint64_t len)
{
	const struct watch *w = ctx;

	w->seen(w->ctx, &(struct watch_event){ .kind = WATCH_DIRTY, .addr = gpa, .len = len });
}

static int tell_dirty(struct watch *w, struct step *step)
{
	int r;

	step_at(step, NULL, "read the eventfd of the log");
	/* Before the bitmap is read: a page that is written after that signals again. */
	r = clear_eventfd(w->s->log_fd);
	if (r)
		return r;
	w->dirty_pages += dirty_log_take(&w->s->log, tell_range, w);
	return 0;
}

static int answer_miss(struct watch *w, int vhost, const struct iotlb_miss *miss)
{
	const uint64_t page = miss->iova / IOTLB_PAGE * IOTLB_PAGE;
	const void *memory = guestmem_translate(&w->s->mem, page, IOTLB_PAGE);

	if (!memory) {
		w->unanswered++;
		w->seen(w->ctx, &(struct watch_event){ .kind = WATCH_MISS, .addr = miss->iova, .perm = miss->perm });
		return 0;
	}
	w->answered++;
	return iotlb_update(vhost, w->iotlb_v2, page, IOTLB_PAGE, (uintptr_t)memory, VHOST_ACCESS_RW);
}

/* Read one miss only, so that a device that keeps missing does not starve the others. */
static int on_miss(void *arg)
{
	const struct watched *d = arg;
	struct watch *w = d->hold->w;
	struct step *step = d->hold->step;
	struct iotlb_miss miss;
	int r;

	step_at(step, "iotlb", "read a miss of the IOTLB");
	r = iotlb_read_miss(d->fd.fd, w->iotlb_v2, &miss);
	if (r <= 0)
		return r;
	step_at(step, "iotlb", "answer a miss of the IOTLB (VHOST_IOTLB_UPDATE)");
	return answer_miss(w, d->fd.fd, &miss);
}

static int on_error(void *arg)
{
	const struct watched *ring = arg;

	return tell_error(ring->hold->w, ring->number, ring->hold->step);
}

static int on_dirty(void *arg)
{
	const struct watched *log = arg;

	return tell_dirty(log->hold->w, log->hold->step);
}

static int on_child_end(void *arg)
{
	struct watched *child = arg;

	loop_remove_fd(&child->hold->loop, &child->fd);
	return LOOP_END;
}

/* Pass SIGTERM on, and wait for the child. A second signal kills us. */
static int pass_on_stop(void *arg)
{
	const struct hold *h = arg;

	pidfd_send_signal(h->child, SIGTERM, NULL, 0);
	return 0;
}

static int watch_fd(struct hold *h, int fd, loop_fn *fn, unsigned int number)
{
	struct watched *one = &h->watched[h->count];

	if (fd < 0)
		return 0;
	*one = (struct watched){
		.fd = { .fd = fd, .events = EPOLLIN, .fn = fn, .arg = one }, .hold = h, .number = number,
	};
	h->count++;
	return loop_add_fd(&h->loop, &one->fd);
}

static int watch_all(struct hold *h)
{
	const struct setup *s = h->w->s;
	int r = watch_fd(h, h->child, on_child_end, 0);

	if (!r)
		r = watch_fd(h, s->log_fd, on_dirty, 0);
	for (unsigned int i = 0; !r && h->w->iotlb && i < s->count; i++)
		r = watch_fd(h, s->devices[i].vhost, on_miss, i);
	for (unsigned int i = 0; !r && i < s->count * DEVICE_RINGS; i++) {
		const struct device_ring *ring = setup_ring(s, i);

		/* An err eventfd from the user is the user's to read. */
		if (ring->conf.err == DEVICE_FD_MAKE)
			r = watch_fd(h, ring->err, on_error, i);
	}
	if (h->child >= 0)
		loop_on_stop(&h->loop, pass_on_stop, h);
	return r;
}

static int hold(struct hold *h)
{
	int r;

	step_at(h->step, NULL, "wait for the devices");
	r = watch_all(h);
	if (!r)
		r = loop_run(&h->loop);
	if (!r)
		r = loop_drain(&h->loop, LAST_TURNS * (h->count + 1));
	/* Report the pages written since the last event. */
	if (!r && h->w->s->log_fd >= 0)
		r = tell_dirty(h->w, h->step);
	return r;
}

int setup_watch(struct watch *w, int child, struct step *step)
{
	const unsigned int devices = w->s->count;
	struct hold h = { .w = w, .step = step, .child = child };
	int r;

	step_at(step, NULL, "take memory for descriptors");
	h.watched = calloc(2 + devices + devices * DEVICE_RINGS, sizeof(*h.watched));
	if (!h.watched)
		return -ENOMEM;
	step_at(step, NULL, "make an epoll descriptor");
	r = loop_open(&h.loop);
	if (!r)
		r = hold(&h);
	loop_close(&h.loop);
	free(h.watched);
	return r;
}
