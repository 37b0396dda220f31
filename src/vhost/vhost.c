// SPDX-License-Identifier: GPL-2.0-or-later
#include "vhost.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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
	int fd = open(VHOST_NET_DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);

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

int vhost_reset_owner(int fd)
{
	return vhost_ioctl(fd, VHOST_RESET_OWNER, NULL);
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

int vhost_set_log_base(int fd, uint64_t addr)
{
	return vhost_ioctl(fd, VHOST_SET_LOG_BASE, &addr);
}

int vhost_set_log_fd(int fd, int eventfd)
{
	return vhost_ioctl(fd, VHOST_SET_LOG_FD, &eventfd);
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

int vhost_set_vring_endian(int fd, unsigned int queue, unsigned int value)
{
	return set_state(fd, VHOST_SET_VRING_ENDIAN, queue, value);
}

int vhost_get_vring_endian(int fd, unsigned int queue, unsigned int *value)
{
	return get_state(fd, VHOST_GET_VRING_ENDIAN, queue, value);
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
 * A kernel that does not know an ioctl takes the first 32 bits of its argument as the number of a queue, and returns
 * ENOBUFS if there is no such queue, before it looks at the request. For an ioctl whose argument does not begin with a
 * queue, ENOBUFS therefore means the same as ENOTTY.
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

/*
 * A kernel handles the ioctls that need no owner before it checks the owner. So if it returns EPERM to one of them, it
 * does not know the ioctl: the same as ENOTTY.
 */
static int not_an_owner(int r)
{
	return r == -EPERM ? -ENOTTY : not_a_queue(r);
}

/* The struct ends in a flexible array, which a local variable cannot have. */
#define FEATURES_ARRAY_ROOM (1 + VHOST_FEATURES_WORDS)

static bool words_ok(size_t count)
{
	return count && count <= VHOST_FEATURES_WORDS;
}

int vhost_get_features_array(int fd, uint64_t *words, size_t count)
{
	uint64_t array[FEATURES_ARRAY_ROOM] = { count };
	int r;

	if (!words_ok(count))
		return -EINVAL;
	r = not_an_owner(vhost_ioctl(fd, VHOST_GET_FEATURES_ARRAY, array));
	if (!r)
		memcpy(words, array + 1, count * sizeof(*words));
	return r;
}

int vhost_set_features_array(int fd, const uint64_t *words, size_t count)
{
	uint64_t array[FEATURES_ARRAY_ROOM] = { count };

	if (!words_ok(count))
		return -EINVAL;
	memcpy(array + 1, words, count * sizeof(*words));
	return not_an_owner(vhost_ioctl(fd, VHOST_SET_FEATURES_ARRAY, array));
}

/* The argument is one byte, but a kernel that takes it as a queue reads four, see above. */
#define FORK_OWNER_ROOM 4

int vhost_set_fork_from_owner(int fd, unsigned int value)
{
	const uint8_t bytes[FORK_OWNER_ROOM] = { (uint8_t)value };

	if (value > UINT8_MAX)
		return -EINVAL;
	return not_an_owner(vhost_ioctl(fd, VHOST_SET_FORK_FROM_OWNER, bytes));
}

int vhost_get_fork_from_owner(int fd, unsigned int *value)
{
	uint8_t bytes[FORK_OWNER_ROOM] = { 0 };
	int r = not_an_owner(vhost_ioctl(fd, VHOST_GET_FORK_FROM_OWNER, bytes));

	if (!r)
		*value = bytes[0];
	return r;
}
