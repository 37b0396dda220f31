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
 * where it is said, and vhost_set_owner(), the caller's mm must own the device, else -EPERM. The owner is asked for
 * before the ioctl is looked at: an ioctl that this kernel does not know is -EPERM, too, on a device without owner, and
 * -ENOTTY (the kernel's ENOIOCTLCMD) only for the owner. A queue that the device does not have is -ENOBUFS.
 * Sources: linux/vhost.h, drivers/vhost/vhost.c and net.c.
 */

/* Queue numbers of a vhost-net device (enum of drivers/vhost/net.c; virtio 1.2, 5.1.2). */
#define VHOST_NET_VQ_RX 0
#define VHOST_NET_VQ_TX 1

#define VHOST_NET_DEVICE "/dev/vhost-net"

/**
 * vhost_open() - open /dev/vhost-net
 *
 * Return: a descriptor, close-on-exec, or -errno: -ENOENT without the node; -ENODEV or -ENXIO with the node but without
 * the module; -EACCES or -EPERM.
 */
int vhost_open(void);

/* These two and the backend's need no owner. A bit that the kernel does not offer is -EOPNOTSUPP. */
int vhost_get_features(int fd, uint64_t *features);
int vhost_set_features(int fd, uint64_t features);

/**
 * vhost_set_owner() - make the caller's mm the owner and start the worker
 *
 * Return: 0 or -errno: -EBUSY if it has an owner, -ENOMEM, also at RLIMIT_NPROC (from Linux 6.4 on).
 */
int vhost_set_owner(int fd);
int vhost_get_backend_features(int fd, uint64_t *features);
int vhost_set_backend_features(int fd, uint64_t features);

/**
 * vhost_set_mem_table() - tell the device which guest-physical addresses are where in the owner's memory
 * @fd: the device
 * @mem: the table, with its regions
 */
int vhost_set_mem_table(int fd, const struct vhost_memory *mem);

int vhost_set_vring_num(int fd, unsigned int queue, unsigned int num);
int vhost_set_vring_base(int fd, unsigned int queue, unsigned int base);

/**
 * vhost_get_vring_base() - read the device's last_avail_idx
 *
 * While a backend is set the value runs on by itself.
 */
int vhost_get_vring_base(int fd, unsigned int queue, unsigned int *base);
int vhost_set_vring_addr(int fd, const struct vhost_vring_addr *addr);
int vhost_set_vring_kick(int fd, unsigned int queue, int eventfd);
int vhost_set_vring_call(int fd, unsigned int queue, int eventfd);
int vhost_set_vring_err(int fd, unsigned int queue, int eventfd);

/* Busy polling, in microseconds. */
int vhost_set_vring_busyloop_timeout(int fd, unsigned int queue, unsigned int usec);
int vhost_get_vring_busyloop_timeout(int fd, unsigned int queue, unsigned int *usec);

/* Start a queue on a tap (or other) socket; @backend -1 stops it. */
int vhost_net_set_backend(int fd, unsigned int queue, int backend);

/*
 * More than one worker, from Linux 6.5 on, but for vhost-scsi only: no vhost-net up to 7.3 takes these, all answer
 * -ENOTTY.
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
 * Needs no owner; without one, a kernel that does not know it says -EPERM in place of -ENOTTY.
 */
int vhost_get_features_array(int fd, uint64_t *words, size_t count);

/* Is the worker a thread of the owner (1) or of the kernel (0)? From Linux 6.17 on; for owners as the one above. */
int vhost_get_fork_from_owner(int fd, unsigned int *value);

#endif
