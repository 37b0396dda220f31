/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * DOC: /proc
 *
 * Every function takes the directory where proc is mounted, so that tests can hand in one of their own.
 */

#define SCAN_COMM_LEN 17	/* TASK_COMM_LEN and a line end */
#define SCAN_NAME_LEN 16	/* IFNAMSIZ */
#define SCAN_KIND_LEN 16
#define SCAN_NETNS_LEN 256	/* the longest name of a file */

/* The name of a process or thread, any bytes, ended by 0; empty if it is gone. @dir is "/proc", or a task directory. */
void scan_comm(const char *dir, pid_t tid, char comm[SCAN_COMM_LEN]);

/**
 * struct scan_device - a descriptor of a vhost device
 * @pid: the process that has it
 * @fd: the descriptor; that another is one of the same device does not show in /proc
 * @comm: the process's name, any bytes
 * @kind: "net", "vsock", "scsi"
 */
struct scan_device {
	pid_t pid;
	int fd;
	char comm[SCAN_COMM_LEN];
	char kind[SCAN_KIND_LEN];
};

/**
 * struct scan_devices - what scan_devices() found
 * @devices: by pid and descriptor; for free()
 * @count: how many
 * @hidden: of how many processes the descriptors could not be read for want of ptrace access
 */
struct scan_devices {
	struct scan_device *devices;
	size_t count;
	size_t hidden;
};

/* Find the vhost devices that processes have open. Return: 0 or -errno, with nothing in @all. */
int scan_devices(const char *proc, struct scan_devices *all);

/**
 * scan_taps() - the taps that a process has open, those of tun.c; they need not be in its own network namespace
 * @proc: "/proc"
 * @pid: the process
 * @names: the result, each once, in the order of the alphabet; for free()
 * @count: how many
 *
 * Return: 0 or -errno.
 */
int scan_taps(const char *proc, pid_t pid, char (**names)[SCAN_NAME_LEN], size_t *count);

/**
 * struct scan_worker - a worker of a vhost device
 * @tid: its thread
 * @owner: the thread that its name says it works for
 * @pid: the process which that is a thread of
 * @ns: CPU time that it has used, nanoseconds
 */
struct scan_worker {
	pid_t tid, owner, pid;
	uint64_t ns;
};

/**
 * scan_workers() - the workers of the processes that have devices; which of a process's devices one serves, /proc does
 *		    not say
 * @proc: "/proc"
 * @all: the devices
 * @workers: the result, for free()
 * @count: how many
 *
 * Return: 0 or -errno.
 */
int scan_workers(const char *proc, const struct scan_devices *all, struct scan_worker **workers, size_t *count);

/* The inode number of the network namespace of @pid, 0 for our own process. Return: 0 or -errno. */
int scan_netns(const char *proc, pid_t pid, uint64_t *inode);

/* The name of a network namespace in @dir, "/run/netns". Return: 0, -ENOENT if it has none, or another -errno. */
int scan_netns_name(const char *dir, uint64_t inode, char name[SCAN_NETNS_LEN]);

/**
 * struct scan_netdev - a network device
 * @name: its name
 * @packets: received and sent
 */
struct scan_netdev {
	char name[SCAN_NAME_LEN];
	uint64_t packets;
};

/**
 * scan_netdevs() - the network devices of the namespace that a process is in
 * @proc: "/proc"
 * @pid: the process, 0 for our own
 * @devs: the result, for free()
 * @count: how many
 *
 * Return: 0 or -errno.
 */
int scan_netdevs(const char *proc, pid_t pid, struct scan_netdev **devs, size_t *count);

/**
 * scan_workers_cpu_ns() - CPU time that the workers of an owner's vhost devices have used, all together
 * @proc: "/proc"
 * @owner: the thread that called VHOST_SET_OWNER
 * @ns: nanoseconds
 *
 * There is one a device, or more. Each is called vhost-OWNER: a kernel thread up to Linux 6.3, a thread of the owner
 * from 6.4 on.
 *
 * Return: 0 or -errno: -ENOENT if there is none.
 */
int scan_workers_cpu_ns(const char *proc, pid_t owner, uint64_t *ns);

/**
 * scan_thread_usage() - what a thread has used so far
 * @proc: "/proc"
 * @tid: the thread
 * @ns: CPU time
 * @sleeps: how often it went to sleep, which is how often it was woken, but for once
 *
 * Return: 0 or -errno: -ENOENT if there is none.
 */
int scan_thread_usage(const char *proc, pid_t tid, uint64_t *ns, uint64_t *sleeps);

/**
 * struct scan_eventfd - an eventfd that a process has open
 * @fd: its descriptor there
 * @id: the kernel's number for it, the same in every process
 */
struct scan_eventfd {
	int fd;
	int32_t id;
};

/**
 * scan_eventfds() - the eventfds that a process has open
 * @proc: "/proc"
 * @pid: the process
 * @fds: the result, in the order of the descriptors; for free()
 * @count: how many
 *
 * Return: 0 or -errno: -ENOENT if there is no such process, -EACCES without ptrace access to it.
 */
int scan_eventfds(const char *proc, pid_t pid, struct scan_eventfd **fds, size_t *count);

/**
 * struct scan_held - the eventfds of one process, which may have thousands, for as long as the same process is asked
 * for
 * @pid: the process; 0: none yet
 * @err: why they could not be listed, -errno; 0 if they could
 * @fds: as of scan_eventfds()
 * @count: how many
 */
struct scan_held {
	pid_t pid;
	int err;
	struct scan_eventfd *fds;
	size_t count;
};

/* List them, unless @h has those of @pid already. Return: @h->err. */
int scan_held(struct scan_held *h, const char *proc, pid_t pid);

/* Release them, so that they are listed anew. */
void scan_held_free(struct scan_held *h);

/* The descriptor of the eventfd with that number; -1 if it is not among them, or @id is negative. */
int scan_find_eventfd(const struct scan_eventfd *fds, size_t count, int32_t id);

#endif
