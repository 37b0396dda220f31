// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a record of every thread that is blocked while it releases a vhost device.
 *
 * Theory of operation. When the last descriptor of a device is closed, vhost waits for packets that it has sent without
 * copying them, for as long as somebody holds them. The device is then in no table of descriptors any more. What is
 * left is a thread that sleeps uninterruptibly, in a call of vhost's release function. Neither the names of threads nor
 * workers without a descriptor prove that: anybody may have such a name, and a device on its way through a socket has
 * such a worker.
 *
 * The device is a word in the thread's kernel stack. So are the backends of vhost-net's two queues, which it puts down
 * at the end; usually both are the same. Each is checked against what it points to, and looked for from the outermost
 * frame on, since deeper down there may be leftovers of earlier calls. Where a word is not found, the record lacks what
 * depends on it.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "backend.bpf.h"
#include "inspect-record.h"
#include "inspect.bpf.h"
#include "pids.bpf.h"
#include "symbol.bpf.h"
#include "types.bpf.h"

/* Frames that are looked at: from the release function inwards there are a few. */
#define FRAMES 12

/* The smallest kernel stack of all machines, in words. A larger one is searched in part. */
#define STACK_WORDS (16384 / 8)

/* Return: the kind of device that the function at @address releases; INSPECT_KINDS: none. */
__noinline __u32 released_kind(__u64 address)
{
	static const char net[] = "vhost_net_release", vsock[] = "vhost_vsock_dev_release",
			  scsi[] = "vhost_scsi_release";
	char name[SYMBOL_LEN] = {};

	BPF_SNPRINTF(name, sizeof(name), "%ps", address);
	if (is_symbol(name, net, sizeof(net)))
		return INSPECT_NET;
	if (is_symbol(name, vsock, sizeof(vsock)))
		return INSPECT_VSOCK;
	if (is_symbol(name, scsi, sizeof(scsi)))
		return INSPECT_SCSI;
	return INSPECT_KINDS;
}

/**
 * struct frames - the innermost calls of a thread
 * @address: where each returns to; 0 behind the last
 * @kind: that of the device that the innermost release function releases; INSPECT_KINDS: there is none
 */
struct frames {
	__u64 address[FRAMES];
	__u32 kind;
};

static long see_frame(__u32 i, struct frames *f)
{
	if (i >= FRAMES || !f->address[i])
		return 1;
	f->kind = released_kind(f->address[i]);
	return f->kind != INSPECT_KINDS;
}

/* Return: as released_kind(), of the innermost release function on the stack. */
static __noinline __u32 find_release(struct task_struct *task)
{
	struct frames f = { .kind = INSPECT_KINDS };

	bpf_get_task_stack(task, f.address, sizeof(f.address), 0);
	bpf_loop(FRAMES, see_frame, &f, 0);
	return f.kind;
}

/**
 * struct search - a search of a kernel stack
 * @stack: its lowest address
 * @socket: the last backend that was found
 * @dev: the device; 0: not found yet
 * @kind: its kind
 * @netdev: the tap, once a backend was found twice; 0: not yet
 */
struct search {
	__u64 stack;
	__u64 socket;
	__u64 dev;
	__u64 netdev;
	__u32 kind;
};

__noinline int is_device(__u64 word, __u32 kind)
{
	struct vhost_dev *dev = (void *)word;
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	struct vhost_net *net = (void *)word;

	if (!vqs || bpf_probe_read_kernel(&vq, sizeof(vq), vqs) || (__u64)BPF_CORE_READ(vq, dev) != word)
		return false;
	/* Of devices that the thread has released before, none is being flushed. */
	return kind != INSPECT_NET || BPF_CORE_READ(net, tx_flush) || !BPF_CORE_READ(net, vqs[VHOST_NET_VQ_TX].ubufs);
}

/* Return: the address of the tap's struct net_device, if the word is a backend; else 0. */
__noinline __u64 netdev_behind(__u64 word)
{
	struct backend b = {};

	identify_backend(&b, (void *)word, NULL);
	return (__u64)b.netdev;
}

static long search_word(__u32 i, struct search *s)
{
	__u64 word = 0, netdev;

	bpf_probe_read_kernel(&word, sizeof(word), (void *)(s->stack + (STACK_WORDS - 1 - i) * sizeof(word)));
	/* An address of the kernel's, and of something aligned */
	if ((__s64)word >= 0 || word & 7)
		return 0;
	if (!s->dev && is_device(word, s->kind))
		s->dev = word;
	if (!s->netdev && s->kind == INSPECT_NET) {
		netdev = netdev_behind(word);
		if (netdev && word == s->socket)
			s->netdev = netdev;
		if (netdev)
			s->socket = word;
	}
	return s->dev && (s->netdev || s->kind != INSPECT_NET);
}

__noinline int read_released_net(struct inspect_release *r, __u64 address)
{
	struct vhost_net *net = (void *)address;
	struct vhost_net_ubuf_ref *ubufs = BPF_CORE_READ(net, vqs[VHOST_NET_VQ_TX].ubufs);

	if (r && ubufs && BPF_CORE_READ(net, tx_flush))
		r->held = BPF_CORE_READ(ubufs, refcount.counter);
	return 0;
}

__noinline int read_released_tap(struct inspect_release *r, __u64 address)
{
	struct net_device *netdev = (void *)address;

	if (!r)
		return 0;
	r->ifindex = BPF_CORE_READ(netdev, ifindex);
	r->netns = BPF_CORE_READ(netdev, nd_net.net, ns.inum);
	bpf_probe_read_kernel_str(r->name, sizeof(r->name), __builtin_preserve_access_index(&netdev->name));
	return 0;
}

__noinline int read_released_worker(struct inspect_release *r, __u64 address)
{
	struct vhost_dev *dev = (void *)address;
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	struct task_struct *worker;

	bpf_probe_read_kernel(&vq, sizeof(vq), vqs);
	worker = worker_of(dev, vq);
	if (!r || !worker)
		return 0;
	r->worker = pid_there((__u64)BPF_CORE_READ(worker, thread_pid));
	r->worker_ns = BPF_CORE_READ(worker, se.sum_exec_runtime);
	bpf_probe_read_kernel_str(r->worker_name, sizeof(r->worker_name),
				  __builtin_preserve_access_index(&worker->comm));
	return 0;
}

SEC("iter")
int find_releases(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct inspect_release r = {};
	struct search s = {};
	__u32 state;

	if (!task)
		return 0;
	state = BPF_CORE_READ(task, __state);
	/* Not those kernel threads that wait for work in this state. */
	if (!(state & INSPECT_TASK_BLOCKED) || state & INSPECT_TASK_NOLOAD)
		return 0;
	s.kind = find_release(task);
	if (s.kind == INSPECT_KINDS)
		return 0;
	s.stack = (__u64)BPF_CORE_READ(task, stack);
	bpf_loop(STACK_WORDS, search_word, &s, 0);
	r.id = s.dev ? s.dev : (__u64)task;
	r.time = bpf_ktime_get_boot_ns();
	r.kind = s.kind;
	r.tid = pid_there((__u64)BPF_CORE_READ(task, thread_pid));
	r.sleeps = BPF_CORE_READ(task, nvcsw);
	read_process(&r.process, (__u64)BPF_CORE_READ(task, group_leader));
	if (s.dev && s.kind == INSPECT_NET)
		read_released_net(&r, s.dev);
	if (s.dev)
		read_released_worker(&r, s.dev);
	if (s.netdev)
		read_released_tap(&r, s.netdev);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}
