// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/vhost.h>

#include "base/array.h"
#include "iotlb.h"
#include "virtio/feature-names.h"

/* This kernel lacks the ioctl: say "not offered" instead of ENOTTY. */
static int not_offered(struct step *step, int r)
{
	if (r != -ENOTTY)
		return r;
	return step_why(step, r, "not offered by this kernel; see vhostctl features");
}

/* Refuse features that are wanted but not offered, and name the one of the lowest bit. */
static int check_features(const uint64_t *wanted, const uint64_t *offered, int words, const struct feature *table,
			  struct step *step)
{
	for (unsigned int bit = 0; bit < (unsigned int)words * 64; bit++) {
		const struct feature *f = feature_find(table, bit);

		if (!((wanted[bit / 64] & ~offered[bit / 64]) >> (bit % 64) & 1))
			continue;
		if (f)
			return step_why(step, -EOPNOTSUPP,
					"this kernel's vhost-net does not offer %s; see vhostctl features", f->name);
		return step_why(step, -EOPNOTSUPP,
				"this kernel's vhost-net does not offer bit %u; see vhostctl features", bit);
	}
	return 0;
}

static int set_features(int vhost, const struct device_conf *c, struct step *step)
{
	uint64_t offered[VHOST_FEATURES_WORDS] = { 0 };
	bool many = false;
	int r;

	step_at(step, "features", "read the features (VHOST_GET_FEATURES)");
	r = vhost_get_features(vhost, offered);
	if (r)
		return r;
	for (int i = 1; i < VHOST_FEATURES_WORDS; i++)
		many |= c->features[i] != 0;
	if (many) {
		step_at(step, "features", "read the features (VHOST_GET_FEATURES_ARRAY)");
		r = vhost_get_features_array(vhost, offered, VHOST_FEATURES_WORDS);
		/* Without the array, the check below names the feature. */
		if (r && r != -ENOTTY)
			return r;
	}
	step_at(step, "features", "set the features (%s)", many ? "VHOST_SET_FEATURES_ARRAY" : "VHOST_SET_FEATURES");
	r = check_features(c->features, offered, VHOST_FEATURES_WORDS, net_features, step);
	if (r)
		return r;
	return many ? vhost_set_features_array(vhost, c->features, VHOST_FEATURES_WORDS) :
		      vhost_set_features(vhost, c->features[0]);
}

static int set_backend_features(int vhost, const struct device_conf *c, struct step *step)
{
	uint64_t offered;
	int r;

	if (!c->backend_features)
		return 0;
	step_at(step, "backend-features", "read the backend features (VHOST_GET_BACKEND_FEATURES)");
	r = vhost_get_backend_features(vhost, &offered);
	if (r)
		return r;
	step_at(step, "backend-features", "set the backend features (VHOST_SET_BACKEND_FEATURES)");
	r = check_features(&c->backend_features, &offered, 1, backend_features, step);
	return r ? r : vhost_set_backend_features(vhost, c->backend_features);
}

/* From Linux 6.4 on a worker is a thread of the owner. The kernel turns the EAGAIN of a limit into ENOMEM. */
static int worker_refused(struct step *step, int err)
{
	if (err != -ENOMEM)
		return err;
	return step_why(step, err, "the worker could not be made, for want of memory or by a limit of threads "
			"(ulimit -u, pids.max of the cgroup)");
}

static int set_owner(int vhost, const struct device_conf *c, struct step *step)
{
	int r;

	if (c->fork_from_owner != DEVICE_LEAVE) {
		/* Before VHOST_SET_OWNER, which starts the worker. */
		step_at(step, "fork-from-owner", "choose whose thread the worker is (VHOST_SET_FORK_FROM_OWNER)");
		r = not_offered(step, vhost_set_fork_from_owner(vhost, (unsigned int)c->fork_from_owner));
		if (r)
			return r;
	}
	step_at(step, NULL, "become the owner of the device (VHOST_SET_OWNER)");
	r = vhost_set_owner(vhost);
	return r == -EBUSY ? step_why(step, r, "it has an owner already") : worker_refused(step, r);
}

static int set_memory(int vhost, const struct device_conf *c, struct step *step)
{
	struct vhost_memory *table = guestmem_table(c->mem);
	int r;

	step_at(step, "regions", "set the memory table (VHOST_SET_MEM_TABLE)");
	r = table ? vhost_set_mem_table(vhost, table) : -ENOMEM;
	if (r == -E2BIG)
		step_why(step, r, "%u regions are more than the kernel takes; see max_mem_regions of the module vhost",
			 table->nregions);
	free(table);
	return r;
}

static int set_log(int vhost, const struct device_conf *c, struct step *step)
{
	int r;

	if (!c->log_base)
		return 0;
	step_at(step, "log", "set the bitmap of dirty pages (VHOST_SET_LOG_BASE)");
	r = vhost_set_log_base(vhost, (uintptr_t)c->log_base);
	if (r)
		return r;
	step_at(step, "log", "set its eventfd (VHOST_SET_LOG_FD)");
	return vhost_set_log_fd(vhost, c->log_fd);
}

/* Set *@fd to the given descriptor, a new one, or -1 for none. Returns 0 or -errno. */
static int take_eventfd(int given, int *fd)
{
	*fd = -1;
	if (given == DEVICE_FD_NONE)
		return 0;
	/* Non-blocking: another reader may have emptied it first. */
	*fd = given == DEVICE_FD_MAKE ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : given;
	return *fd < 0 ? -errno : 0;
}

static int set_eventfds(const struct device *d, unsigned int i, struct device_ring *r, struct step *step)
{
	const struct {
		const char *name;
		int given, *fd;
		int (*set)(int vhost, unsigned int queue, int fd);
	} fds[] = {
		{ "VHOST_SET_VRING_CALL", r->conf.call, &r->call, vhost_set_vring_call },
		{ "VHOST_SET_VRING_ERR", r->conf.err, &r->err, vhost_set_vring_err },
		{ "VHOST_SET_VRING_KICK", r->conf.kick, &r->kick, vhost_set_vring_kick },
	};
	int err;

	for (size_t j = 0; j < ARRAY_SIZE(fds); j++) {
		step_at(step, NULL, "make an eventfd of %s", r->conf.place.name);
		err = take_eventfd(fds[j].given, fds[j].fd);
		if (err)
			return err;
		if (*fds[j].fd < 0)
			continue;
		step_at(step, "ring", "set an eventfd of %s (%s)", r->conf.place.name, fds[j].name);
		step->item = r->conf.place.item;
		err = fds[j].set(d->vhost, i, *fds[j].fd);
		if (err)
			return err;
	}
	return 0;
}

/* With an IOTLB, ring addresses are IOVAs; ours are equal to guest-physical addresses. */
static uint64_t ring_address(const struct device_conf *c, uint64_t gpa, uint64_t len)
{
	return c->iotlb ? gpa : (uintptr_t)guestmem_translate(c->mem, gpa, len);
}

static int set_addresses(int vhost, const struct device_conf *c, unsigned int i, struct step *step)
{
	const struct ring_place *p = &c->rings[i].place;
	const struct vhost_vring_addr addr = {
		.index = i,
		.flags = c->log_base ? 1 << VHOST_VRING_F_LOG : 0,
		.desc_user_addr = ring_address(c, p->desc, ring_desc_size(p->num)),
		.avail_user_addr = ring_address(c, p->avail, ring_avail_size(p->num)),
		.used_user_addr = ring_address(c, p->used, ring_used_size(p->num)),
		.log_guest_addr = c->log_base ? p->used : 0,
	};

	step_at(step, "ring", "set the addresses of %s (VHOST_SET_VRING_ADDR)", p->name);
	step->item = p->item;
	return vhost_set_vring_addr(vhost, &addr);
}

static int set_ring(struct device *d, const struct device_conf *c, unsigned int i, struct step *step)
{
	const struct device_ring_conf *conf = &c->rings[i];
	const char *name = conf->place.name;
	int r;

	step_at(step, conf->place.item < 0 ? "num" : "ring", "set the size of %s (VHOST_SET_VRING_NUM)", name);
	step->item = conf->place.item;
	r = vhost_set_vring_num(d->vhost, i, conf->place.num);
	if (r)
		return r;
	step_at(step, conf->place.item < 0 ? "base" : "ring", "set the base of %s (VHOST_SET_VRING_BASE)", name);
	step->item = conf->place.item;
	r = vhost_set_vring_base(d->vhost, i, conf->base);
	if (r)
		return r;
	if (c->endian != DEVICE_LEAVE) {
		step_at(step, "endian", "set the byte order of %s (VHOST_SET_VRING_ENDIAN)", name);
		r = not_offered(step, vhost_set_vring_endian(d->vhost, i, (unsigned int)c->endian));
		if (r)
			return r;
	}
	if (conf->busyloop_timeout) {
		step_at(step, "busyloop-timeout", "have %s polled (VHOST_SET_VRING_BUSYLOOP_TIMEOUT)", name);
		r = not_offered(step, vhost_set_vring_busyloop_timeout(d->vhost, i, conf->busyloop_timeout));
		if (r)
			return r;
	}
	r = set_addresses(d->vhost, c, i, step);
	return r ? r : set_eventfds(d, i, &d->rings[i], step);
}

static int set_worker(struct device *d, unsigned int i, struct step *step)
{
	unsigned int worker;
	int r;

	step_at(step, "workers", "make a worker for %s (VHOST_NEW_WORKER)", d->rings[i].conf.place.name);
	r = worker_refused(step, not_offered(step, vhost_new_worker(d->vhost, &worker)));
	if (r)
		return r;
	step_at(step, "workers", "give %s its worker (VHOST_ATTACH_VRING_WORKER)", d->rings[i].conf.place.name);
	r = not_offered(step, vhost_attach_vring_worker(d->vhost, i, worker));
	if (!r)
		d->rings[i].worker = (int)worker;
	return r;
}

/* Starting a ring accesses its used ring and does not wait for a translation: put it into the IOTLB first. */
static int preload_used(const struct device *d, const struct device_conf *c, unsigned int i, struct step *step)
{
	const struct ring_place *p = &c->rings[i].place;
	const uint64_t start = p->used / IOTLB_PAGE * IOTLB_PAGE, end = p->used + ring_used_size(p->num);
	const uint64_t size = (end - start + IOTLB_PAGE - 1) / IOTLB_PAGE * IOTLB_PAGE;
	const void *memory = guestmem_translate(c->mem, start, size);

	step_at(step, "iotlb", "enter the used ring of %s into the IOTLB (VHOST_IOTLB_UPDATE)", p->name);
	if (!memory)
		return step_why(step, -EINVAL, "the memory does not hold whole pages around it");
	return iotlb_update(d->vhost, c->backend_features & UINT64_C(1) << VHOST_BACKEND_F_IOTLB_MSG_V2, start, size,
			    (uintptr_t)memory, VHOST_ACCESS_RW);
}

static int configure(struct device *d, const struct device_conf *c, struct step *step)
{
	int r = set_owner(d->vhost, c, step);

	if (!r)
		r = set_backend_features(d->vhost, c, step);
	if (!r)
		r = set_memory(d->vhost, c, step);
	/* Before the features: VHOST_F_LOG_ALL needs the log. */
	if (!r)
		r = set_log(d->vhost, c, step);
	if (!r)
		r = set_features(d->vhost, c, step);
	for (unsigned int i = 0; !r && i < DEVICE_RINGS; i++) {
		if (c->own_workers)
			r = set_worker(d, i, step);
		if (!r)
			r = set_ring(d, c, i, step);
		if (!r && c->iotlb)
			r = preload_used(d, c, i, step);
	}
	return r;
}

int device_open(struct device *d, int vhost, const struct device_conf *c, struct step *step)
{
	int r;

	*d = (struct device){ .vhost = vhost };
	for (int i = 0; i < DEVICE_RINGS; i++)
		d->rings[i] = (struct device_ring){ c->rings[i], -1, -1, -1, -1 };
	r = configure(d, c, step);
	if (r)
		device_close(d);
	return r;
}

int device_start(struct device *d, int tap, struct step *step)
{
	int r = 0;

	for (unsigned int i = 0; !r && i < DEVICE_RINGS; i++) {
		step_at(step, "tap", "start %s on the tap (VHOST_NET_SET_BACKEND)", d->rings[i].conf.place.name);
		r = vhost_net_set_backend(d->vhost, i, tap);
	}
	return r;
}

int device_read(const struct device *d, unsigned int ring, struct device_ring_state *s, struct step *step)
{
	const char *name = d->rings[ring].conf.place.name;
	unsigned int base;
	int r;

	*s = (struct device_ring_state){ 0 };
	step_at(step, NULL, "read the base of %s (VHOST_GET_VRING_BASE)", name);
	r = vhost_get_vring_base(d->vhost, ring, &base);
	if (r)
		return r;
	s->base = (uint16_t)base;
	step_at(step, NULL, "read the busy polling of %s (VHOST_GET_VRING_BUSYLOOP_TIMEOUT)", name);
	return vhost_get_vring_busyloop_timeout(d->vhost, ring, &s->busyloop_timeout);
}

int device_fork_from_owner(const struct device *d)
{
	unsigned int value;

	return vhost_get_fork_from_owner(d->vhost, &value) ? DEVICE_LEAVE : (int)value;
}

/* Close a descriptor that we made; a given one is the caller's. */
static void close_made(int given, int *fd)
{
	if (given == DEVICE_FD_MAKE && *fd >= 0)
		close(*fd);
	*fd = -1;
}

void device_close(struct device *d)
{
	/* First: closing the device stops the rings and ends the workers. */
	if (d->vhost >= 0)
		close(d->vhost);
	d->vhost = -1;
	for (int i = 0; i < DEVICE_RINGS; i++) {
		close_made(d->rings[i].conf.kick, &d->rings[i].kick);
		close_made(d->rings[i].conf.call, &d->rings[i].call);
		close_made(d->rings[i].conf.err, &d->rings[i].err);
	}
}
