/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TYPES_BPF_H
#define TYPES_BPF_H

#include <stdbool.h>

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

/*
 * Constants and types of the user-space API, which never change. linux/virtio_ring.h has them, but needs a libc, which
 * the bpf target lacks.
 */
#define VIRTIO_F_NOTIFY_ON_EMPTY 24
#define VIRTIO_F_IN_ORDER 35
#define VIRTIO_RING_F_EVENT_IDX 29

#define VRING_DESC_F_INDIRECT 4

struct vring_desc {
	__u64 addr;
	__u32 len;
	__u16 flags;
	__u16 next;
};

struct vring_avail {
	__u16 flags;
	__u16 idx;
	__u16 ring[];
};

struct vring_used {
	__u16 flags;
	__u16 idx;
	__u32 ring[][2];		/* of struct vring_used_elem: id and len */
};

struct vring_packed_desc {
	__u64 addr;
	__u32 len;
	__u16 id;
	__u16 flags;
};

struct vring_packed_desc_event {
	__u16 off_wrap;
	__u16 flags;
};

/*
 * The kernel types that the programs read, each with only the fields that are read. libbpf relocates every access to
 * the field's offset in the running kernel (CO-RE), by the names of the type and the field. A vmlinux.h would not
 * suffice, since the types of vhost, tun and tap are in modules. Sources: drivers/vhost/vhost.h,
 * include/linux/vhost_iotlb.h, drivers/net/tun.c, include/linux/if_tap.h.
 */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[];
};

struct sched_entity {
	unsigned char sched_delayed;	/* from 6.12 on: asleep, but still in the run queue */
	__u64 sum_exec_runtime;
};

typedef struct {
	int counter;
} atomic_t;

struct kernfs_node {
	atomic_t active;		/* negative once it is removed */
	const char *name;
	struct kernfs_node *parent;	/* up to 6.14 */
	void *priv;			/* of a directory in sysfs: its struct kobject */
};

struct kernfs_node___rcu {		/* later */
	struct kernfs_node *__parent;
};

struct cgroup {
	struct kernfs_node *kn;
	int level;			/* 0: the root */
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup *dfl_cgrp;	/* in the hierarchy of version 2 */
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct cfs_bandwidth {
	__u64 period;			/* of ktime_t, nanoseconds */
	__u64 quota;			/* nanoseconds a period; ~0: no limit */
	int nr_periods;
	int nr_throttled;
	__u64 throttled_time;		/* nanoseconds */
};

struct task_group {
	struct cgroup_subsys_state css;
	struct task_group *parent;
	struct cfs_bandwidth cfs_bandwidth;	/* with CONFIG_CFS_BANDWIDTH */
};

struct thread_info {
	__u32 cpu;			/* here on all machines from 5.16 on */
};

typedef struct cpumask {
	unsigned long bits[1];
} cpumask_t;

struct sched_info {
	unsigned long long run_delay;	/* nanoseconds ready to run, without a CPU */
};

struct task_struct {
	struct thread_info thread_info;
	void *stack;
	unsigned int flags;
	unsigned int __state;
	int on_rq;
	int static_prio;
	unsigned int rt_priority;
	unsigned int policy;
	int nr_cpus_allowed;
	cpumask_t cpus_mask;
	struct sched_info sched_info;	/* with CONFIG_SCHED_INFO */
	struct task_group *sched_task_group;	/* with CONFIG_CGROUP_SCHED */
	struct sched_entity se;
	struct mm_struct *mm;
	int pid;
	int tgid;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	unsigned long nvcsw;
	unsigned int frozen:1;		/* by cgroup.freeze of a cgroup that it is in */
	__u64 start_boottime;
	char comm[16];
	struct css_set *cgroups;	/* with CONFIG_CGROUPS */
};

struct pglist_data {
	unsigned long node_start_pfn;
	unsigned long node_spanned_pages;
};

struct mm_struct {
	__u64 *pgd;			/* of pgd_t */
	unsigned long arg_start;
	unsigned long arg_end;
	struct task_struct *owner;	/* with CONFIG_MEMCG */
};

struct vm_userfaultfd_ctx {
	void *ctx;			/* with CONFIG_USERFAULTFD */
};

struct vm_area_struct {
	unsigned long vm_flags;
	void *vm_file;
	void *vm_ops;
	struct vm_userfaultfd_ctx vm_userfaultfd_ctx;
};

struct inode {
	unsigned int i_rdev;
	void *i_private;		/* in sysfs: a struct kernfs_node */
};

struct file {
	void *f_op;			/* of struct file_operations */
	void *private_data;
	struct inode *f_inode;
};

struct list_head {
	struct list_head *next, *prev;
};

struct wait_queue_head {
	struct list_head head;
};

struct wait_queue_entry {
	unsigned int flags;
	void *private;
	void *func;
	struct list_head entry;
};

struct eventfd_ctx {
	struct wait_queue_head wqh;
	__u64 count;
	int id;
};

struct vhost_vring_call {
	struct eventfd_ctx *ctx;
};

struct vhost_iotlb_map {
	struct list_head link;
	__u64 start;
	__u64 size;
	__u64 addr;
};

struct vhost_iotlb {
	struct list_head list;		/* of vhost_iotlb_map.link */
	unsigned int nmaps;
};

struct vhost_work {
	void *fn;
	unsigned long flags;
};

struct vhost_dev;

struct poll_table_struct {
	unsigned long _key;
};

struct vhost_poll {
	struct poll_table_struct table;
	void *wqh;
	struct wait_queue_entry wait;
	struct vhost_work work;
	unsigned int mask;
	struct vhost_dev *dev;
};

struct vhost_task {
	struct task_struct *task;
};

struct vhost_worker {			/* from 6.5 on */
	struct task_struct *kthread_task;	/* only in kernels that offer kernel threads as workers */
	struct vhost_task *vtsk;
};

struct vhost_virtqueue {
	struct vhost_dev *dev;
	struct vhost_worker *worker;	/* from 6.5 on */
	unsigned int num;
	void *desc;
	struct vring_avail *avail;
	void *used;
	const struct vhost_iotlb_map *meta_iotlb[3];
	struct file *kick;
	struct vhost_vring_call call_ctx;
	struct eventfd_ctx *error_ctx;
	struct vhost_poll poll;
	void *handle_kick;
	__u16 last_avail_idx;
	__u16 next_avail_head;	/* from 6.18 on */
	__u16 avail_idx;
	__u16 last_used_idx;
	__u16 used_flags;
	__u16 signalled_used;
	bool signalled_used_valid;
	bool log_used;
	__u64 log_addr;
	struct vhost_iotlb *iotlb;
	void *private_data;
	__u64 acked_features;
	__u64 acked_features_array[2];	/* in a union with it, from 6.17 on */
	__u64 acked_backend_features;
	void *log_base;
	bool is_le;
	__u32 busyloop_timeout;
};

struct vhost_dev {
	struct mm_struct *mm;
	struct vhost_virtqueue **vqs;
	int nvqs;
	struct task_struct *worker;	/* up to 6.4 */
	struct vhost_iotlb *umem;
	struct vhost_iotlb *iotlb;
	struct list_head pending_list;	/* messages that the owner has read and not answered */
};

struct vhost_iotlb_msg {
	__u64 iova;
};

struct vhost_msg {
	struct vhost_iotlb_msg iotlb;	/* in a union; at the same offset in struct vhost_msg_v2 */
};

struct vhost_msg_node {
	struct vhost_msg msg;		/* in a union */
	struct vhost_virtqueue *vq;
	struct list_head node;
};

struct vhost_net_ubuf_ref {
	atomic_t refcount;
};

struct vhost_net_virtqueue {
	struct vhost_virtqueue vq;
	struct vhost_net_ubuf_ref *ubufs;	/* of packets that are sent without copying them */
};

struct vhost_net {
	struct vhost_dev dev;
	struct vhost_net_virtqueue vqs[2];
	struct vhost_poll poll[2];
	bool tx_flush;			/* it waits for packets that were sent without copying them */
};

struct vhost_vsock {
	struct vhost_dev dev;
	__u32 guest_cid;
};

struct vhost_scsi_virtqueue;

struct vhost_scsi {
	char vs_vhost_wwpn[224];	/* of its target */
	struct vhost_dev dev;
	struct vhost_scsi_virtqueue *vqs;
};

struct proto {
	char name[32];
};

struct sock_common {
	struct proto *skc_prot;
};

struct socket;

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
};

struct socket {
	struct sock *sk;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	char name[16];
	int ifindex;
	possible_net_t nd_net;
};

struct tun_struct {
	struct net_device *dev;
};

struct tun_file {
	struct socket socket;
	struct tun_struct *tun;
	struct tun_struct *detached;	/* instead of the former, of a queue that is turned off */
	__u16 queue_index;		/* in a union */
};

struct tap_dev {
	struct net_device *dev;
};

struct tap_queue {
	struct socket sock;
	struct tap_dev *tap;
	__u16 queue_index;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop

/*
 * Argument @i of a program as a number. The verifier takes the argument itself for a kernel pointer, and does not allow
 * such a pointer as an argument of a global function.
 */
static __always_inline __u64 argument(void *ctx, __u32 i)
{
	__u64 value = 0;

	bpf_get_func_arg(ctx, i, &value);
	return value;
}

/* The queues of struct vhost_net, and the polls of their sockets. */
#define VHOST_NET_VQ_RX 0
#define VHOST_NET_VQ_TX 1

/* Flags of a task: a kernel thread, one of io_uring, and one that works for a process, as vhost's from 6.4 on. */
#define PF_KTHREAD 0x00200000
#define PF_IO_WORKER 0x00000010
#define PF_USER_WORKER 0x00004000

/* VRING_USED_F_NO_NOTIFY in used_flags: vhost wants no kicks. The kernel keeps this flag with EVENT_IDX, too. */
#define USED_F_NO_NOTIFY 1

/* enum vhost_uaddr_type: which part of the ring a cached translation is for. */
#define VHOST_ADDR_DESC 0
#define VHOST_ADDR_AVAIL 1
#define VHOST_ADDR_USED 2

/* EPOLLIN in the key of a wake-up: the eventfd was written. */
#define POLL_KEY_IN 1

/* Set in vhost_work.flags as long as the work is queued; VHOST_WORK_QUEUED is the number of this bit. */
#define WORK_QUEUED (1UL << 1)

#endif
