/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FLOW_H
#define FLOW_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "frame-sequence.h"
#include "frame.h"

/**
 * struct flow - the packets of one direction, from the submitting thread to the receiving one
 * @frame: their contents
 * @limit: how many to submit
 * @credits: how many more may be in flight: the submitter takes one per packet, the receiver gives it back. This bounds
 *           the packets in the host's queues between the two, which drop packets when full.
 * @closed: no more packets are wanted
 * @finished: the submitter will submit no more
 * @submitted: packets 0 to @submitted - 1 were submitted; raised before they can arrive
 * @submitted_ns: when packets were last submitted, CLOCK_MONOTONIC
 * @refused: submitted packets that the host refused at once
 * @delivered: how many different packets arrived
 * @sequence: which packets arrived; private to the receiver while its thread runs
 * @corrupt: packets that arrived changed; private to the receiver while its thread runs
 * @strays: packets of other pairs that arrived; private to the receiver while its thread runs
 */
struct flow {
	struct frame frame;
	uint64_t limit;
	sem_t credits;
	atomic_bool closed;
	atomic_bool finished;
	atomic_uint_least64_t submitted;
	atomic_uint_least64_t submitted_ns;
	atomic_uint_least64_t refused;
	atomic_uint_least64_t delivered;
	struct frame_sequence sequence;
	uint64_t corrupt;
	uint64_t strays;
};

/**
 * flow_init() - an empty flow
 * @f: the flow, all zero
 * @limit: number of packets
 * @window: how many may be in flight
 *
 * Return: 0 or -errno.
 */
int flow_init(struct flow *f, uint64_t limit, unsigned int window);

/**
 * flow_fini() - release what flow_init() took, and the frame
 * @f: the flow
 */
void flow_fini(struct flow *f);

/**
 * flow_close() - ask for no more packets, and wake the submitter; from any thread
 * @f: the flow
 */
void flow_close(struct flow *f);

/**
 * flow_wanted() - how many packets the submitter may still submit
 * @f: the flow
 *
 * Return: 0 once the flow is closed or at its limit.
 */
uint64_t flow_wanted(struct flow *f);

/**
 * flow_take() - wait for the right to submit packets
 * @f: the flow
 * @count: how many
 * @patience_ns: how long to wait for each credit, in nanoseconds
 *
 * Return: 0; -ECANCELED once the flow is closed, or -ETIME if no credit came in time, with none taken.
 */
int flow_take(struct flow *f, unsigned int count, uint64_t patience_ns);

/**
 * flow_give() - give credits back
 * @f: the flow
 * @count: packets that arrived or are known to be lost
 */
void flow_give(struct flow *f, uint64_t count);

/**
 * flow_receive() - check a packet that arrived, and count it
 * @f: the flow
 * @data: the packet, Ethernet header included
 * @len: its bytes
 *
 * Does not give its credit back: the receiver does that once per batch.
 *
 * Return: true if it is one of the flow's packets, changed or not; false if it is not: no credit of this flow was taken
 * for it.
 */
bool flow_receive(struct flow *f, const void *data, size_t len);

#endif
