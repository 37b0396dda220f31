// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Explain why the memory could not be made, where the errno alone does not. */
static int explain_memory(const struct setup *s, const struct guestmem_conf *c, int err, struct step *step)
{
	const bool none = err == -ENOMEM || err == -ENOSPC || err == -ENOSYS || err == -EOPNOTSUPP;
	struct guestmem_hugepages huge;

	if (err == -EINVAL && c->gpa % s->mem.page) {
		step->key = "gpa";
		return step_why(step, err, "its address has to be a multiple of %zu", s->mem.page);
	}
	if (err == -EINVAL) {
		step->key = "regions";
		return step_why(step, err, "%u regions are more than its pages", c->regions);
	}
	if (err == -ERANGE) {
		step->key = "gpa";
		return step_why(step, err, "it would end beyond the last address");
	}
	if (!none)
		return err;
	if (!c->hugepages) {
		if (err == -ENOMEM)
			step_why(step, err, "there is not so much; see MemAvailable in /proc/meminfo");
		return err;
	}
	if (guestmem_hugepages(&huge))
		return step_why(step, err, "this kernel has no huge pages");
	return step_why(step, err,
			"%" PRIu64 " huge pages of %" PRIu64 " KiB are free; raise /proc/sys/vm/nr_hugepages",
			huge.free, huge.size / 1024);
}

static int open_memory(struct setup *s, const struct setup_conf *c, struct step *step)
{
	int r;

	step_at(step, "memory", "take %zu bytes of memory", c->mem.size);
	r = guestmem_open(&s->mem, &c->mem);
	return r ? explain_memory(s, &c->mem, r, step) : 0;
}

static int open_log(struct setup *s, const struct setup_conf *c, struct step *step)
{
	int r;

	if (!c->log)
		return 0;
	step_at(step, "log", "take memory for the bitmap of dirty pages");
	r = dirty_log_open(&s->log, c->mem.gpa + s->mem.size);
	if (r)
		return r;
	step_at(step, "log", "make the eventfd of the log");
	s->log_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return s->log_fd < 0 ? -errno : 0;
}

/* In a new ring the indexes of both sides are at its base. The device reads used->idx when it starts. */
static void init_ring(const struct guestmem *mem, const struct device_ring_conf *c)
{
	const struct ring_place *p = &c->place;
	struct vring_avail *avail = guestmem_translate(mem, p->avail, ring_avail_size(p->num));
	struct vring_used *used = guestmem_translate(mem, p->used, ring_used_size(p->num));

	avail->idx = used->idx = htole16(c->base);
	avail->ring[p->num] = htole16(c->base);	/* used_event */
	memcpy(&used->ring[p->num], &avail->idx, sizeof(avail->idx));	/* avail_event */
}

static int open_device(struct setup *s, const struct setup_conf *c, unsigned int pair, struct step *step)
{
	struct device_conf conf = c->device;
	int vhost = c->vhost[pair], r;

	conf.mem = &s->mem;
	conf.log_base = c->log ? s->log.words : NULL;
	conf.log_fd = s->log_fd;
	for (int i = 0; i < DEVICE_RINGS; i++) {
		conf.rings[i] = c->rings[DEVICE_RINGS * pair + (unsigned int)i];
		init_ring(&s->mem, &conf.rings[i]);
	}
	c->vhost[pair] = -1;
	r = device_open(&s->devices[pair], vhost, &conf, step);
	if (!r)
		s->count++;
	else if (c->given && !step->key)
		step->key = "vhostfds";
	return r;
}

static int open_all(struct setup *s, const struct setup_conf *c, struct step *step)
{
	int r = tapnet_open(&s->net, &c->net, step);

	if (r)
		return r;
	r = open_memory(s, c, step);
	if (!r)
		r = open_log(s, c, step);
	if (r)
		return r;
	for (unsigned int i = 0; !r && i < c->net.queues; i++)
		r = open_device(s, c, i, step);
	for (unsigned int i = 0; !r && i < s->count; i++)
		r = device_start(&s->devices[i], s->net.fds[i], step);
	return r ? r : tapnet_persist(&s->net, &c->net, step);
}

int setup_open(struct setup *s, const struct setup_conf *c, struct step *step)
{
	int r;

	*s = (struct setup){ .log_fd = -1 };
	step_at(step, "queues", "take memory for the devices");
	s->devices = calloc(c->net.queues, sizeof(*s->devices));
	r = s->devices ? open_all(s, c, step) : -ENOMEM;
	for (unsigned int i = 0; i < c->net.queues; i++) {
		if (c->vhost[i] >= 0)
			close(c->vhost[i]);
		c->vhost[i] = -1;
	}
	if (r)
		setup_close(s);
	return r;
}

const struct device_ring *setup_ring(const struct setup *s, unsigned int number)
{
	return &s->devices[number / DEVICE_RINGS].rings[number % DEVICE_RINGS];
}

void setup_close(struct setup *s)
{
	/* The devices first: they use everything else. */
	for (unsigned int i = 0; i < s->count; i++)
		device_close(&s->devices[i]);
	free(s->devices);
	s->devices = NULL;
	s->count = 0;
	tapnet_close(&s->net);
	dirty_log_close(&s->log);
	if (s->log_fd >= 0)
		close(s->log_fd);
	s->log_fd = -1;
	guestmem_close(&s->mem);
}
