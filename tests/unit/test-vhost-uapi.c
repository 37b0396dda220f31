// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ioctl numbers as the kernel gets them. vhost-uapi.h asserts the parts of a number; this test has the whole
 * numbers, as in a trace of system calls, also of linux/vhost.h; for architectures with the usual encoding.
 */
#include <stddef.h>

#include <linux/ioctl.h>

#include "base/array.h"
#include "tap-out.h"
#include "vhost/vhost-uapi.h"

static const struct {
	const char *name;
	unsigned long value, wanted;
} requests[] = {
#define R(name, wanted) { #name, name, wanted }
	R(VHOST_GET_FEATURES, 0x8008af00),
	R(VHOST_SET_FEATURES, 0x4008af00),
	R(VHOST_SET_OWNER, 0xaf01),
	R(VHOST_RESET_OWNER, 0xaf02),
	R(VHOST_SET_MEM_TABLE, 0x4008af03),
	R(VHOST_SET_LOG_BASE, 0x4008af04),
	R(VHOST_SET_LOG_FD, 0x4004af07),
	R(VHOST_NEW_WORKER, 0x8004af08),
	R(VHOST_FREE_WORKER, 0x4004af09),
	R(VHOST_SET_VRING_NUM, 0x4008af10),
	R(VHOST_SET_VRING_ADDR, 0x4028af11),
	R(VHOST_SET_VRING_BASE, 0x4008af12),
	R(VHOST_GET_VRING_BASE, 0xc008af12),
	R(VHOST_SET_VRING_ENDIAN, 0x4008af13),
	R(VHOST_GET_VRING_ENDIAN, 0x4008af14),
	R(VHOST_ATTACH_VRING_WORKER, 0x4008af15),
	R(VHOST_GET_VRING_WORKER, 0xc008af16),
	R(VHOST_SET_VRING_KICK, 0x4008af20),
	R(VHOST_SET_VRING_CALL, 0x4008af21),
	R(VHOST_SET_VRING_ERR, 0x4008af22),
	R(VHOST_SET_VRING_BUSYLOOP_TIMEOUT, 0x4008af23),
	R(VHOST_GET_VRING_BUSYLOOP_TIMEOUT, 0x4008af24),
	R(VHOST_SET_BACKEND_FEATURES, 0x4008af25),
	R(VHOST_GET_BACKEND_FEATURES, 0x8008af26),
	R(VHOST_NET_SET_BACKEND, 0x4008af30),
	R(VHOST_GET_FEATURES_ARRAY, 0x8008af83),
	R(VHOST_SET_FEATURES_ARRAY, 0x4008af83),
	R(VHOST_SET_FORK_FROM_OWNER, 0x4001af84),
	R(VHOST_GET_FORK_FROM_OWNER, 0x8001af85),
};

int main(void)
{
	/* alpha, mips, powerpc and sparc have three bits for the direction, with other values. */
	const bool usual = _IOC_DIRBITS == 2 && _IOC_READ == 2 && _IOC_WRITE == 1;

	for (size_t i = 0; usual && i < ARRAY_SIZE(requests); i++)
		if (!ok(requests[i].value == requests[i].wanted, "%s is 0x%lx", requests[i].name, requests[i].wanted))
			diag("0x%lx", requests[i].value);

	ok(sizeof(struct vhost_worker_state) == 4, "vhost_worker_state: 4 bytes");
	ok(sizeof(struct vhost_vring_worker) == 8, "vhost_vring_worker: 8 bytes");
	ok(offsetof(struct vhost_vring_worker, worker_id) == 4, "vhost_vring_worker: the queue, then the worker");
	ok(offsetof(struct vhost_features_array, features) == 8, "vhost_features_array: the count, then the words");
	ok(VHOST_FORK_OWNER_KTHREAD == 0 && VHOST_FORK_OWNER_TASK == 1, "values of the fork owner");
	return tap_done();
}
