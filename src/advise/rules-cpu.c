// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "base/format.h"
#include "rules-find.h"

/* Queue pairs of the device's tap that run. */
static uint32_t pairs(const struct rule_subject *s)
{
	uint32_t count = 0;

	for (size_t i = 0; i < s->w->device_count; i++)
		count += s->w->devices[i].tap == s->d->tap && s->w->devices[i].queue_count;
	return count;
}

/* How to choose CPUs for a worker: it is a thread of its owner, or one of the kernel. */
static const char *pin_text(const struct watched_thread *t, char buf[96])
{
	snprintf(buf, 96, "`taskset -pc CPUS %" PRIu32 "`%s", t->tid,
		 t->kernel ? "" : " (a thread of its owner: `taskset -a` moves it, too)");
	return buf;
}

bool find_worker_waits(const struct rule_subject *s, struct advice *a)
{
	const struct watched_thread *t = s->worker;
	char pin[96];

	if (t->wait < WAIT_MIN)
		return false;
	a->weight = t->wait;
	advise_evidence(a, "worker %" PRIu32 " was runnable and had no CPU for %.0f %% of the time; it ran for %.0f "
			"%%, on CPU %" PRIu32 " last, and may run on %" PRIu32 " of %" PRIu32, t->tid,
			100 * advise_figure(a, "worker_wait", t->wait), 100 * advise_figure(a, "worker_cpu", t->cpu),
			t->last_cpu, t->cpus, s->w->cpus);
	advise_remedy(a, "give it a CPU on which nothing else is busy: %s; or more weight against what else runs there "
		      "(cpu.weight of its cgroup)", pin_text(t, pin));
	advise_afterwards(a, "`vhostctl hist -i %s` has a shorter kick_to_run", s->d->name);
	return true;
}

bool find_throttled(const struct rule_subject *s, struct advice *a)
{
	const struct watched_thread *t = s->worker;
	char path[INSPECT_CGROUP_MAX + 32], word[FORMAT_SHELL_WORD_LEN(sizeof(path))];

	if (t->throttled < THROTTLED_MIN || !t->throttles)
		return false;
	a->weight = t->throttled;
	advise_evidence(a, "the CPU limit of %s was in force %.0f times, for %.0f %% of the time together: worker "
			"%" PRIu32
			" has to wait then, and all that is in the cgroup", t->cgroup ? t->cgroup : "its cgroup",
			advise_figure(a, "throttles", t->throttles),
			100 * advise_figure(a, "throttled", t->throttled), t->tid);
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", t->cgroup ? t->cgroup : "/CGROUP");
	advise_remedy(a, "raise the limit, `echo max >%s`, or the CPU limit of the container or VM that set it; a "
		      "weight (cpu.weight) shares CPUs without a limit", format_shell_word(path, word, sizeof(word)));
	advise_afterwards(a, "nr_throttled in cpu.stat of the cgroup does not grow");
	return true;
}

bool find_numa_node(const struct rule_subject *s, struct advice *a)
{
	const struct watched_thread *t = s->worker;
	char pin[96];

	if (t->node < 0 || t->memory_node < 0 || t->node == t->memory_node || t->placed < REMOTE_LOOKS_MIN ||
	    (double)t->remote < REMOTE_MIN * t->placed || t->cpu < REMOTE_CPU_MIN)
		return false;
	a->weight = t->cpu;
	advise_evidence(a, "worker %" PRIu32 " ran on NUMA node %.0f in %.0f of %" PRIu32 " looks, and the device's "
			"ring is in the memory of node %.0f; it took %.0f %% of a CPU", t->tid,
			advise_figure(a, "node", t->node), advise_figure(a, "remote_looks", t->remote), t->placed,
			advise_figure(a, "memory_node", t->memory_node),
			100 * advise_figure(a, "worker_cpu", t->cpu));
	advise_remedy(a, "let it run on CPUs of node %d, which /sys/devices/system/node/node%d/cpulist lists: %s",
		      t->memory_node, t->memory_node, pin_text(t, pin));
	advise_afterwards(a, "`vhostctl show %s` has the same node for the worker and its memory", s->d->name);
	return true;
}

bool find_shares_cpu(const struct rule_subject *s, struct advice *a)
{
	const struct watched_thread *t = s->worker;
	char pin[96];

	if (s->w->cpus < 2 || t->looks < SHARED_LOOKS_MIN || t->cpu < SHARED_CPU_MIN ||
	    (double)t->shared < SHARED_MIN * t->looks)
		return false;
	a->weight = t->cpu;
	advise_evidence(a, "worker %" PRIu32 " and virtual CPU %" PRIu32 " of its owner ran on CPU %" PRIu32 " in "
			"%" PRIu32
			" of %" PRIu32 " looks: one waits while the other runs; the worker used %.0f %% of it",
			t->tid, t->sharer, t->last_cpu, t->shared, t->looks,
			100 * advise_figure(a, "worker_cpu", t->cpu));
	advise_figure(a, "shared_looks", t->shared);
	advise_figure(a, "looks", t->looks);
	advise_remedy(a, "let them run on different CPUs: %s; with libvirt, `virsh emulatorpin` apart from `virsh "
		      "vcpupin`",
		      pin_text(t, pin));
	advise_afterwards(a, "`vhostctl advise -i %s` says no more of it", s->d->name);
	return true;
}

bool find_vcpu_waits(const struct rule_subject *s, struct advice *a)
{
	const struct watched_thread *worst = NULL;
	uint32_t count = 0, waiting = 0;

	for (size_t i = 0; i < s->w->vcpu_count; i++) {
		const struct watched_thread *t = &s->w->vcpus[i];

		if (!s->d->owner || t->pid != s->d->owner)
			continue;
		count++;
		waiting += t->wait >= WAIT_MIN;
		if (!worst || t->wait > worst->wait)
			worst = t;
	}
	if (!waiting)
		return false;
	a->weight = worst->wait;
	advise_evidence(a, "%" PRIu32 " of %" PRIu32 " virtual CPU%s waited for a CPU of the host; thread %" PRIu32 " "
			"for %.0f %% of the time, and it ran for %.0f %%", waiting, count, plural(count), worst->tid,
			100 * advise_figure(a, "vcpu_wait", worst->wait),
			100 * advise_figure(a, "vcpu_cpu", worst->cpu));
	advise_figure(a, "vcpus_waiting", waiting);
	advise_figure(a, "vcpus", count);
	advise_remedy(a, "have fewer virtual CPUs or other work on these CPUs, or give this VM's more weight "
		      "(cpu.weight of its cgroup); `taskset -pc CPUS %" PRIu32 "`, or with libvirt `virsh vcpupin`, "
		      "chooses CPUs", worst->tid);
	advise_afterwards(a, "steal time in the guest (st of vmstat) is about 0");
	return true;
}

/* A direction of a tap's queues: which carries most, and how much. */
struct load {
	const struct watched_device *device;
	const struct watched_queue *most;
	uint64_t sum;
};

static struct load load_of(const struct rule_subject *s, bool keeps)
{
	const struct watched *w = s->w;
	struct load l = { 0 };

	for (size_t i = 0; i < w->device_count; i++)
		for (size_t k = 0; w->devices[i].tap == s->d->tap && k < w->devices[i].queue_count; k++) {
			const struct watched_queue *q = &w->devices[i].queues[k];

			if (q->keeps != keeps)
				continue;
			l.sum += q->buffers;
			if (!l.most || q->buffers > l.most->buffers) {
				l.most = q;
				l.device = &w->devices[i];
			}
		}
	return l;
}

static double worker_cpu(const struct watched *w, const struct watched_queue *q)
{
	return q->worker >= 0 ? w->workers[q->worker].cpu : 0;
}

/* The share of the time in which the queue's worker had something to do: it ran, or waited for a CPU. */
static double worker_busy(const struct watched *w, const struct watched_queue *q)
{
	if (q->worker < 0)
		return 0;
	return w->workers[q->worker].cpu + (w->workers[q->worker].wait > 0 ? w->workers[q->worker].wait : 0);
}

bool find_one_queue(const struct rule_subject *s, struct advice *a)
{
	const struct load rx = load_of(s, true), tx = load_of(s, false), *l = rx.sum > tx.sum ? &rx : &tx;
	const uint32_t count = pairs(s);
	char other[80] = "";

	if (s->d->kind != INSPECT_NET || count < 2 || !l->most)
		return false;
	if (share(l->most->buffers, l->sum) < ONE_QUEUE_SHARE_MIN || worker_busy(s->w, l->most) < ONE_QUEUE_BUSY_MIN)
		return false;
	a->device = l->device;
	a->queue = l->most;
	a->weight = worker_busy(s->w, l->most);
	if (l->sum > l->most->buffers)
		snprintf(other, sizeof(other), ", the others together %.0f",
			 a_second(s->w, l->sum - l->most->buffers));
	advise_evidence(a, "it used %.0f buffers a second%s: %.0f %% of what the %" PRIu32 " queues of this direction "
			"did; its worker had work for %.0f %% of the time",
			advise_figure(a, "buffers_per_second", a_second(s->w, l->most->buffers)), other,
			100 * advise_figure(a, "share", share(l->most->buffers, l->sum)), count,
			100 * advise_figure(a, "worker_busy", worker_busy(s->w, l->most)));
	advise_figure(a, "pairs", count);
	advise_remedy(a, "in the guest, turn all queues on (`ethtool -L eth0 combined %" PRIu32 "`) and let several "
		      "CPUs send: the tap sends a flow's packets to the queue on which its driver sent them last. A "
		      "single flow stays on one queue: use several connections", count);
	advise_afterwards(a, "`vhostctl top -i %s` shows BUFS/S in several queues", s->d->name);
	return true;
}

/* Buffers of all queues of the worker, and how long it polls for them at most. */
static uint64_t worker_buffers(const struct rule_subject *s, uint32_t *busyloop)
{
	uint64_t sum = 0;

	*busyloop = 0;
	for (size_t i = 0; i < s->w->device_count; i++)
		for (size_t k = 0; k < s->w->devices[i].queue_count; k++) {
			const struct watched_queue *q = &s->w->devices[i].queues[k];

			if (q->worker < 0 || &s->w->workers[q->worker] != s->worker)
				continue;
			sum += q->buffers;
			*busyloop = q->busyloop > *busyloop ? q->busyloop : *busyloop;
		}
	return sum;
}

/* One that polls takes the CPU whether or not there is something to do. */
bool find_worker_full(const struct rule_subject *s, struct advice *a)
{
	const struct watched_thread *t = s->worker;
	const uint32_t count = pairs(s);
	uint32_t busyloop;

	if (t->cpu < WORKER_FULL_MIN || s->w->idle_cpus < IDLE_CPUS_MIN ||
	    a_second(s->w, worker_buffers(s, &busyloop)) < WORKER_FULL_BUFFERS_MIN || busyloop)
		return false;
	a->weight = t->cpu;
	advise_evidence(a, "worker %" PRIu32 " took %.0f %% of a CPU: it is what limits the queue; %.1f of the host's "
			"%" PRIu32
			" CPUs were idle meanwhile", t->tid, 100 * advise_figure(a, "worker_cpu", t->cpu),
			advise_figure(a, "idle_cpus", s->w->idle_cpus), s->w->cpus);
	advise_figure(a, "pairs", count);
	if (count > 1)
		advise_remedy(a, "spread the load over the device's %" PRIu32 " queue pairs, each of which has a "
			      "worker: see one_queue", count);
	else
		advise_remedy(a, "give the device more queue pairs, each of which has a worker: with QEMU `queues=4` "
			      "of -netdev tap and `mq=on,vectors=10` of -device virtio-net-pci, with libvirt `<driver "
			      "queues='4'/>`, and `ethtool -L eth0 combined 4` in the guest");
	advise_afterwards(a, "`vhostctl top -i %s` has several workers below 100 %%CPU, and more BUFS/S", s->d->name);
	return true;
}

bool find_polls_for_nothing(const struct rule_subject *s, struct advice *a)
{
	const struct watched_queue *q = s->q;
	const double cpu = worker_cpu(s->w, q);

	if (!q->busyloop || !q->runs_known || q->keeps || cpu < POLLS_CPU_MIN ||
	    a_second(s->w, q->kicks) < POLLS_KICKS_MIN || share(q->found, q->kicks) >= POLLS_BUFFERS_PER_KICK_MAX)
		return false;
	a->weight = cpu;
	advise_evidence(a, "the worker polls for %" PRIu32 " us before it sleeps, and yet was kicked %.0f times a "
			"second for %.2f buffers each: the next came later; it took %.0f %% of a CPU",
			(uint32_t)advise_figure(a, "busyloop", q->busyloop),
			advise_figure(a, "kicks_per_second", a_second(s->w, q->kicks)),
			advise_figure(a, "buffers_per_kick", share(q->found, q->kicks)),
			100 * advise_figure(a, "worker_cpu", cpu));
	advise_remedy(a, "poll for longer than packets are apart, %.0f us here, or not at all: with QEMU `poll-us=0` "
		      "of -netdev tap, or the ioctl VHOST_SET_VRING_BUSYLOOP_TIMEOUT", 1e6 / a_second(s->w, q->kicks));
	advise_afterwards(a, "`vhostctl stat -i %s` has a higher B/KICK, or a lower %%CPU", s->d->name);
	return true;
}

bool find_traced(const struct rule_subject *s, struct advice *a)
{
	uint64_t buffers = 0;

	for (size_t i = 0; i < s->w->device_count; i++)
		for (size_t k = 0; k < s->w->devices[i].queue_count; k++)
			buffers += s->w->devices[i].queues[k].buffers;
	if (!s->w->tracers || a_second(s->w, buffers) < TRACED_MIN)
		return false;
	a->weight = s->w->tracers;
	advise_evidence(a, "something traces vhost, at %.0f place%s, such as %s, while all devices used %.0f buffers "
			"a second",
			advise_figure(a, "tracers", s->w->tracers), plural(s->w->tracers), s->w->tracer,
			advise_figure(a, "buffers_per_second", a_second(s->w, buffers)));
	advise_remedy(a, "end what is not needed: `bpftool link show` has BPF programs and their processes, "
		      "`cat /sys/kernel/tracing/enabled_functions` the functions");
	advise_afterwards(a, "`vhostctl advise` says no more of it");
	return true;
}
