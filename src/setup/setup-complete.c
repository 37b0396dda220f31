// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/virtio_config.h>
#include <linux/virtio_net.h>

#include "base/array.h"
#include "setup-options.h"
#include "virtio/net-header.h"
#include "virtio/vring.h"

#define FEATURE(bit) (UINT64_C(1) << (bit))

static void add_choice(uint64_t *words, int count, const struct feature_choice *choice)
{
	for (int i = 0; i < count; i++)
		words[i] = (words[i] & ~choice->off[i]) | choice->on[i];
}

static int check_pair(const struct device_conf *d, unsigned int bit, bool wanted, const char *name, const char *option,
		      struct step *step)
{
	bool on = d->features[0] & FEATURE(bit);

	if (on == wanted)
		return 0;
	step_at(step, "features", "use these features");
	return on ? step_why(step, -EINVAL, "%s needs --%s", name, option) :
		    step_why(step, -EINVAL, "--%s needs %s", option, name);
}

static int complete_features(const struct device_opts *o, struct setup_conf *c, struct step *step)
{
	struct device_conf *d = &c->device;
	int r;

	d->features[0] = FEATURE(VIRTIO_F_VERSION_1) | FEATURE(VIRTIO_RING_F_EVENT_IDX);
	if (o->iotlb) {
		d->features[0] |= FEATURE(VIRTIO_F_ACCESS_PLATFORM);
		d->backend_features = FEATURE(VHOST_BACKEND_F_IOTLB_MSG_V2);
	}
	if (o->log)
		d->features[0] |= FEATURE(VHOST_F_LOG_ALL);
	add_choice(d->features, VHOST_FEATURES_WORDS, &o->features);
	add_choice(&d->backend_features, 1, &o->backend_features);
	r = check_pair(d, VIRTIO_F_ACCESS_PLATFORM, o->iotlb, "VIRTIO_F_ACCESS_PLATFORM", "iotlb", step);
	if (!r)
		r = check_pair(d, VHOST_F_LOG_ALL, o->log, "VHOST_F_LOG_ALL", "log", step);
	if (r || !(d->features[0] & FEATURE(VHOST_NET_F_VIRTIO_NET_HDR)))
		return r;
	step_at(step, "features", "use these features");
	return step_why(step, -EINVAL,
			"with VHOST_NET_F_VIRTIO_NET_HDR the device has the virtio-net header, but here the tap has "
			"it");
}

/* The tap and the device must agree on the length of the header, or every frame is shifted. */
static int complete_header(struct setup_conf *c, struct step *step)
{
	const uint64_t header = net_header_len(c->device.features);

	if (!c->net.vnet_hdr_size)
		c->net.vnet_hdr_size = header;
	if (c->net.vnet_hdr_size == header)
		return 0;
	step_at(step, "vnet-hdr-size", "use a header of %" PRIu64 " bytes", c->net.vnet_hdr_size);
	return step_why(step, -EINVAL, "with these features the device's virtio-net header has %" PRIu64, header);
}

static void complete_ring(struct device_ring_conf *r, unsigned int number, const struct all_rings_opts *o)
{
	*r = (struct device_ring_conf){
		.place = { .num = (unsigned int)o->num, .item = -1 },
		.base = (uint16_t)o->base,
		.busyloop_timeout = (unsigned int)o->busyloop_timeout,
		.kick = DEVICE_FD_MAKE,
		.call = DEVICE_FD_MAKE,
		.err = DEVICE_FD_MAKE,
	};
	ring_name(number, r->place.name);
}

static void override_ring(struct device_ring_conf *r, const struct ring_opt *own, int item)
{
	r->place.item = item;
	r->place.placed = own->placed;
	r->place.desc = own->desc;
	r->place.avail = own->avail;
	r->place.used = own->used;
	if (own->num)
		r->place.num = own->num;
	if (own->base_given)
		r->base = own->base;
	r->kick = own->kick;
	r->call = own->call;
	r->err = own->err;
}

/* Returns -EBADF if @fd is not open, -EINVAL if it is no eventfd. CLOEXEC: a command inherits a copy, not @fd. */
static int check_eventfd(int fd)
{
	static const char wanted[] = "anon_inode:[eventfd]";
	char path[64], link[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, link, sizeof(link));
	if (len < 0)
		return errno == ENOENT ? -EBADF : -errno;
	if (len != (ssize_t)strlen(wanted) || memcmp(link, wanted, (size_t)len))
		return -EINVAL;
	return fcntl(fd, F_SETFD, FD_CLOEXEC) ? -errno : 0;
}

static int check_ring_fds(const struct device_ring_conf *r, struct step *step)
{
	const struct {
		const char *name;
		int fd;
	} fds[] = { { "kick", r->kick }, { "call", r->call }, { "err", r->err } };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		int err = fds[i].fd >= 0 ? check_eventfd(fds[i].fd) : 0;

		if (!err)
			continue;
		step_at(step, "ring", "use descriptor %d as %s eventfd of %s", fds[i].fd, fds[i].name, r->place.name);
		step->item = r->place.item;
		if (err == -EINVAL)
			return step_why(step, err, "it is not an eventfd");
		return err == -EBADF ? step_why(step, err, "it is not open") : err;
	}
	return 0;
}

static int check_layout(struct setup_conf *c, int count, struct step *step)
{
	struct ring_place *places = calloc((size_t)count, sizeof(*places));
	int r;

	if (!places)
		return -ENOMEM;
	for (int i = 0; i < count; i++)
		places[i] = c->rings[i].place;
	r = ring_layout(places, count, c->mem.gpa, c->mem.size, step);
	for (int i = 0; i < count; i++)
		c->rings[i].place = places[i];
	free(places);
	return r;
}

static int complete_rings(const struct setup_opts *o, struct setup_conf *c, struct step *step)
{
	const struct ring_opts *own = &o->rings.own;
	const unsigned int count = (unsigned int)o->net.queues * DEVICE_RINGS;

	step_at(step, "queues", "take memory for the rings");
	c->rings = calloc(count, sizeof(*c->rings));
	if (!c->rings)
		return -ENOMEM;
	for (unsigned int i = 0; i < count; i++)
		complete_ring(&c->rings[i], i, &o->rings);
	for (int i = 0; i < own->count; i++) {
		const struct ring_opt *ring = &own->ring[i];
		int r;

		if (ring->number >= count) {
			char name[8];

			ring_name(ring->number, name);
			step_at(step, "ring", "set up %s", name);
			step->item = i;
			return step_why(step, -EINVAL, "with --queues %" PRIu64 " there is none", o->net.queues);
		}
		override_ring(&c->rings[ring->number], ring, i);
		r = check_ring_fds(&c->rings[ring->number], step);
		if (r)
			return r;
	}
	return check_layout(c, (int)count, step);
}

static int complete_memory(const struct memory_opts *o, struct setup_conf *c, struct step *step)
{
	c->mem = (struct guestmem_conf){
		.size = o->size, .gpa = o->gpa, .regions = (unsigned int)o->regions, .hugepages = o->hugepages,
	};
	step_at(step, "gpa", "place the memory at 0x%" PRIx64, o->gpa);
	if (o->size > UINT64_MAX - o->gpa)
		return step_why(step, -EINVAL, "it would end beyond 2^64");
	return 0;
}

static int check_vhostfd(const struct fd_list *given, int i, struct step *step)
{
	const int fd = given->fd[i];
	uint64_t features;

	for (int j = 0; j < i; j++)
		if (given->fd[j] == fd)
			return step_why(step, -EINVAL, "descriptor %d is there twice", fd);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC))
		return step_why(step, -EBADF, "descriptor %d is not open", fd);
	/* VHOST_GET_FEATURES needs no ownership of the device. */
	if (vhost_get_features(fd, &features))
		return step_why(step, -EINVAL, "descriptor %d is not " VHOST_NET_DEVICE, fd);
	return 0;
}

static int complete_vhostfds(const struct setup_opts *o, struct setup_conf *c, struct step *step)
{
	const struct fd_list *given = &o->device.vhostfds;

	step_at(step, "vhostfds", "use these descriptors");
	c->vhost = malloc(o->net.queues * sizeof(*c->vhost));
	if (!c->vhost)
		return -ENOMEM;
	for (unsigned int i = 0; i < o->net.queues; i++)
		c->vhost[i] = -1;
	if (!given->count)
		return 0;
	if ((uint64_t)given->count != o->net.queues)
		return step_why(step, -EINVAL, "there are %d of them; --queues %" PRIu64 " needs one for each pair",
				given->count, o->net.queues);
	c->given = true;
	for (int i = 0; i < given->count; i++) {
		int r = check_vhostfd(given, i, step);

		if (r)
			return r;
		c->vhost[i] = given->fd[i];
	}
	return 0;
}

int setup_complete(const struct setup_opts *o, struct setup_conf *c, struct step *step)
{
	int r;

	*c = (struct setup_conf){
		.net = o->net,
		.device = {
			.fork_from_owner = o->device.fork_from_owner,
			.endian = o->device.endian,
			.own_workers = o->device.workers == WORKERS_OWN,
			.iotlb = o->device.iotlb,
		},
		.log = o->device.log,
	};
	r = tapnet_check_conf(&c->net, step);
	if (!r)
		r = complete_features(&o->device, c, step);
	if (!r)
		r = complete_header(c, step);
	if (!r)
		r = complete_memory(&o->memory, c, step);
	if (!r)
		r = complete_rings(o, c, step);
	if (!r)
		r = complete_vhostfds(o, c, step);
	return r;
}

void setup_conf_fini(struct setup_conf *c)
{
	for (unsigned int i = 0; c->vhost && i < c->net.queues; i++)
		if (c->vhost[i] >= 0)
			close(c->vhost[i]);
	free(c->vhost);
	free(c->rings);
	c->vhost = NULL;
	c->rings = NULL;
}
