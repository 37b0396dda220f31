// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup-watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/stop.h"
#include "vhost/iotlb.h"

/* The descriptors that are waited for, in this order. */
enum { POLL_STOP, POLL_CHILD, POLL_LOG, POLL_FIXED };

/**
 * struct polled - poll()'s table: the fixed ones, then each device, then the err eventfd of each ring
 */
struct polled {
	struct pollfd *fds;
	struct pollfd *devices, *errors;
	nfds_t count;
};

static int polled_init(struct polled *p, const struct watch *w, int child)
{
	const unsigned int devices = w->s->count, rings = devices * DEVICE_RINGS;

	p->count = POLL_FIXED + devices + rings;
	p->fds = calloc(p->count, sizeof(*p->fds));
	if (!p->fds)
		return -ENOMEM;
	p->devices = p->fds + POLL_FIXED;
	p->errors = p->devices + devices;
	for (nfds_t i = 0; i < p->count; i++)
		p->fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	p->fds[POLL_STOP].fd = stop_fd();
	p->fds[POLL_CHILD].fd = child;
	p->fds[POLL_LOG].fd = w->s->log_fd;
	for (unsigned int i = 0; w->iotlb && i < devices; i++)
		p->devices[i].fd = w->s->devices[i].vhost;
	for (unsigned int i = 0; i < rings; i++) {
		const struct device_ring *ring = setup_ring(w->s, i);

		/* Of an eventfd that was given somebody else reads. */
		if (ring->conf.err == DEVICE_FD_MAKE)
			p->errors[i].fd = ring->err;
	}
	return 0;
}

/* Take an eventfd's count; that somebody has taken it already is no error. */
static int clear_eventfd(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN ? -errno : 0;
}

/* The memory is in one piece; how many regions there are in its table does not matter for what is looked for. */
static int memory_pieces(void *ctx, uint64_t gpa, uint64_t len, bool write)
{
	(void)write;
	return guestmem_translate(ctx, gpa, len) ? 1 : -EFAULT;
}

static int memory_read(void *ctx, uint64_t gpa, void *to, size_t len)
{
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

/* What the device had against the descriptor at which it stopped. */
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
			.features = w->features,
			.base = state.base,
			.memory = { memory_pieces, memory_read, &w->s->mem },
		}, &e.finding);
	/* Busy polling looks at the other ring of the pair without asking for its translation first, and complains. */
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
	/* Before the bitmap is looked at: a page that is written later signals once more. */
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

static int answer_misses(struct watch *w, int vhost, struct step *step)
{
	struct pollfd more = { .fd = vhost, .events = POLLIN };
	struct iotlb_miss miss;
	int r;

	do {
		step_at(step, "iotlb", "read a miss of the IOTLB");
		r = iotlb_read_miss(vhost, w->iotlb_v2, &miss);
		if (r <= 0)
			return r;
		step_at(step, "iotlb", "answer a miss of the IOTLB (VHOST_IOTLB_UPDATE)");
		r = answer_miss(w, vhost, &miss);
	} while (!r && poll(&more, 1, 0) > 0);
	return r;
}

/* What has come of one round of poll(). */
static int handle(struct watch *w, const struct polled *p, struct step *step)
{
	int r = 0;

	if (p->fds[POLL_LOG].revents)
		r = tell_dirty(w, step);
	for (unsigned int i = 0; !r && i < w->s->count; i++)
		if (p->devices[i].revents)
			r = answer_misses(w, p->devices[i].fd, step);
	for (unsigned int i = 0; !r && i < w->s->count * DEVICE_RINGS; i++)
		if (p->errors[i].revents)
			r = tell_error(w, i, step);
	return r;
}

static int watch(struct watch *w, struct polled *p, struct step *step)
{
	int r = 0;

	while (!r) {
		step_at(step, NULL, "wait for the devices");
		if (poll(p->fds, p->count, -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		r = handle(w, p, step);
		if (p->fds[POLL_CHILD].revents)
			break;
		if (!p->fds[POLL_STOP].revents)
			continue;
		if (p->fds[POLL_CHILD].fd < 0)
			break;
		/* Once: the child is waited for, and a second signal ends us as it would anybody. */
		pidfd_send_signal(p->fds[POLL_CHILD].fd, SIGTERM, NULL, 0);
		p->fds[POLL_STOP].fd = -1;
	}
	/* What was written since the last look. */
	if (!r && w->s->log_fd >= 0)
		r = tell_dirty(w, step);
	return r;
}

int setup_watch(struct watch *w, int child, struct step *step)
{
	struct polled p;
	int r;

	step_at(step, NULL, "take memory for poll()");
	r = polled_init(&p, w, child);
	if (r)
		return r;
	r = watch(w, &p, step);
	free(p.fds);
	return r;
}
