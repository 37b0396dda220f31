/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VHOST_UAPI_H
#define VHOST_UAPI_H

#include <assert.h>

#include <linux/types.h>
#include <linux/vhost.h>

/**
 * DOC: newer parts of linux/vhost.h, for builds with older headers
 *
 * The running kernel may be newer than the headers of the build: all ioctls that we use are defined here if the header
 * lacks them. The asserts check either definition: a wrong number here and a changed number in the header both fail the
 * build.
 */

/* Linux 6.5: more than one worker a device. */
#ifndef VHOST_NEW_WORKER
struct vhost_worker_state {
	unsigned int worker_id;
};

struct vhost_vring_worker {
	unsigned int index;
	unsigned int worker_id;
};

#define VHOST_NEW_WORKER		_IOR(VHOST_VIRTIO, 0x08, struct vhost_worker_state)
#define VHOST_FREE_WORKER		_IOW(VHOST_VIRTIO, 0x09, struct vhost_worker_state)
#define VHOST_ATTACH_VRING_WORKER	_IOW(VHOST_VIRTIO, 0x15, struct vhost_vring_worker)
#define VHOST_GET_VRING_WORKER		_IOWR(VHOST_VIRTIO, 0x16, struct vhost_vring_worker)
#endif

/* Linux 6.17: more than 64 feature bits. */
#ifndef VHOST_GET_FEATURES_ARRAY
struct vhost_features_array {
	__u64 count;
	__u64 features[];
};

#define VHOST_GET_FEATURES_ARRAY	_IOR(VHOST_VIRTIO, 0x83, struct vhost_features_array)
#define VHOST_SET_FEATURES_ARRAY	_IOW(VHOST_VIRTIO, 0x83, struct vhost_features_array)
#endif

/* Linux 6.17: is a worker a thread of the owner or of the kernel? */
#ifndef VHOST_GET_FORK_FROM_OWNER
#define VHOST_SET_FORK_FROM_OWNER	_IOW(VHOST_VIRTIO, 0x84, __u8)
#define VHOST_GET_FORK_FROM_OWNER	_IOR(VHOST_VIRTIO, 0x85, __u8)
#endif

#ifndef VHOST_FORK_OWNER_TASK
#define VHOST_FORK_OWNER_KTHREAD 0
#define VHOST_FORK_OWNER_TASK 1
#endif

/* Each part by itself, since their place in the number differs between architectures. */
#define VHOST_UAPI_ASSERT(request, dir, nr, size)							\
	static_assert(_IOC_TYPE(request) == 0xAF && _IOC_DIR(request) == (dir) && _IOC_NR(request) == (nr) &&	\
		      _IOC_SIZE(request) == (size), #request)

VHOST_UAPI_ASSERT(VHOST_GET_FEATURES, _IOC_READ, 0x00, 8);
VHOST_UAPI_ASSERT(VHOST_SET_FEATURES, _IOC_WRITE, 0x00, 8);
VHOST_UAPI_ASSERT(VHOST_SET_OWNER, _IOC_NONE, 0x01, 0);
VHOST_UAPI_ASSERT(VHOST_RESET_OWNER, _IOC_NONE, 0x02, 0);
VHOST_UAPI_ASSERT(VHOST_SET_MEM_TABLE, _IOC_WRITE, 0x03, 8);
VHOST_UAPI_ASSERT(VHOST_SET_LOG_BASE, _IOC_WRITE, 0x04, 8);
VHOST_UAPI_ASSERT(VHOST_SET_LOG_FD, _IOC_WRITE, 0x07, 4);
VHOST_UAPI_ASSERT(VHOST_NEW_WORKER, _IOC_READ, 0x08, 4);
VHOST_UAPI_ASSERT(VHOST_FREE_WORKER, _IOC_WRITE, 0x09, 4);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_NUM, _IOC_WRITE, 0x10, 8);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_ADDR, _IOC_WRITE, 0x11, 40);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_BASE, _IOC_WRITE, 0x12, 8);
VHOST_UAPI_ASSERT(VHOST_GET_VRING_BASE, _IOC_READ | _IOC_WRITE, 0x12, 8);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_ENDIAN, _IOC_WRITE, 0x13, 8);
VHOST_UAPI_ASSERT(VHOST_GET_VRING_ENDIAN, _IOC_WRITE, 0x14, 8);
VHOST_UAPI_ASSERT(VHOST_ATTACH_VRING_WORKER, _IOC_WRITE, 0x15, 8);
VHOST_UAPI_ASSERT(VHOST_GET_VRING_WORKER, _IOC_READ | _IOC_WRITE, 0x16, 8);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_KICK, _IOC_WRITE, 0x20, 8);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_CALL, _IOC_WRITE, 0x21, 8);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_ERR, _IOC_WRITE, 0x22, 8);
VHOST_UAPI_ASSERT(VHOST_SET_VRING_BUSYLOOP_TIMEOUT, _IOC_WRITE, 0x23, 8);
VHOST_UAPI_ASSERT(VHOST_GET_VRING_BUSYLOOP_TIMEOUT, _IOC_WRITE, 0x24, 8);
VHOST_UAPI_ASSERT(VHOST_SET_BACKEND_FEATURES, _IOC_WRITE, 0x25, 8);
VHOST_UAPI_ASSERT(VHOST_GET_BACKEND_FEATURES, _IOC_READ, 0x26, 8);
VHOST_UAPI_ASSERT(VHOST_NET_SET_BACKEND, _IOC_WRITE, 0x30, 8);
VHOST_UAPI_ASSERT(VHOST_GET_FEATURES_ARRAY, _IOC_READ, 0x83, 8);
VHOST_UAPI_ASSERT(VHOST_SET_FEATURES_ARRAY, _IOC_WRITE, 0x83, 8);
VHOST_UAPI_ASSERT(VHOST_SET_FORK_FROM_OWNER, _IOC_WRITE, 0x84, 1);
VHOST_UAPI_ASSERT(VHOST_GET_FORK_FROM_OWNER, _IOC_READ, 0x85, 1);

static_assert(sizeof(struct vhost_vring_state) == 8, "vhost_vring_state");
static_assert(sizeof(struct vhost_vring_file) == 8, "vhost_vring_file");
static_assert(sizeof(struct vhost_vring_addr) == 40, "vhost_vring_addr");
static_assert(sizeof(struct vhost_memory) == 8, "vhost_memory");
static_assert(sizeof(struct vhost_memory_region) == 32, "vhost_memory_region");
static_assert(sizeof(struct vhost_worker_state) == 4, "vhost_worker_state");
static_assert(sizeof(struct vhost_vring_worker) == 8, "vhost_vring_worker");
static_assert(sizeof(struct vhost_features_array) == 8, "vhost_features_array");

#undef VHOST_UAPI_ASSERT

#endif
