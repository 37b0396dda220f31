// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows the story of the kernel's notifications, event by event.
 *
 * Theory of operation. Each program here belongs to one event, or to the two ends of one. It finds the queue's slot
 * (queue.h), which says whether the queue is wanted, puts the event into a ring buffer, and counts it, whether there was
 * room or not. The programs never wake the reader, since the wake-up is what tracing costs; it comes by itself every
 * 10 ms. trace-call.bpf.h has the decisions, which are the difficult part; trace-run.bpf.h what the worker does with
 * the avail ring; trace-driver.bpf.h the other side of rings whose driver is in this kernel.
 *
 * All counters are raised atomically, because several threads can meet one queue: its worker, who kicks it, and the
 * owner who configures it.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "events.h"

const volatile struct trace_filter filter;
#define QUEUE_FILTER filter.queue

#include "queues.bpf.h"
#include "types.bpf.h"
#include "word.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#include "trace-common.bpf.h"
#include "trace-call.bpf.h"
#include "trace-run.bpf.h"
#include "trace-config.bpf.h"
#include "trace-driver.bpf.h"
