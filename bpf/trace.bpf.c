// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows the story of the kernel's notifications, event by event.
 *
 * Theory of operation. Each program belongs to one event, or to the two ends of one. It finds the queue's slot
 * (queue.h), which says whether the queue is wanted, puts the event into a ring buffer, and counts it, whether there
 * was room or not. The programs never wake the reader, since the wake-up is what tracing costs; it comes by itself
 * every 10 ms. trace-call.bpf.c has the decisions, which are the difficult part; trace-run.bpf.c what the worker does
 * with the avail ring; trace-config.bpf.c what the owner sets; trace-driver.bpf.c the other side of rings whose
 * driver is in this kernel.
 *
 * All counters are raised atomically, because several threads can meet one queue: its worker, the thread that kicks it,
 * and the owner that configures it.
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
