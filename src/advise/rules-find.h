/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_FIND_H
#define RULES_FIND_H

#include "rules.h"

/* The functions of the table in rules.c; vhostctl-advise(8) describes each rule. */
rule_fn find_call_each, find_calls_by_vmm, find_discards, find_drops, find_drops_at_bursts,
	find_iotlb_misses, find_kick_each, find_kicks_by_write, find_no_buffers, find_no_event_idx,
	find_no_mrg_rxbuf, find_no_offloads, find_numa_node, find_one_queue, find_polls_for_nothing,
	find_shares_cpu, find_spurious_interrupts, find_spurious_kicks, find_throttled, find_traced, find_vcpu_waits,
	find_worker_full, find_worker_waits;

/**
 * DOC: thresholds, each with its reason
 *
 * Rates are a second, shares of 1.
 */

/*
 * A kick is an exit of the guest and a wake-up of the worker, a call an interrupt and its handler: some microseconds
 * each. A thousand a second are less than one per cent of a CPU.
 */
#define NOTIFICATIONS_MIN 1000.0

/*
 * Each of these wakes the owner: an exit or a wake-up of ten microseconds and more, and its one big lock. A few hundred
 * a second are seen in latencies.
 */
#define BY_PROCESS_MIN 200.0

/* From every second buffer on, sharing notifications would halve them at least. */
#define EACH_MIN 0.5

/* Two buffers can share a notification only if they are under way together: with one in flight each needs its own. */
#define TOGETHER_MIN 2.0

/* An interrupt each tenth of a millisecond: packets that share one wait for no longer than that. */
#define CALLS_MIN 10000.0

/* More than one at a time: packets come so close together that one call would do for some. */
#define CALLS_TOGETHER_MIN 1.1

/* A race of the driver with the worker makes some kicks find nothing; that is a few in a hundred. */
#define SPURIOUS_SHARE_MIN 0.1
#define SPURIOUS_MIN (SPURIOUS_SHARE_MIN * NOTIFICATIONS_MIN)

/* A second queue would take half of the load, or nearly, if packets were spread evenly over two. */
#define ONE_QUEUE_SHARE_MIN 0.9
/* A worker that sleeps for half of the time is not what limits its queue. */
#define ONE_QUEUE_BUSY_MIN 0.5

/* The rest is what interrupts on its CPU take, and a driver that is late for once; with more time left, it sleeps. */
#define WORKER_FULL_MIN 0.85
/* Half a CPU, since a second worker would need about that to be worth it. */
#define IDLE_CPUS_MIN 0.5
/* A worker that is busy with fewer is not limited by packets. */
#define WORKER_FULL_BUFFERS_MIN 1000.0

/* Packets wait as long as the worker or the virtual CPU does. A host that is well used has waits, of a tenth or so. */
#define WAIT_MIN 0.2

/* Nine times out of ten: both run there by order, and not because the scheduler once had no better place. */
#define SHARED_MIN 0.9
/* With fewer looks it may be chance. */
#define SHARED_LOOKS_MIN 5
/* Who hardly runs takes nothing from the other. */
#define SHARED_CPU_MIN 0.05

/* A miss is a message to the owner, which has to wake up, and all packets of the queue wait for its answer. */
#define MISSES_PER_BUFFER_MIN 0.1
#define MISSES_MIN 100.0

/* A poll that found something would have spared the kick. */
#define POLLS_BUFFERS_PER_KICK_MAX 2.0
#define POLLS_KICKS_MIN 100.0
/* Less than a twentieth of a CPU is not worth changing. */
#define POLLS_CPU_MIN 0.05

/* With buffers in the ring, the device asks for none: each kick of such a queue tells of a packet that had none. */
#define STARVED_MIN 10.0
#define STARVED_SHARE_MIN 0.01

/* A single packet that does not fit, as of somebody who probes the path's MTU, is none to change anything for. */
#define DISCARDS_MIN 10

/* A packet now and then is dropped when a guest starts or an interface goes up. */
#define DROPS_MIN 10
/* One of ten thousand is where TCP begins to suffer on fast links. */
#define DROPS_SHARE_MIN 0.0001
/* At a third of the looks there was no buffer: the driver is what is slow. */
#define HUNGRY_MIN 0.3
/* In more than half of the parts: the guest is too slow; in fewer: the ring is too short for bursts. */
#define DROPS_ALWAYS_MIN 0.5

/* Packets that come while the limit is in force wait for the next period, a tenth of a second by default. */
#define THROTTLED_MIN 0.02

/* Nine looks out of ten, as with shared CPUs: else the scheduler moves it now and then. */
#define REMOTE_MIN 0.9
#define REMOTE_LOOKS_MIN 5
#define REMOTE_CPU_MIN 0.05

/* An Ethernet frame fits into one buffer of 1,500 bytes and the header, whatever was negotiated. */
#define LARGE_MTU 1500
#define LARGE_MTU_BUFFERS_MIN 100.0

/* Frames that are full, or nearly: others would not become fewer by offloads. */
#define OFFLOADS_FRAME_MIN 1000.0
/* Forty megabits a second at least. */
#define OFFLOADS_BUFFERS_MIN 5000.0

/* Tracing costs for each decision; with few it costs nothing. */
#define TRACED_MIN NOTIFICATIONS_MIN

#define FEATURE_MRG_RXBUF 15
#define FEATURE_EVENT_IDX 29
#define FEATURE_ACCESS_PLATFORM 33

/* Return: whether the device's features have a bit. */
static inline bool has_feature(const struct watched_device *d, unsigned int bit)
{
	return d->features >> bit & 1;
}

/* Return: events a second. */
static inline double a_second(const struct watched *w, uint64_t count)
{
	return w->seconds > 0 ? (double)count / w->seconds : 0;
}

/* Return: @part of @whole; 0 of nothing. */
static inline double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

/**
 * advise_evidence() - set the evidence: one sentence without its full stop
 * advise_remedy() - set what to do, likewise
 * advise_afterwards() - set how to see that it helped, likewise
 * @a: filled in
 * @fmt: the sentence; cut to the size of the member
 */
void advise_evidence(struct advice *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void advise_remedy(struct advice *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void advise_afterwards(struct advice *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * advise_figure() - add a figure
 * @a: filled in
 * @key: its name
 * @value: the number
 *
 * Return: @value.
 */
double advise_figure(struct advice *a, const char *key, double value);

#endif
