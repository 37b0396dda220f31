/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACE_QUEUES_H
#define TRACE_QUEUES_H

#include "event/gone-queues.h"
#include "event/ring-starts.h"
#include "probe/netns-names.h"
#include "probe/queue-slots.h"
#include "probe/vm-names.h"
#include "tracer.h"

struct trace_bpf;

/**
 * struct known_queue - a queue in a slot that events came from
 * @queue: see struct traced_queue
 * @named: @named of the slot when the queue's name was copied
 * @tid: @tid of the slot then
 * @vm: name of the owner's VM, asked when the queue was first seen
 * @ring: the last ring of it that ran
 * @starts: @starts of struct ring_event then
 * @asked: it was asked
 * @retired: the last look at the slots found it retired; at the next look all its events have been read
 */
struct known_queue {
	struct traced_queue queue;
	uint64_t named;
	uint32_t tid;
	char vm[VM_NAME_LEN];
	struct queue_ring ring;
	uint32_t starts;
	bool asked, retired;
};

/**
 * struct trace_queues - the queues that events come from
 * @slots: the programs' slots
 * @vms: the names of VMs
 * @known: the queue, by number of slot; NULL: none
 * @gone: counts of queues that are gone
 * @starts: the rings whose starts were seen
 * @taps: the taps of all queues so far
 * @namespaces: names of network namespaces
 * @rounds: calls of trace_queues_retire()
 */
struct trace_queues {
	struct queue_slots slots;
	struct vm_names vms;
	struct known_queue *known[QUEUE_SLOTS];
	struct gone_queues gone;
	struct ring_starts starts;
	struct device_names taps;
	struct netns_names namespaces;
	unsigned int rounds;
};

/* Map the slots. Return: 0 or -errno; call trace_queues_close() in any case. */
int trace_queues_open(struct trace_queues *qs, const struct trace_bpf *skel);

/* Count an event. Return: its queue, or NULL without memory. */
struct traced_queue *trace_queues_receive(struct trace_queues *qs, const struct event *e);

/* Note the ring of a queue. Return: 0 or -ENOMEM. */
int trace_queues_ring(struct trace_queues *qs, const struct ring_event *e);

/**
 * trace_queues_retire() - give back the slots of queues that are gone
 *
 * Call it when all events have been read.
 *
 * Return: 0 or -errno.
 */
int trace_queues_retire(struct trace_queues *qs);

/* Number of decisions that were entered and not left. */
uint64_t trace_queues_open_decisions(const struct trace_queues *qs);

/* See tracer_queues(). */
int trace_queues_each(struct trace_queues *qs, traced_queue_fn *fn, void *arg);

/* Release everything. */
void trace_queues_close(struct trace_queues *qs);

#endif
