/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include <stddef.h>
#include <stdint.h>

#include <json-c/json_object.h>

#include "base/out.h"
#include "bpf/inspect-record.h"

struct inspect_device;
struct numa;

/**
 * DOC: where and how the workers of a device run
 *
 * A look tells it if inspect_open() was called with INSPECT_WORKERS. All of it is of one moment, and comes from the
 * kernel's structures, but for the nodes of CPUs, which sysfs has.
 */

/**
 * struct placement - where and how a worker runs
 * @worker: the worker
 * @node: NUMA node of the CPU that it ran on last; -1: not known
 * @cgroup: path of its cgroup in the hierarchy of version 2, any bytes; where the hierarchy is too deep, "..." and the
 *	    end of it; NULL: not known; owned
 * @limit_cgroup: path of the cgroup with the limit of CPU time; NULL: there is none, or it is in another hierarchy;
 *		  owned
 */
struct placement {
	struct inspect_worker worker;
	int node;
	char *cgroup, *limit_cgroup;
};

/**
 * placement_add() - add a worker to its device
 * @d: the device
 * @w: the record of the worker
 * @names: the names of its cgroups, @w->cgroup_len bytes; the last one is 0
 *
 * A worker that the device has already is left as it is.
 *
 * Return: 0 or -ENOMEM.
 */
int placement_add(struct inspect_device *d, const struct inspect_worker *w, const char *names);

/* Fill in what the machine tells of the CPUs: their nodes, and which there are. */
void placement_complete(struct inspect_device *d, const struct numa *numa);

/* Release what a device has. */
void placement_free(struct inspect_device *d);

/**
 * placement_of() - a worker of a device
 * @d: the device
 * @tid: the worker, as in struct inspect_queue
 *
 * Return: where it runs, or NULL if that is not known.
 */
const struct placement *placement_of(const struct inspect_device *d, uint32_t tid);

/* Room for a list of CPUs in text. */
#define PLACEMENT_CPUS 64

/**
 * placement_cpus() - the CPUs that a worker may run on, "0-3,5"
 * @p: the worker
 * @buf: filled in
 * @len: its size
 *
 * Return: @buf.
 */
const char *placement_cpus(const struct placement *p, char *buf, size_t len);

/* Return: "SCHED_OTHER", for example, as chrt(1) has it; "unknown" for a policy that is new. */
const char *placement_policy(const struct placement *p);

/**
 * placement_json_add() - add the members thread, on_cpu, cpus, policy, nice, rt_priority, run_delay_ns, cgroup,
 *			  limited, throttled, numa_node and memory_node
 * @obj: the object of the worker
 * @p: the worker; NULL: all members are null
 */
void placement_json_add(struct json_object *obj, const struct placement *p);

/**
 * placement_show() - print lines of show: where and how a worker runs
 * @o: the output
 * @p: the worker
 */
void placement_show(struct out *o, const struct placement *p);

#endif
