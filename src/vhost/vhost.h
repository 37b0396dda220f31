/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VHOST_H
#define VHOST_H

#include <stddef.h>
#include <stdint.h>

#include <linux/vhost.h>

/**
 * DOC: /dev/vhost-net
 *
 * One function an ioctl: typed arguments, one system call, 0 or -errno. Except for vhost_get_features() and its kin,
 * where it is said, and vhost_set_owner(), the caller's mm must own the device, else -EPERM. What the running kernel
 * does not know is -ENOTTY; of the ioctls that need the owner, on a device of somebody else or of nobody, it is -EPERM,
 * since the kernel asks for the owner first. A queue that the device does not have is -ENOBUFS.
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
 * vhost_get_features() - VHOST_GET_FEATURES: the first 64 features that the kernel offers; needs no owner
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
 * vhost_set_owner() - make the caller's mm the owner and start the worker
 *
 * Return: 0 or -errno: -EBUSY if it has an owner, -ENOMEM, also at RLIMIT_NPROC (from Linux 6.4 on).
 */
int vhost_set_owner(int fd);

/**
 * vhost_reset_owner() - stop the queues, forget all that was set, and have no owner again
 *
 * What remains is as after vhost_open(): no features, no memory, no eventfds, no backend. Only the owner can.
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
 * vhost_set_mem_table() - tell the device which guest-physical addresses are where in the owner's memory
 * @fd: the device
 * @mem: the table, with its regions
 *
 * Return: 0 or -errno: -E2BIG for more regions than the module parameter max_mem_regions of vhost allows (64 if nobody
 * changed it); -EFAULT for a region that is empty, goes beyond 2^64, or, while a backend is set, is outside of what the
 * owner can map; -EOPNOTSUPP if the table's padding is not 0; -ENOMEM.
 */
int vhost_set_mem_table(int fd, const struct vhost_memory *mem);

/**
 * vhost_set_log_base() - where the bitmap of written pages is, see dirty-log.h
 * @fd: the device
 * @addr: address of the bitmap in the owner's memory
 *
 * Pages are logged once VHOST_F_LOG_ALL is acked (what the device receives) or a ring's address has VHOST_VRING_F_LOG
 * (what it writes to the used ring). The kernel does not know where the bitmap ends: a page beyond it sets a bit in
 * whatever is there.
 *
 * Return: 0 or -errno: -EFAULT if a queue runs and logs, and at that address the bitmap cannot cover the memory table.
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
 * vhost_get_vring_base() - read the device's last_avail_idx
 *
 * While a backend is set the value runs on by itself.
 */
int vhost_get_vring_base(int fd, unsigned int queue, unsigned int *base);

/**
 * vhost_set_vring_addr() - where a ring's three parts are, in the owner's memory, or as IOVAs with an IOTLB
 *
 * The queue is in @addr.
 *
 * Return: 0 or -errno: -EINVAL if the avail ring is not aligned to 2, or the used ring or its log address not to 4, or
 * if, while a backend is set, a part is outside of what the owner can map; -EOPNOTSUPP for flags other than
 * VHOST_VRING_F_LOG. Whether memory is there is only seen when the ring is used.
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
 * vhost_set_vring_endian() - byte order of a ring without VIRTIO_F_VERSION_1
 * @fd: the device
 * @queue: the queue
 * @value: VHOST_VRING_LITTLE_ENDIAN or VHOST_VRING_BIG_ENDIAN
 *
 * Return: 0 or -errno: -ENOTTY unless the kernel has CONFIG_VHOST_CROSS_ENDIAN_LEGACY, which on x86 it cannot have;
 * -EINVAL for another value; -EBUSY while a backend is set.
 */
int vhost_set_vring_endian(int fd, unsigned int queue, unsigned int value);
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
 * vhost_net_set_backend() - start a queue on a tap (or other) socket
 * @fd: the device
 * @queue: the queue
 * @backend: a queue of a tap or macvtap, or a packet socket; -1 stops the queue
 *
 * Return: 0 or -errno: -EFAULT without a memory table, with ring addresses that cannot be, or with an IOTLB that does
 * not have the used ring, which is written before the queue starts; -ENOTSOCK if @backend is none of the above.
 */
int vhost_net_set_backend(int fd, unsigned int queue, int backend);

/*
 * More than one worker, from Linux 6.5 on, but for vhost-scsi only: no vhost-net up to 7.3 takes these, all answer
 * -ENOTTY. There, only threads of the owner can be more than one (vhost_set_fork_from_owner()): else -EFAULT for a new
 * one. -ENODEV for a worker that is not there, -EBUSY to free one that a queue has.
 */
int vhost_new_worker(int fd, unsigned int *worker);
int vhost_free_worker(int fd, unsigned int worker);
int vhost_attach_vring_worker(int fd, unsigned int queue, unsigned int worker);
int vhost_get_vring_worker(int fd, unsigned int queue, unsigned int *worker);

/*
 * As many words as the kernel has. When asked for more, kernels without the fix 'vhost/net: fix clear_user start
 * address in VHOST_GET_FEATURES_ARRAY' clear the first words in place of the surplus ones.
 */
#define VHOST_FEATURES_WORDS 2

/**
 * vhost_get_features_array() - more than 64 feature bits, from Linux 6.17 on
 * @fd: the device
 * @words: where @count words of 64 bits go; word 0 is what vhost_get_features() gives
 * @count: number of words, 1 to VHOST_FEATURES_WORDS
 *
 * Needs no owner.
 *
 * Return: 0 or -errno: -ENOTTY.
 */
int vhost_get_features_array(int fd, uint64_t *words, size_t count);

/**
 * vhost_set_features_array() - VHOST_SET_FEATURES_ARRAY: acknowledge more than 64 features; needs no owner
 * @fd: the device
 * @words: masks, the lowest first; those that are not given are 0
 * @count: how many words
 *
 * Return: 0 or -errno, -EOPNOTSUPP for a bit that the kernel does not offer, -ENOTTY before Linux 6.17.
 */
int vhost_set_features_array(int fd, const uint64_t *words, size_t count);

/**
 * vhost_set_fork_from_owner() - shall the worker be a thread of the owner or of the kernel? From Linux 6.17 on
 * @fd: the device
 * @value: VHOST_FORK_OWNER_TASK or VHOST_FORK_OWNER_KTHREAD
 *
 * To be called before vhost_set_owner(), which makes the worker. A thread of the owner counts for its RLIMIT_NPROC and
 * cgroup.
 *
 * Return: 0 or -errno: -ENOTTY, also without CONFIG_VHOST_ENABLE_FORK_OWNER_CONTROL; -EBUSY with an owner; -EINVAL.
 */
int vhost_set_fork_from_owner(int fd, unsigned int value);

/**
 * vhost_get_fork_from_owner() - VHOST_GET_FORK_FROM_OWNER: are workers threads of the owner? Needs no owner
 * @fd: the device
 * @value: 1 if so, 0 for threads of the kernel
 *
 * Return: 0 or -errno, -ENOTTY for a kernel without the ioctl.
 */
int vhost_get_fork_from_owner(int fd, unsigned int *value);

#endif
