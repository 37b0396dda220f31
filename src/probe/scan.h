/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * DOC: /proc
 *
 * Every function takes the directory where proc is mounted, so that tests can pass a directory of their own.
 */

#define SCAN_COMM_LEN 17	/* TASK_COMM_LEN and a line end */
#define SCAN_NAME_LEN 16	/* IFNAMSIZ */
#define SCAN_KIND_LEN 16

/* The name of a process or thread, any bytes, ended by 0; empty if it is gone. @dir is "/proc", or a task directory. */
void scan_comm(const char *dir, pid_t tid, char comm[SCAN_COMM_LEN]);

/**
 * struct scan_device - a descriptor of a vhost device
 * @pid: the process that has it
 * @fd: the descriptor; /proc does not tell whether two descriptors belong to the same device
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
 * @hidden: number of processes whose descriptors could not be read without ptrace access
 */
struct scan_devices {
	struct scan_device *devices;
	size_t count;
	size_t hidden;
};

/* Find the vhost devices that processes have open. Return: 0 or -errno, with nothing in @all. */
int scan_devices(const char *proc, struct scan_devices *all);

/**
 * scan_taps() - find the taps (of tun.c) that a process has open; they may be in any network namespace
 * @proc: "/proc"
 * @pid: the process
 * @names: the result, without duplicates, in alphabetical order; for free()
 * @count: how many
 *
 * Return: 0 or -errno: -EPERM if it is another user's: to look at its descriptors in /proc may take for ever.
 */
int scan_taps(const char *proc, pid_t pid, char (**names)[SCAN_NAME_LEN], size_t *count);

/**
 * struct scan_worker - a worker of a vhost device
 * @tid: its thread
 * @owner: the thread that it works for, according to its name
 * @pid: the process of @owner
 * @ns: CPU time that it has used, nanoseconds
 */
struct scan_worker {
	pid_t tid, owner, pid;
	uint64_t ns;
};

/**
 * scan_workers() - find the workers of processes that have devices
 * @proc: "/proc"
 * @all: the devices
 * @workers: the result, for free()
 * @count: how many
 *
 * /proc does not tell which of a process's devices a worker serves.
 *
 * Return: 0 or -errno.
 */
int scan_workers(const char *proc, const struct scan_devices *all, struct scan_worker **workers, size_t *count);

/* Get the inode number of the network namespace of process @pid; 0: this process. Return: 0 or -errno. */
int scan_netns(const char *proc, pid_t pid, uint64_t *inode);

/**
 * struct scan_netdev - a network device
 * @name: its name
 * @packets: number of packets received and sent
 */
struct scan_netdev {
	char name[SCAN_NAME_LEN];
	uint64_t packets;
};

/**
 * scan_netdevs() - read the network devices of a process's network namespace
 * @proc: "/proc"
 * @pid: the process; 0: this process
 * @devs: the result, for free()
 * @count: how many
 *
 * Return: 0 or -errno.
 */
int scan_netdevs(const char *proc, pid_t pid, struct scan_netdev **devs, size_t *count);

/**
 * scan_workers_cpu_ns() - sum up the CPU time of the workers of an owner's vhost devices
 * @proc: "/proc"
 * @owner: the thread that called VHOST_SET_OWNER
 * @ns: nanoseconds
 *
 * A device has one worker or more. A worker's name is vhost-OWNER. Up to Linux 6.3 it is a kernel thread, from 6.4 on
 * a thread of the owner.
 *
 * Return: 0 or -errno: -ENOENT if there is no worker.
 */
int scan_workers_cpu_ns(const char *proc, pid_t owner, uint64_t *ns);

/**
 * scan_thread_usage() - read what a thread has used so far
 * @proc: "/proc"
 * @tid: the thread
 * @ns: CPU time, nanoseconds
 * @sleeps: number of times it went to sleep; while it sleeps, one more than it was woken
 *
 * Return: 0 or -errno: -ENOENT if there is no such thread.
 */
int scan_thread_usage(const char *proc, pid_t tid, uint64_t *ns, uint64_t *sleeps);

/* Return: the CPU that a thread ran on last, from /proc/TID/stat; or -errno. */
int scan_thread_cpu(const char *proc, pid_t tid);

/*
 * @pid: the process; 0: this one
 * Return: the number of the eventfd that it has open as @fd; -1 if that is no eventfd, or not open.
 */
int32_t scan_eventfd_id(const char *proc, pid_t pid, int fd);

#endif
