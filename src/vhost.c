// SPDX-License-Identifier: GPL-2.0-or-later
#include "vhost.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

#include "vhost-uapi.h"

static int vhost_ioctl(int fd, unsigned long request, const void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

static int set_state(int fd, unsigned long request, unsigned int queue, unsigned int num)
{
	const struct vhost_vring_state s = { .index = queue, .num = num };

	return vhost_ioctl(fd, request, &s);
}

static int get_state(int fd, unsigned long request, unsigned int queue, unsigned int *num)
{
	struct vhost_vring_state s = { .index = queue };
	int r = vhost_ioctl(fd, request, &s);

	if (!r)
		*num = s.num;
	return r;
}

static int set_file(int fd, unsigned long request, unsigned int queue, int file)
{
	const struct vhost_vring_file f = { .index = queue, .fd = file };

	return vhost_ioctl(fd, request, &f);
}

int vhost_open(void)
{
	int fd = open(VHOST_NET_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int vhost_get_features(int fd, uint64_t *features)
{
	return vhost_ioctl(fd, VHOST_GET_FEATURES, features);
}

int vhost_set_features(int fd, uint64_t features)
{
	return vhost_ioctl(fd, VHOST_SET_FEATURES, &features);
}

int vhost_set_owner(int fd)
{
	return vhost_ioctl(fd, VHOST_SET_OWNER, NULL);
}

int vhost_get_backend_features(int fd, uint64_t *features)
{
	return vhost_ioctl(fd, VHOST_GET_BACKEND_FEATURES, features);
}

int vhost_set_backend_features(int fd, uint64_t features)
{
	return vhost_ioctl(fd, VHOST_SET_BACKEND_FEATURES, &features);
}

int vhost_set_mem_table(int fd, const struct vhost_memory *mem)
{
	return vhost_ioctl(fd, VHOST_SET_MEM_TABLE, mem);
}

int vhost_set_vring_num(int fd, unsigned int queue, unsigned int num)
{
	return set_state(fd, VHOST_SET_VRING_NUM, queue, num);
}

int vhost_set_vring_base(int fd, unsigned int queue, unsigned int base)
{
	return set_state(fd, VHOST_SET_VRING_BASE, queue, base);
}

int vhost_get_vring_base(int fd, unsigned int queue, unsigned int *base)
{
	return get_state(fd, VHOST_GET_VRING_BASE, queue, base);
}

int vhost_set_vring_addr(int fd, const struct vhost_vring_addr *addr)
{
	return vhost_ioctl(fd, VHOST_SET_VRING_ADDR, addr);
}

int vhost_set_vring_kick(int fd, unsigned int queue, int eventfd)
{
	return set_file(fd, VHOST_SET_VRING_KICK, queue, eventfd);
}

int vhost_set_vring_call(int fd, unsigned int queue, int eventfd)
{
	return set_file(fd, VHOST_SET_VRING_CALL, queue, eventfd);
}

int vhost_set_vring_err(int fd, unsigned int queue, int eventfd)
{
	return set_file(fd, VHOST_SET_VRING_ERR, queue, eventfd);
}

int vhost_set_vring_busyloop_timeout(int fd, unsigned int queue, unsigned int usec)
{
	return set_state(fd, VHOST_SET_VRING_BUSYLOOP_TIMEOUT, queue, usec);
}

int vhost_get_vring_busyloop_timeout(int fd, unsigned int queue, unsigned int *usec)
{
	return get_state(fd, VHOST_GET_VRING_BUSYLOOP_TIMEOUT, queue, usec);
}

int vhost_net_set_backend(int fd, unsigned int queue, int backend)
{
	return set_file(fd, VHOST_NET_SET_BACKEND, queue, backend);
}

/*
 * A kernel that does not know an ioctl takes the first 32 bits of its argument for the number of a queue, and refuses
 * that with ENOBUFS if there is none of that number, before it looks at the request. For an ioctl whose argument does
 * not begin with a queue this is the same answer as ENOTTY.
 */
static int not_a_queue(int r)
{
	return r == -ENOBUFS ? -ENOTTY : r;
}

int vhost_new_worker(int fd, unsigned int *worker)
{
	struct vhost_worker_state s = { 0 };
	int r = not_a_queue(vhost_ioctl(fd, VHOST_NEW_WORKER, &s));

	if (!r)
		*worker = s.worker_id;
	return r;
}

int vhost_free_worker(int fd, unsigned int worker)
{
	const struct vhost_worker_state s = { .worker_id = worker };

	return not_a_queue(vhost_ioctl(fd, VHOST_FREE_WORKER, &s));
}

int vhost_attach_vring_worker(int fd, unsigned int queue, unsigned int worker)
{
	const struct vhost_vring_worker w = { .index = queue, .worker_id = worker };

	return vhost_ioctl(fd, VHOST_ATTACH_VRING_WORKER, &w);
}

int vhost_get_vring_worker(int fd, unsigned int queue, unsigned int *worker)
{
	struct vhost_vring_worker w = { .index = queue };
	int r = vhost_ioctl(fd, VHOST_GET_VRING_WORKER, &w);

	if (!r)
		*worker = w.worker_id;
	return r;
}

int vhost_get_features_array(int fd, uint64_t *words, size_t count)
{
	/* The struct ends in a flexible array, which a local variable cannot have. */
	uint64_t array[1 + VHOST_FEATURES_WORDS] = { count };
	int r;

	if (!count || count > VHOST_FEATURES_WORDS)
		return -EINVAL;
	r = not_a_queue(vhost_ioctl(fd, VHOST_GET_FEATURES_ARRAY, array));
	if (!r)
		memcpy(words, array + 1, count * sizeof(*words));
	return r;
}

int vhost_get_fork_from_owner(int fd, unsigned int *value)
{
	/* One byte is written; four can be read by a kernel that takes it for a queue, see above. */
	uint8_t bytes[4] = { 0 };
	int r = vhost_ioctl(fd, VHOST_GET_FORK_FROM_OWNER, bytes);

	if (!r)
		*value = bytes[0];
	return r;
}
