/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NETQ_H
#define NETQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "virtio/vring.h"

/**
 * struct netq_log - log of a queue's batches, calls, and requests for calls
 * @entries: the log; owned
 * @count: entries written
 * @room: entries allocated
 * @err: -ENOMEM once an entry was lost for want of memory
 *
 * It is kept in memory and written out afterwards: logging must not cost the driver a system call.
 */
struct netq_log {
	struct netq_log_entry *entries;
	size_t count, room;
	int err;
};

enum netq_log_kind { NETQ_LOG_BATCH, NETQ_LOG_USED_EVENT, NETQ_LOG_AVAIL_FLAGS, NETQ_LOG_CALL };

/**
 * struct netq_log_entry - one action of the driver
 * @kind: the action
 * @before: CLOCK_BOOTTIME in nanoseconds before it
 * @after: CLOCK_BOOTTIME in nanoseconds after it
 * @index: BATCH: the avail index published; else the used index up to which buffers were taken back
 * @value: BATCH: the present used_event, or avail->flags without EVENT_IDX; USED_EVENT, AVAIL_FLAGS: the new value;
 *         CALL: the eventfd's count
 */
struct netq_log_entry {
	enum netq_log_kind kind;
	uint64_t before, after;
	uint16_t index;
	uint64_t value;
};

/**
 * struct netq_stats - counts of a queue's driver
 * @kicks: kicks sent
 * @kicks_suppressed: batches published for which the device wanted no kick
 * @kicks_dropped: kicks that were due but dropped on purpose (@drop_kick of struct netq)
 * @calls: calls received: the sum of the call eventfd's counts
 * @calls_suppressed: advances of the used index, as the driver saw them, for which the rule on the driver's own
 *                    used_event (or flag) asks for no call
 * @spurious: wake-ups by a call that found nothing used
 */
struct netq_stats {
	uint64_t kicks, kicks_suppressed, kicks_dropped;
	uint64_t calls, calls_suppressed;
	uint64_t spurious;
};

/**
 * netq_stats_add() - add the counts of another queue
 * @sum: the sum
 * @s: what to add
 */
void netq_stats_add(struct netq_stats *sum, const struct netq_stats *s);

/**
 * struct netq - one queue of the virtio-net driver
 * @name: "rx0", "tx0", "rx1" and so on
 * @index: its number at the device
 * @vq: the virtqueue
 * @kick: eventfd that wakes the device
 * @call: eventfd that wakes the driver
 * @buffers: one buffer for each descriptor, in guest memory
 * @buffers_gpa: guest-physical address of the first
 * @buffer_size: of each, in bytes
 * @calls_wanted: without EVENT_IDX: the flag was clear at some time since the used index was last accounted for
 * @drop_kick: number of the kick to drop, from 1; 0: drop none
 * @log: NULL, or where to log
 * @stats: the counts
 */
struct netq {
	char name[16];
	unsigned int index;
	struct virtq vq;
	int kick, call;
	char *buffers;
	uint64_t buffers_gpa;
	size_t buffer_size;
	bool calls_wanted;
	uint64_t drop_kick;
	struct netq_log *log;
	struct netq_stats stats;
};

/**
 * netq_buffer() - the buffer of a descriptor
 * @q: the queue
 * @id: the descriptor
 */
static inline char *netq_buffer(const struct netq *q, uint16_t id)
{
	return q->buffers + id * q->buffer_size;
}

/**
 * netq_add() - put the buffer of a descriptor into the ring
 * @q: the queue
 * @id: the descriptor
 * @len: bytes of it
 * @writable: the device writes it; else it reads it
 */
void netq_add(struct netq *q, uint16_t id, uint32_t len, bool writable);

/**
 * netq_publish() - publish the buffers added, and kick if the device wants it
 * @q: the queue
 *
 * Return: 0 or -errno of the write to the kick eventfd.
 */
int netq_publish(struct netq *q);

/**
 * netq_enable_call() - virtq_enable_call(), logged
 */
bool netq_enable_call(struct netq *q, uint16_t after);

/**
 * netq_disable_call() - ask for no calls, see virtq_disable_call()
 * @q: the queue
 */
void netq_disable_call(struct netq *q);

/**
 * netq_account_used() - count a suppressed call if the driver's used_event (or flag) asked for none
 * @q: the queue; its used index has advanced
 * @old: the used index before buffers were taken back
 */
void netq_account_used(struct netq *q, uint16_t old);

/**
 * netq_wait() - sleep until the device calls
 * @q: the queue
 * @other_fd: another descriptor that ends the sleep when readable, or -1
 * @timeout_ns: how long to sleep at most, in nanoseconds
 *
 * Return: 1 when called (the calls are counted), 0 when @other_fd is readable, -ETIME, or another -errno.
 */
int netq_wait(struct netq *q, int other_fd, uint64_t timeout_ns);

/**
 * netq_collect_calls() - count the calls that came meanwhile, without waiting
 *
 * Return: 1 if there were some, 0, or -errno.
 */
int netq_collect_calls(struct netq *q);

/**
 * netq_log_write() - write a log out as text, one entry a line: queue, kind, before, after, index, value
 * @log: the log
 * @name: the queue's name
 * @file: where to write
 *
 * Return: 0 or -errno.
 */
int netq_log_write(const struct netq_log *log, const char *name, FILE *file);

/**
 * netq_log_fini() - release a log
 * @log: the log
 */
void netq_log_fini(struct netq_log *log);

#endif
