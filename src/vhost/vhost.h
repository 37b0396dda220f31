/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VHOST_H
#define VHOST_H

#include <stddef.h>
#include <stdint.h>

#include <linux/vhost.h>

/**
 * DOC: /dev/vhost-net
 *
 * One function for each ioctl: typed arguments, one system call, 0 or -errno. The caller's mm must own the device, else
 * -EPERM, except for vhost_set_owner() and for functions that say "needs no owner". An ioctl that the running kernel
 * does not know returns -ENOTTY; but -EPERM if it needs the owner and the caller is not the owner, since the kernel
 * checks the owner first. A queue that the device does not have returns -ENOBUFS.
 * Sources: linux/vhost.h, drivers/vhost/vhost.c and net.c.
 */

/* Queue numbers of a vhost-net device (enum of drivers/vhost/net.c; virtio 1.2, 5.1.2). */
#define VHOST_NET_VQ_RX 0
#define VHOST_NET_VQ_TX 1

#define VHOST_NET_DEVICE "/dev/vhost-net"

/**
 * vhost_open() - open /dev/vhost-net
 *
 * Return: a descriptor, close-on-exec and non-blocking (which matters to iotlb_read_miss() only), or -errno: -ENOENT
 * without the node; -ENODEV or -ENXIO with the node but without the module; -EACCES or -EPERM.
 */
int vhost_open(void);

/**
 * vhost_get_features() - VHOST_GET_FEATURES: the offered features among the first 64; needs no owner
 * @fd: the device
 * @features: a mask
 *
 * Return: 0 or -errno.
 */
int vhost_get_features(int fd, uint64_t *features);

/**
 * vhost_set_features() - VHOST_SET_FEATURES: acknowledge features; needs no owner
 * @fd: the device
 * @features: a mask
 *
 * Return: 0 or -errno, -EOPNOTSUPP for a bit that the kernel does not offer.
 */
int vhost_set_features(int fd, uint64_t features);

/**
 * vhost_set_owner() - VHOST_SET_OWNER: make the caller's mm the owner and start the worker
 *
 * Return: 0 or -errno: -EBUSY if it has an owner, -ENOMEM, also at RLIMIT_NPROC and pids.max (from Linux 6.4
 * on).
 */
int vhost_set_owner(int fd);

/**
 * vhost_reset_owner() - VHOST_RESET_OWNER: stop the queues, and set the device back to the state after vhost_open()
 *
 * It then has no owner, no features, no memory, no eventfds and no backend.
 */
int vhost_reset_owner(int fd);

/**
 * vhost_get_backend_features() - VHOST_GET_BACKEND_FEATURES; needs no owner
 * @fd: the device
 * @features: a mask
 *
 * Return: 0 or -errno.
 */
int vhost_get_backend_features(int fd, uint64_t *features);

/**
 * vhost_set_backend_features() - VHOST_SET_BACKEND_FEATURES; needs no owner
 * @fd: the device
 * @features: a mask
 *
 * Return: 0 or -errno, -EOPNOTSUPP for a bit that the kernel does not offer.
 */
int vhost_set_backend_features(int fd, uint64_t features);

/**
 * vhost_set_mem_table() - VHOST_SET_MEM_TABLE: map guest-physical addresses to the owner's memory
 * @fd: the device
 * @mem: the table, with its regions
 *
 * Return: 0 or -errno: -E2BIG for more regions than the module parameter max_mem_regions of vhost allows (64 by
 * default); -EFAULT for a region that is empty, goes beyond 2^64, or, while a backend is set, is outside of what the
 * owner can map; -EOPNOTSUPP if the table's padding is not 0; -ENOMEM.
 */
int vhost_set_mem_table(int fd, const struct vhost_memory *mem);

/**
 * vhost_set_log_base() - VHOST_SET_LOG_BASE: set the bitmap of written pages, see dirty-log.h
 * @fd: the device
 * @addr: address of the bitmap in the owner's memory
 *
 * With VHOST_F_LOG_ALL acked, the device logs the packets that it receives; with VHOST_VRING_F_LOG in a ring's address,
 * its writes to the used ring. The kernel does not know the end of the bitmap: a page beyond it sets a bit in whatever
 * memory is there.
 *
 * Return: 0 or -errno: -EFAULT if a queue runs and logs, and a bitmap at @addr cannot cover the memory table.
 */
int vhost_set_log_base(int fd, uint64_t addr);

/**
 * vhost_set_log_fd() - VHOST_SET_LOG_FD: the eventfd that is signalled when pages were logged
 * @fd: the device
 * @eventfd: -1 for none
 *
 * Return: 0 or -errno, -EINVAL if @eventfd is no eventfd, -EBADF if it is not open.
 */
int vhost_set_log_fd(int fd, int eventfd);

/**
 * vhost_set_vring_num() - VHOST_SET_VRING_NUM
 * @fd: the device
 * @queue: which
 * @num: ring size
 *
 * Return: 0 or -errno, -EINVAL unless @num is a power of two up to 32768, -EBUSY while a backend is set.
 */
int vhost_set_vring_num(int fd, unsigned int queue, unsigned int num);

/**
 * vhost_set_vring_base() - VHOST_SET_VRING_BASE: the avail index to go on from
 * @fd: the device
 * @queue: which
 * @base: up to 65535
 *
 * Return: 0 or -errno, -EINVAL above, -EBUSY while a backend is set.
 */
int vhost_set_vring_base(int fd, unsigned int queue, unsigned int base);

/**
 * vhost_get_vring_base() - VHOST_GET_VRING_BASE: read the device's last_avail_idx
 * @fd: the device
 * @queue: which
 * @base: the index
 *
 * It advances while a backend is set.
 */
int vhost_get_vring_base(int fd, unsigned int queue, unsigned int *base);

/**
 * vhost_set_vring_addr() - VHOST_SET_VRING_ADDR: set the addresses of a ring's three parts
 * @fd: the device
 * @addr: the queue, and addresses in the owner's memory, or IOVAs with an IOTLB
 *
 * Return: 0 or -errno: -EINVAL if the avail ring is not aligned to 2, or the used ring or its log address not to 4, or
 * if, while a backend is set, a part is outside of what the owner can map; -EOPNOTSUPP for flags other than
 * VHOST_VRING_F_LOG. The kernel notices missing memory only when it uses the ring.
 */
int vhost_set_vring_addr(int fd, const struct vhost_vring_addr *addr);

/**
 * vhost_set_vring_kick() - VHOST_SET_VRING_KICK; may be done while a backend is set
 * @fd: the device
 * @queue: which
 * @eventfd: -1 for none
 *
 * Return: 0 or -errno, -EINVAL if @eventfd is no eventfd, -EBADF if it is not open.
 */
int vhost_set_vring_kick(int fd, unsigned int queue, int eventfd);

/**
 * vhost_set_vring_call() - VHOST_SET_VRING_CALL, as vhost_set_vring_kick()
 * @fd: the device
 * @queue: which
 * @eventfd: -1 for none
 */
int vhost_set_vring_call(int fd, unsigned int queue, int eventfd);

/**
 * vhost_set_vring_err() - VHOST_SET_VRING_ERR, as vhost_set_vring_kick()
 * @fd: the device
 * @queue: which
 * @eventfd: -1 for none
 */
int vhost_set_vring_err(int fd, unsigned int queue, int eventfd);

/**
 * vhost_set_vring_endian() - VHOST_SET_VRING_ENDIAN: set the byte order of a ring without VIRTIO_F_VERSION_1
 * @fd: the device
 * @queue: the queue
 * @value: VHOST_VRING_LITTLE_ENDIAN or VHOST_VRING_BIG_ENDIAN
 *
 * Return: 0 or -errno: -ENOTTY unless the kernel has CONFIG_VHOST_CROSS_ENDIAN_LEGACY, which on x86 it cannot have;
 * -EINVAL for another value; -EBUSY while a backend is set.
 */
int vhost_set_vring_endian(int fd, unsigned int queue, unsigned int value);
/* VHOST_GET_VRING_ENDIAN; errors as of vhost_set_vring_endian(). */
int vhost_get_vring_endian(int fd, unsigned int queue, unsigned int *value);

/**
 * vhost_set_vring_busyloop_timeout() - VHOST_SET_VRING_BUSYLOOP_TIMEOUT: how long to poll before sleeping
 * @fd: the device
 * @queue: which
 * @usec: microseconds, 0 for not at all
 *
 * Return: 0 or -errno.
 */
int vhost_set_vring_busyloop_timeout(int fd, unsigned int queue, unsigned int usec);

/**
 * vhost_get_vring_busyloop_timeout() - VHOST_GET_VRING_BUSYLOOP_TIMEOUT
 * @fd: the device
 * @queue: which
 * @usec: microseconds
 *
 * Return: 0 or -errno.
 */
int vhost_get_vring_busyloop_timeout(int fd, unsigned int queue, unsigned int *usec);

/**
 * vhost_net_set_backend() - VHOST_NET_SET_BACKEND: start a queue on a tap or another socket, or stop it
 * @fd: the device
 * @queue: the queue
 * @backend: a queue of a tap or macvtap, or a packet socket; -1 stops the queue
 *
 * Return: 0 or -errno: -EFAULT without a memory table, with impossible ring addresses, or with an IOTLB that lacks the
 * used ring, which is written before the queue starts; -ENOTSOCK if @backend is none of the above.
 */
int vhost_net_set_backend(int fd, unsigned int queue, int backend);

/*
 * More than one worker, from Linux 6.5 on, but for vhost-scsi only: vhost-net up to 7.3 has none of these ioctls, and
 * all return -ENOTTY. With vhost-scsi: -EFAULT for a new worker unless workers are threads of the owner
 * (vhost_set_fork_from_owner()), -ENODEV for a worker that does not exist, -EBUSY to free one that a queue uses.
 */
int vhost_new_worker(int fd, unsigned int *worker);
int vhost_free_worker(int fd, unsigned int worker);
int vhost_attach_vring_worker(int fd, unsigned int queue, unsigned int worker);
int vhost_get_vring_worker(int fd, unsigned int queue, unsigned int *worker);

/*
 * As many words as the kernel has. If more are requested, kernels without the fix 'vhost/net: fix clear_user start
 * address in VHOST_GET_FEATURES_ARRAY' clear the first words instead of the surplus ones.
 */
#define VHOST_FEATURES_WORDS 2

/**
 * vhost_get_features_array() - VHOST_GET_FEATURES_ARRAY: more than 64 offered features; needs no owner
 * @fd: the device
 * @words: filled in with @count words of 64 bits; word 0 is equal to that of vhost_get_features()
 * @count: number of words, 1 to VHOST_FEATURES_WORDS
 *
 * Return: 0 or -errno, -ENOTTY before Linux 6.17, -EINVAL for another @count.
 */
int vhost_get_features_array(int fd, uint64_t *words, size_t count);

/**
 * vhost_set_features_array() - VHOST_SET_FEATURES_ARRAY: acknowledge more than 64 features; needs no owner
 * @fd: the device
 * @words: masks, the lowest first; missing words are 0
 * @count: number of words, 1 to VHOST_FEATURES_WORDS
 *
 * Return: 0 or -errno, -EOPNOTSUPP for a bit that the kernel does not offer, -ENOTTY before Linux 6.17, -EINVAL for
 * another @count.
 */
int vhost_set_features_array(int fd, const uint64_t *words, size_t count);

/**
 * vhost_set_fork_from_owner() - VHOST_SET_FORK_FROM_OWNER: make the worker a thread of the owner or of the kernel
 * @fd: the device
 * @value: VHOST_FORK_OWNER_TASK or VHOST_FORK_OWNER_KTHREAD
 *
 * From Linux 6.17 on. Call it before vhost_set_owner(), which starts the worker. A thread of the owner counts towards
 * the owner's RLIMIT_NPROC and cgroup. Needs no owner.
 *
 * Return: 0 or -errno: -ENOTTY, also without CONFIG_VHOST_ENABLE_FORK_OWNER_CONTROL; -EBUSY if the device has an owner;
 * -EINVAL for another value.
 */
int vhost_set_fork_from_owner(int fd, unsigned int value);

/**
 * vhost_get_fork_from_owner() - VHOST_GET_FORK_FROM_OWNER: are workers threads of the owner? Needs no owner
 * @fd: the device
 * @value: 1 for threads of the owner, 0 for threads of the kernel
 *
 * Return: 0 or -errno, -ENOTTY for a kernel without the ioctl.
 */
int vhost_get_fork_from_owner(int fd, unsigned int *value);

#endif
