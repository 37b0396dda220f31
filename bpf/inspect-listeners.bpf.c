// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes who hears the call eventfds of the devices that a thread has open, and the eventfds that KVM signals for it.
 *
 * Theory of operation. Whoever wants to hear of an eventfd puts an entry into its wait queue. A signal calls the
 * function of each entry, so this function tells what kind of listener it is, and what is around the entry. A thread in
 * poll() has its entry there only while it sleeps: the list is that of one moment.
 *
 * No lock is taken. An entry may be removed and freed while it is read: therefore its function is read again at the
 * end. If it is another one then, or if the list does not lead back to its head, the whole list is read again.
 *
 * A kick that the guest makes by a write to an address is a signal of KVM if the VM has an ioeventfd for it. Else KVM
 * returns to the owner, which writes the eventfd.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "inspect-record.h"
#include "inspect.bpf.h"
#include "listener.bpf.h"
#include "pids.bpf.h"
#include "symbol.bpf.h"
#include "types.bpf.h"

/* How often a list is read until it stands still. */
#define TRIES 4

/* Devices to remember: a thread may have many descriptors of each. Of more devices, some are written several times. */
#define HEARD_MAX 512

/* The pass of the iterator that has last written a device's listeners, by the device. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, HEARD_MAX);
	__type(key, __u64);
	__type(value, __u64);
} heard SEC(".maps");

/* The record that is being filled in; it is too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct inspect_call);
} call_record SEC(".maps");

static __always_inline struct inspect_call *call_record_at(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&call_record, &zero);
}

/* The process of a thread, in the reader's pid namespace. */
static __always_inline __u32 process_of(struct task_struct *task)
{
	return task ? pid_there((__u64)BPF_CORE_READ(task, group_leader, thread_pid)) : 0;
}

static __always_inline __u32 process_of_mm(struct mm_struct *mm)
{
	return bpf_core_field_exists(mm->owner) ? process_of(BPF_CORE_READ(mm, owner)) : 0;
}

/* Return: whether it waits for a signal, and not for room to write. */
static __always_inline bool read_poll(struct inspect_listener *l, __u64 wait)
{
	struct poll_table_entry *entry = (void *)(wait - bpf_core_field_offset(struct poll_table_entry, wait));
	struct poll_wqueues *queues = BPF_CORE_READ(entry, wait.private);

	l->pid = process_of(BPF_CORE_READ(queues, polling_task));
	return BPF_CORE_READ(entry, key) & LISTENS_FOR;
}

/* An epoll file belongs to no process. A thread that waits in epoll_wait() tells whose it is. */
static __always_inline bool read_epoll(struct inspect_listener *l, __u64 wait)
{
	struct eppoll_entry *entry = (void *)(wait - bpf_core_field_offset(struct eppoll_entry, wait));
	struct epitem *item = BPF_CORE_READ(entry, base);
	struct eventpoll *ep = BPF_CORE_READ(item, ep);
	struct list_head *head = __builtin_preserve_access_index(&ep->wq.head), *first = BPF_CORE_READ(head, next);
	struct wait_queue_entry *waiter = (void *)first - bpf_core_field_offset(struct wait_queue_entry, entry);

	if (first && first != head)
		l->pid = process_of(BPF_CORE_READ(waiter, private));
	return BPF_CORE_READ(item, event.events) & LISTENS_FOR;
}

static __always_inline bool read_io_uring(struct inspect_listener *l, __u64 wait)
{
	struct io_poll *poll = (void *)(wait - bpf_core_field_offset(struct io_poll, wait));
	struct io_kiocb *request = (void *)((__u64)BPF_CORE_READ(poll, wait.private) & ~3ULL);

	if (bpf_core_field_exists(request->task))
		l->pid = process_of(BPF_CORE_READ(request, task));
	else if (bpf_core_field_exists(request->tctx))
		l->pid = process_of(BPF_CORE_READ(request, tctx, task));
	return BPF_CORE_READ(poll, events) & LISTENS_FOR;
}

/* With a count, readers do not wait: it is one that waits for room to write. */
static __always_inline bool read_blocked(struct inspect_listener *l, __u64 wait, struct eventfd_ctx *eventfd)
{
	l->pid = process_of(BPF_CORE_READ((struct wait_queue_entry *)wait, private));
	return !BPF_CORE_READ(eventfd, count);
}

static __always_inline bool read_vhost(struct inspect_listener *l, __u64 wait)
{
	struct vhost_poll *poll = (void *)(wait - bpf_core_field_offset(struct vhost_poll, wait));

	l->pid = process_of_mm(BPF_CORE_READ(poll, dev, mm));
	return BPF_CORE_READ(poll, mask) & LISTENS_FOR;
}

static __always_inline bool read_irqfd(struct inspect_listener *l, __u64 wait)
{
	struct kvm_kernel_irqfd *irqfd = (void *)(wait - bpf_core_field_offset(struct kvm_kernel_irqfd, wait));

	l->gsi = BPF_CORE_READ(irqfd, gsi);
	l->pid = process_of_mm(BPF_CORE_READ(irqfd, kvm, mm));
	return true;
}

/* KVM's function, and not that of Xen's driver for processes, which has the same name. */
static __always_inline bool is_kvm(const char *text, int len)
{
	return !text[len - 1] || (text[len - 1] == ' ' && text[len + 1] == 'k' && text[len + 2] == 'v');
}

#define IS(text, name) is_symbol(text, name, sizeof(name))

/* Return: enum listener_kind of the function at @address, whose name is stored in @l. */
__noinline __u32 listener_kind(struct inspect_listener *l, __u64 address)
{
	static const char irqfd[] = "irqfd_wakeup", poll[] = "pollwake", epoll[] = "ep_poll_callback",
			  io_uring[] = "io_poll_wake", vhost[] = "vhost_poll_wakeup",
			  blocked[] = "autoremove_wake_function", simple[] = "default_wake_function";
	char name[INSPECT_SYMBOL_LEN] = {};

	if (!l)
		return LISTENER_UNKNOWN;
	BPF_SNPRINTF(name, sizeof(name), "%ps", address);
	if (IS(name, irqfd) && is_kvm(name, sizeof(irqfd)) && bpf_core_type_exists(struct kvm_kernel_irqfd))
		return LISTENER_IRQFD;
	if (IS(name, poll))
		return LISTENER_POLL;
	if (IS(name, epoll))
		return LISTENER_EPOLL;
	if (IS(name, io_uring) && bpf_core_type_exists(struct io_poll))
		return LISTENER_IO_URING;
	if (IS(name, vhost))
		return LISTENER_VHOST;
	if (IS(name, blocked) || IS(name, simple))
		return LISTENER_READ;
	__builtin_memcpy(l->symbol, name, sizeof(l->symbol));
	return LISTENER_UNKNOWN;
}

/* Fill in @l. @wait: the entry, @func: its function. Return: 1 if it hears the eventfd, else 0. */
__noinline int read_listener(struct inspect_listener *l, __u64 wait, __u64 func, __u64 eventfd)
{
	if (!l)
		return 0;
	__builtin_memset(l, 0, sizeof(*l));
	l->kind = listener_kind(l, func);
	switch (l->kind) {
	case LISTENER_IRQFD:
		return bpf_core_type_exists(struct kvm_kernel_irqfd) ? read_irqfd(l, wait) : 0;
	case LISTENER_POLL:
		return read_poll(l, wait);
	case LISTENER_EPOLL:
		return read_epoll(l, wait);
	case LISTENER_IO_URING:
		return bpf_core_type_exists(struct io_poll) ? read_io_uring(l, wait) : 0;
	case LISTENER_READ:
		return read_blocked(l, wait, (void *)eventfd);
	case LISTENER_VHOST:
		return read_vhost(l, wait);
	}
	return 1;
}

/**
 * struct listener_walk - a walk along the list of listeners
 * @eventfd: the eventfd
 * @head: the head of the list
 * @at: the entry that comes next
 * @whole: the walk has come back to the head
 */
struct listener_walk {
	__u64 eventfd;
	__u64 head, at;
	bool whole;
};

static long add_listener(__u32 i, struct listener_walk *w)
{
	struct wait_queue_entry *wait = (void *)(w->at - bpf_core_field_offset(struct wait_queue_entry, entry));
	struct inspect_call *c = call_record_at();
	__u64 func, next;
	__u32 count;
	int hears;

	w->whole = w->at == w->head;
	if (w->whole || !c)
		return 1;
	count = c->count;
	barrier_var(count);	/* else the compiler reads it again, after the comparison */
	if (count >= INSPECT_LISTENERS_MAX)
		return 1;
	func = (__u64)BPF_CORE_READ(wait, func);
	next = (__u64)BPF_CORE_READ(wait, entry.next);
	hears = read_listener(&c->listeners[count], (__u64)wait, func, w->eventfd);
	/* Removed, an entry leads nowhere, or to itself. */
	if (!next || next == w->at || (__u64)BPF_CORE_READ(wait, entry.next) != next ||
	    (__u64)BPF_CORE_READ(wait, func) != func)
		return 1;
	c->count = count + hears;
	w->at = next;
	return 0;
}

/* The list's entries, those that hear nothing, and the head. */
#define STEPS_MAX 64

__noinline int read_listeners(__u64 address)
{
	struct eventfd_ctx *eventfd = (void *)address;
	struct inspect_call *c = call_record_at();
	struct listener_walk w = { .eventfd = address };

	if (!c)
		return 0;
	w.head = (__u64)__builtin_preserve_access_index(&eventfd->wqh.head);
	for (int i = 0; i < TRIES && !w.whole; i++) {
		c->count = 0;
		w.at = (__u64)BPF_CORE_READ(eventfd, wqh.head.next);
		bpf_loop(STEPS_MAX, add_listener, &w, 0);
	}
	c->more = !w.whole;
	return 0;
}

/**
 * struct call_walk - a walk along the queues of a device
 * @seq: the output
 * @dev: the device
 */
struct call_walk {
	struct seq_file *seq;
	struct vhost_dev *dev;
};

static long write_call(__u32 number, struct call_walk *w)
{
	struct vhost_dev *dev = w->dev;
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	struct inspect_call *c = call_record_at();
	struct eventfd_ctx *eventfd;

	if (!c || bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[number]))
		return 1;
	eventfd = BPF_CORE_READ(vq, call_ctx.ctx);
	__builtin_memset(c, 0, sizeof(*c));
	c->id = (__u64)dev;
	c->number = number;
	c->eventfd = eventfd ? BPF_CORE_READ(eventfd, id) : -1;
	if (eventfd)
		read_listeners((__u64)eventfd);
	return bpf_seq_write(w->seq, c, sizeof(*c)) != 0;
}

SEC("iter")
int find_listeners(struct bpf_iter__task_file *ctx)
{
	struct call_walk w = { .seq = ctx->meta->seq };
	struct file *file = ctx->file;
	__u64 session, *last, id;
	struct vhost_dev *dev;
	__u32 kind, queues;

	if (!ctx->task || !file)
		return 0;
	dev = find_device(file, &kind);
	if (!dev)
		return 0;
	w.dev = dev;
	session = ctx->meta->session_id;
	id = (__u64)dev;
	last = bpf_map_lookup_elem(&heard, &id);
	if (last && *last == session)
		return 0;
	queues = BPF_CORE_READ(dev, nvqs);
	bpf_loop(queues < INSPECT_QUEUES_MAX ? queues : INSPECT_QUEUES_MAX, write_call, &w, 0);
	bpf_map_update_elem(&heard, &id, &session, BPF_ANY);
	return 0;
}

/* The file of a VM: its release function tells. */
static __always_inline struct kvm *find_vm(struct file *file)
{
	static const char release[] = "kvm_vm_release";
	struct file_operations *ops = BPF_CORE_READ(file, f_op);
	char name[SYMBOL_LEN] = {};

	/* Most files have another one; the name of a function is expensive. */
	if (BPF_CORE_READ(file, f_inode, i_rdev) || !BPF_CORE_READ(file, private_data))
		return NULL;
	BPF_SNPRINTF(name, sizeof(name), "%ps", (__u64)BPF_CORE_READ(ops, release));
	return IS(name, release) ? BPF_CORE_READ(file, private_data) : NULL;
}

/**
 * struct ioeventfd_walk - a walk along the ioeventfds of a VM
 * @seq: the output
 * @head: the head of their list
 * @at: the one that comes next
 * @whole: the walk has come back to the head
 */
struct ioeventfd_walk {
	struct seq_file *seq;
	__u64 head, at;
	bool whole;
};

static long write_ioeventfd(__u32 i, struct ioeventfd_walk *w)
{
	struct _ioeventfd *p = (void *)(w->at - bpf_core_field_offset(struct _ioeventfd, list));
	__s32 id;

	w->whole = w->at == w->head;
	if (w->whole || !w->at)
		return 1;
	id = BPF_CORE_READ(p, eventfd, id);
	w->at = (__u64)BPF_CORE_READ(p, list.next);
	return bpf_seq_write(w->seq, &id, sizeof(id)) != 0;
}

SEC("iter")
int find_ioeventfds(struct bpf_iter__task_file *ctx)
{
	struct ioeventfd_walk w = { .seq = ctx->meta->seq };
	const __s32 more = INSPECT_IOEVENTFDS_MORE;
	struct file *file = ctx->file;
	struct kvm *kvm;

	if (!ctx->task || !file || !bpf_core_type_exists(struct _ioeventfd))
		return 0;
	kvm = find_vm(file);
	if (!kvm)
		return 0;
	w.head = (__u64)__builtin_preserve_access_index(&kvm->ioeventfds);
	w.at = (__u64)BPF_CORE_READ(kvm, ioeventfds.next);
	bpf_loop(INSPECT_IOEVENTFDS_MAX, write_ioeventfd, &w, 0);
	if (!w.whole)
		bpf_seq_write(w.seq, &more, sizeof(more));
	return 0;
}
