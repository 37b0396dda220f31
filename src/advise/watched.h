/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WATCHED_H
#define WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/format.h"
#include "bpf/discard.h"
#include "inspect/inspect.h"

/**
 * DOC: what was seen over an interval, as plain numbers
 *
 * The rules judge nothing else, so that they can be tested with any figures.
 */

/* Who makes the kicks or calls of a queue: KVM, or a process that has to wake up for each. */
enum watched_path { PATH_UNKNOWN, PATH_KVM, PATH_PROCESS };

/**
 * struct watched_queue - a queue over the interval
 * @name: "rx0"
 * @number: position among the device's queues
 * @keeps: see inspect_keeps_buffers(): it receives
 * @runs_known: the worker's runs are counted, and with them @kicks, @spurious and @found
 * @buffers: used entries
 * @calls: decisions to notify the driver
 * @suppressed: decisions not to
 * @kicks: kicks of the driver
 * @spurious: kicks that found nothing in the ring
 * @runs: runs of the worker on this queue
 * @found: avail entries that these runs took
 * @discards: packets that vhost threw away, by enum discard_reason
 * @misses: addresses that the IOTLB had no translation of
 * @interrupts: calls of the driver's interrupt handler, where that is what is watched
 * @spurious_interrupts: those that found nothing in the ring
 * @in_flight: buffers that wait for the other side, mean over the looks: published and not used, or, of a queue that
 *	       receives, used and not taken back; negative: not known
 * @in_flight_most: the most of the looks; 0 also if that is not known
 * @ring_fill: packets that waited in the tap's ring for this queue, the most of the looks; negative: not known
 * @ring_size: size of that ring; 0: not known
 * @hungry: looks at which packets waited there, and the driver had given no buffer
 * @busyloop: how long the worker polls before it sleeps, microseconds
 * @kicks_by: who makes the kicks
 * @calls_by: who makes interrupts of the calls
 * @worker: index of its worker in struct watched; -1: none
 */
struct watched_queue {
	char name[INSPECT_QUEUE_NAME];
	uint32_t number;
	bool keeps, runs_known;
	uint64_t buffers, calls, suppressed, kicks, spurious, runs, found, misses;
	uint64_t discards[DISCARD_REASONS];
	uint64_t interrupts, spurious_interrupts;
	double in_flight;
	uint32_t in_flight_most;
	int32_t ring_fill;
	uint32_t ring_size, hungry;
	uint32_t busyloop;
	enum watched_path kicks_by, calls_by;
	int worker;
};

/**
 * struct watched_device - a device that was there, and the same, all the time
 * @source: the last look at it; the rules do not use it; NULL: it is a virtio device of this kernel
 * @name: as it is shown, for commands: quoted where a shell would need it; in @name_buf or elsewhere
 * @name_buf: room for @name
 * @tap_name: name of the tap, likewise; empty without one
 * @owner: its owner's process; 0: not visible
 * @kind: kind of device
 * @tap: devices with the same number are queues of one tap; likewise unique for one without a tap
 * @features: acked features, the lowest word
 * @mtu: of the tap, bytes; 0: not known
 * @offloads: LINK_CSUM and so on, that the owner takes from the tap; negative: not known
 * @drops: packets for the driver that the tap dropped
 * @drop_parts: parts of the interval, between looks, in which it did
 * @parts: number of all parts
 * @frame_bytes: mean length of the frames for the driver; negative: not known
 * @backpressure: the tap stops the network instead of dropping
 * @queues: those with a backend; owned
 * @queue_count: number of @queues
 */
struct watched_device {
	const struct inspect_device *source;
	const char *name;
	char name_buf[FORMAT_SHELL_WORD_LEN(DEVICE_NETNS_LEN + INSPECT_NAME_LEN)];
	char tap_name[FORMAT_SHELL_WORD_LEN(INSPECT_NAME_LEN)];
	uint32_t owner;
	enum inspect_kind kind;
	uint32_t tap;
	uint64_t features;
	uint32_t mtu;
	int offloads;
	uint64_t drops;
	uint32_t drop_parts, parts;
	double frame_bytes;
	bool backpressure;
	struct watched_queue *queues;
	size_t queue_count;
};

/**
 * struct watched_thread - a worker, or a virtual CPU of an owner
 * @tid: the thread
 * @pid: its process; for a kernel thread that of itself
 * @kernel: it is a kernel thread, up to Linux 6.3
 * @cpu: its share of a CPU over the interval, 1: all
 * @wait: the share of the interval in which it was runnable and had no CPU; negative: not known
 * @cpus: number of CPUs that it may run on
 * @last_cpu: the CPU that it ran on at the end
 * @looks: of a worker: looks at which it had run since the look before
 * @shared: those at which a virtual CPU of its owner had also run on the same CPU
 * @sharer: the last such virtual CPU
 * @node: of a worker: NUMA node of the CPU that it ran on last; negative: not known
 * @memory_node: that of its device's memory; likewise
 * @placed: looks at which both were known
 * @remote: those at which they were not the same
 * @throttled: the share of the interval in which its cgroup's limit of CPU time was in force; negative: not known
 * @throttles: how often the quota was used up
 * @cgroup: the cgroup with the limit; NULL: not known
 */
struct watched_thread {
	uint32_t tid, pid;
	bool kernel;
	double cpu, wait;
	uint32_t cpus, last_cpu;
	uint32_t looks, shared, sharer;
	int node, memory_node;
	uint32_t placed, remote;
	double throttled;
	uint32_t throttles;
	const char *cgroup;
};

/**
 * struct watched - everything
 * @seconds: length of the interval
 * @devices: the devices; owned
 * @device_count: number of @devices
 * @workers: their workers; owned
 * @worker_count: number of @workers
 * @vcpus: virtual CPUs of the owners; owned
 * @vcpu_count: number of @vcpus
 * @cpus: CPUs of the host that are on
 * @idle_cpus: sum of the shares in which they had nothing to do: 1.5 of 2, for example
 * @tracers: functions of vhost to which a tracer was attached before
 * @tracer: one of them, or of the programs that are attached
 * @unknown: devices that came, went or changed meanwhile
 */
struct watched {
	double seconds;
	struct watched_device *devices;
	size_t device_count;
	struct watched_thread *workers;
	size_t worker_count;
	struct watched_thread *vcpus;
	size_t vcpu_count;
	uint32_t cpus;
	double idle_cpus;
	uint32_t tracers;
	char tracer[64];
	uint32_t unknown;
};

#endif
