/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_QUEUES_H
#define PROBE_QUEUES_H

#include "probe.h"
#include "probe/queue-slots.h"

struct trace_bpf;
struct closed_queue;

/**
 * struct known_queue - a slot that events came from
 * @queue: see struct probe_queue
 * @refreshed: that of the slot when its name was made, which counts in milliseconds only
 * @private_data: the same, since a queue is named anew when it gets a backend
 * @retired: it was found retired after all events had been read before; the next time the rest has been read
 */
struct known_queue {
	struct probe_queue queue;
	uint64_t refreshed;
	uint64_t private_data;
	bool retired;
};

/**
 * struct probe_queues - the queues that events come from
 * @slots: the programs' slots
 * @known: for each slot what is known of it, or NULL
 * @closed: the queues that are gone
 * @rounds: calls of probe_queues_retire()
 */
struct probe_queues {
	struct queue_slots slots;
	struct known_queue *known[QUEUE_SLOTS];
	struct closed_queue *closed;
	unsigned int rounds;
};

/* Return: 0 or -errno; probe_queues_close() in any case. */
int probe_queues_open(struct probe_queues *qs, const struct trace_bpf *skel);

/* Count an event. Return: its queue, or NULL without memory. */
struct probe_queue *probe_queues_receive(struct probe_queues *qs, const struct event *e);

/**
 * probe_queues_retire() - give slots of queues that are gone back
 *
 * To be called when all events have been read.
 *
 * Return: 0 or -errno.
 */
int probe_queues_retire(struct probe_queues *qs);

/* Decisions that were entered and not left. */
uint64_t probe_queues_open_decisions(const struct probe_queues *qs);

/* See probe_queues(). */
void probe_queues_each(const struct probe_queues *qs, probe_queue_fn *fn, void *arg);

/* Release everything. */
void probe_queues_close(struct probe_queues *qs);

#endif
