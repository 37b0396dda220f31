// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ioctls of the program that it is a part of, printed where they configure a vhost device: a JSON object a line,
 * with what was asked for and how it ended. It is what trace is compared with.
 */
#include <dlfcn.h>
#include <stdarg.h>

#include "rig.h"
#include "vhost/vhost-uapi.h"

static bool is_of_queue(unsigned long request)
{
	return (_IOC_NR(request) >= 0x10 && _IOC_NR(request) <= 0x24) || request == VHOST_NET_SET_BACKEND;
}

/* All but those that only ask. */
static bool configures(unsigned long request)
{
	return _IOC_TYPE(request) == VHOST_VIRTIO &&
	       (is_of_queue(request) || (_IOC_DIR(request) != _IOC_READ && _IOC_NR(request) < 0x90));
}

/* The ioctls of a queue begin with its number, and what is set follows; only addresses are behind a word of flags. */
static void log_queue_argument(unsigned long request, const void *arg)
{
	const struct vhost_vring_state *state = arg;
	const struct vhost_vring_addr *addr = arg;
	long long value = (int)state->num;

	if (request == VHOST_SET_VRING_ADDR)
		value = (long long)addr->desc_user_addr;
	if (state->index < RIG_QUEUES)
		printf(",\"vq\":%u", state->index);
	else
		printf(",\"vq\":null");
	printf(",\"index\":%u,\"value\":%lld", state->index, value);
	if (request == VHOST_SET_VRING_ADDR)
		printf(",\"addr\":[%lld,%lld,%lld,%lld,%u]", addr->desc_user_addr, addr->avail_user_addr,
		       addr->used_user_addr, addr->log_guest_addr, addr->flags);
}

static void log_memory(const struct vhost_memory *m)
{
	const struct vhost_memory_region *r = m->regions, *last = &r[m->nregions - 1];
	unsigned long long size = 0;

	printf(",\"value\":%u", m->nregions);
	if (!m->nregions)
		return;
	for (unsigned int i = 0; i < m->nregions; i++)
		size += r[i].memory_size;
	printf(",\"memory\":[%llu,%llu,%llu,%llu,%llu]", size, r->guest_phys_addr, r->memory_size,
	       last->guest_phys_addr, last->memory_size);
}

static void log_device_argument(unsigned long request, const void *arg, bool unreadable)
{
	const struct vhost_features_array *array = arg;

	printf(",\"vq\":null,\"index\":null");
	if (_IOC_DIR(request) == _IOC_NONE || unreadable)
		printf(",\"value\":null");
	else if (request == VHOST_SET_MEM_TABLE)
		log_memory(arg);
	else if (request == VHOST_SET_LOG_FD)
		printf(",\"value\":%d", *(const int *)arg);
	else if (request == VHOST_SET_FEATURES_ARRAY)
		printf(",\"value\":%llu,\"words\":[%llu,%llu]", array->count, array->features[0], array->features[1]);
	else
		printf(",\"value\":%llu", *(const unsigned long long *)arg);
}

static void log_ioctl(unsigned long request, const void *arg, int error)
{
	/* Where the kernel could not read the argument, we cannot, either. */
	const bool unreadable = error == EFAULT;

	printf("{\"type\":\"ioctl\",\"number\":%lu,\"error\":%d", request, error);
	if (is_of_queue(request) && !unreadable)
		log_queue_argument(request, arg);
	else
		log_device_argument(request, arg, unreadable);
	puts("}");
}

/* Stands in for the C library's. */
int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	va_list ap;
	void *arg;
	int r;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	r = real(fd, request, arg);
	if (configures(request)) {
		const int err = errno;

		log_ioctl(request, arg, r < 0 ? err : 0);
		errno = err;
	}
	return r;
}
