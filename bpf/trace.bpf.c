// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the kernel's notifications, event by event.
 *
 * Theory of operation. Each event has one program, or one at its beginning and one at its end. A program finds the
 * queue's slot (queue.h), which says whether the queue is wanted, puts the event into a ring buffer, and counts it,
 * even if there was no room. The programs never wake the reader, since wake-ups would be most of the cost of tracing;
 * the reader polls every 10 ms. The events are in these files:
 * - trace-call.bpf.c: decisions of vhost, the difficult part;
 * - trace-kick.bpf.c: what wakes the worker;
 * - trace-run.bpf.c: what the worker does with the avail ring;
 * - trace-config.bpf.c: what the owner configures;
 * - trace-driver.bpf.c: the driver's side of rings whose driver is in this kernel.
 * Which ring they are about, and where in it, is in trace-ring.bpf.c.
 *
 * All counters are incremented atomically, because several threads may report events of one queue: its worker, the
 * thread that kicks it, and the owner that configures it.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "trace.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile struct trace_filter filter;

__u32 phase;
__u64 tickets;
__u64 lost_events;
struct trace_unfollowed unfollowed;

struct counts_map counts SEC(".maps");
struct events_map events SEC(".maps");
