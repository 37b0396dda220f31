// SPDX-License-Identifier: GPL-2.0-or-later
#include "placement.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include <linux/sched.h>

#include "base/clock.h"
#include "device-json.h"
#include "show-lines.h"

/* Room for any set of CPUs. */
#define CPUS_LEN 5120

/* Room for the scheduling class in text. */
#define CLASS_LEN 48

static bool has_nice(const struct placement *p)
{
	return p->worker.policy == SCHED_NORMAL || p->worker.policy == SCHED_BATCH;
}

static bool has_priority(const struct placement *p)
{
	return p->worker.policy == SCHED_FIFO || p->worker.policy == SCHED_RR;
}

static struct json_object *string_json(const char *text)
{
	return text ? json_object_new_string(text) : NULL;
}

/* null: nothing limits the worker's CPU time, or the kernel cannot. */
static struct json_object *throttled_json(const struct placement *p)
{
	const struct inspect_worker *w = &p->worker;
	struct json_object *obj;

	if (!w->quota)
		return NULL;
	obj = json_object_new_object();
	json_object_object_add(obj, "cgroup", string_json(p->limit_cgroup));
	json_object_object_add(obj, "quota_ns", json_object_new_uint64(w->quota));
	json_object_object_add(obj, "period_ns", json_object_new_uint64(w->period));
	json_object_object_add(obj, "periods", json_object_new_int64(w->nr_periods));
	json_object_object_add(obj, "times", json_object_new_int64(w->nr_throttled));
	json_object_object_add(obj, "ns", json_object_new_uint64(w->throttled_ns));
	return obj;
}

static struct json_object *node_json(int node)
{
	return device_json_number((uint64_t)node, node >= 0);
}

/* In the order of placement_json_add(). */
static const char *const keys[] = {
	"thread", "on_cpu", "cpus", "policy", "nice", "rt_priority", "run_delay_ns", "cgroup", "limited", "throttled",
	"numa_node", "memory_node",
};

void placement_json_add(struct json_object *obj, const struct placement *p)
{
	const struct inspect_worker *w;
	char cpus[CPUS_LEN];

	for (size_t i = 0; !p && i < sizeof(keys) / sizeof(*keys); i++)
		json_object_object_add(obj, keys[i], NULL);
	if (!p)
		return;
	w = &p->worker;
	json_object_object_add(obj, "thread", json_object_new_string(w->flags & INSPECT_WORKER_KTHREAD ? "kernel" :
								     "owner"));
	json_object_object_add(obj, "on_cpu", json_object_new_int64(w->cpu));
	json_object_object_add(obj, "cpus", json_object_new_string(placement_cpus(p, cpus, sizeof(cpus))));
	json_object_object_add(obj, "policy", json_object_new_string(placement_policy(p)));
	json_object_object_add(obj, "nice", has_nice(p) ? json_object_new_int(w->nice) : NULL);
	json_object_object_add(obj, "rt_priority", device_json_number(w->rt_priority, has_priority(p)));
	json_object_object_add(obj, "run_delay_ns", device_json_number(w->run_delay, w->flags & INSPECT_WORKER_DELAY));
	json_object_object_add(obj, "cgroup", string_json(p->cgroup));
	json_object_object_add(obj, "limited", w->flags & INSPECT_WORKER_LIMITS ?
			       json_object_new_boolean(w->quota) : NULL);
	json_object_object_add(obj, "throttled", throttled_json(p));
	json_object_object_add(obj, "numa_node", node_json(p->node));
	json_object_object_add(obj, "memory_node", node_json(w->memory_node));
}

static const char *class_text(const struct placement *p, char buf[CLASS_LEN])
{
	if (has_nice(p))
		snprintf(buf, CLASS_LEN, "%s, nice %d", placement_policy(p), p->worker.nice);
	else if (has_priority(p))
		snprintf(buf, CLASS_LEN, "%s, priority %u", placement_policy(p), p->worker.rt_priority);
	else
		snprintf(buf, CLASS_LEN, "%s", placement_policy(p));
	return buf;
}

static void show_cgroup(struct out *o, const struct placement *p)
{
	const struct inspect_worker *w = &p->worker;
	const char *cgroup = p->cgroup ? p->cgroup : "not known";

	if (!(w->flags & INSPECT_WORKER_LIMITS))
		show_line(o, "", "cgroup %s; whether its CPU time is limited is unknown", cgroup);
	else if (!w->quota)
		show_line(o, "", "cgroup %s; nothing limits its CPU time", cgroup);
	else
		show_line(o, "", "cgroup %s; cpu.max of %s grants %.3f CPUs: throttled in %u of %u periods, for "
			  "%.6f s in all", cgroup, p->limit_cgroup ? p->limit_cgroup : "one above it",
			  (double)w->quota / (double)(w->period ? w->period : 1), w->nr_throttled, w->nr_periods,
			  ns_to_s(w->throttled_ns));
}

/* Only a machine with several nodes has one that is not 0. */
static void show_nodes(struct out *o, const struct placement *p)
{
	const int memory = p->worker.memory_node;

	if (p->node > 0 || memory > 0)
		show_line(o, "", "its CPU is of NUMA node %d, the ring is in memory of node %d%s", p->node, memory,
			  p->node >= 0 && memory >= 0 && p->node != memory ? ", another one" : "");
}

void placement_show(struct out *o, const struct placement *p)
{
	const struct inspect_worker *w = &p->worker;
	char cpus[CPUS_LEN], class[CLASS_LEN];

	show_line(o, "", "CPU %u last, may run on CPUs %s; %s", w->cpu, placement_cpus(p, cpus, sizeof(cpus)),
		  class_text(p, class));
	if (w->flags & INSPECT_WORKER_DELAY)
		show_line(o, "", "%.6f s ready to run without a CPU", ns_to_s(w->run_delay));
	if (w->flags & INSPECT_WORKER_KTHREAD)
		show_line(o, "", "a kernel thread: it does not follow its owner's taskset, only `taskset -p CPUS %u`",
			  w->tid);
	else
		show_line(o, "", "a thread of its owner: `taskset -a -p` of the owner moves it, too");
	show_cgroup(o, p);
	show_nodes(o, p);
}
