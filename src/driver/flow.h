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
 * struct flow - the packets of one direction, between the thread that submits and the one that they reach
 * @frame: what they look like
 * @limit: how many are to be submitted
 * @credits: how many more may be under way: the submitter takes one a packet, the receiver gives it back. It bounds
 *           what waits in the host's queues between the two, which would drop what is too much.
 * @closed: no more packets are wanted
 * @finished: the submitter will submit no more
 * @submitted: numbers 0 to this minus 1 are under way or through; raised before the packets can come through
 * @submitted_ns: when packets were last submitted, CLOCK_MONOTONIC
 * @refused: of these, how many the host refused to the submitter's face
 * @delivered: how many different ones came through
 * @sequence: which ones came through; the receiver's alone while its thread runs
 * @corrupt: packets that came through changed; the receiver's alone while its thread runs
 * @strays: packets of other pairs that came; the receiver's alone while its thread runs
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
 * @window: how many may be under way
 *
 * Return: 0 or -errno.
 */
int flow_init(struct flow *f, uint64_t limit, unsigned int window);

/**
 * flow_fini() - release what flow_init() took
 * @f: the flow
 */
void flow_fini(struct flow *f);

/**
 * flow_close() - want no more packets, and wake the submitter; from any thread
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
 * @patience_ns: how long to wait for the next credit
 *
 * Return: 0, -ECANCELED once the flow is closed, -ETIME when none came in time; then nothing was taken.
 */
int flow_take(struct flow *f, unsigned int count, uint64_t patience_ns);

/**
 * flow_give() - give credits back
 * @f: the flow
 * @count: packets that came through or are known to be lost
 */
void flow_give(struct flow *f, uint64_t count);

/**
 * flow_receive() - check a packet that came through and count it
 *
 * Does not give its credit back: the receiver does that once a batch.
 *
 * Return: false if it is none of the flow's packets, but another pair's or somebody else's, for which no credit of this
 * flow was taken.
 */
bool flow_receive(struct flow *f, const void *data, size_t len);

#endif
