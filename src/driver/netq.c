// SPDX-License-Identifier: GPL-2.0-or-later
#include "netq.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"

static uint64_t log_now(const struct netq *q)
{
	return q->log ? now_ns() : 0;
}

static void log_add(struct netq *q, enum netq_log_kind kind, uint64_t before, uint16_t index, uint64_t value)
{
	struct netq_log *log = q->log;
	void *entries;

	if (!log)
		return;
	entries = array_grow(log->entries, &log->room, log->count + 1, sizeof(*log->entries));
	if (!entries) {
		log->err = -ENOMEM;
		return;
	}
	log->entries = entries;
	log->entries[log->count++] = (struct netq_log_entry){ kind, before, now_ns(), index, value };
}

static void log_wish(struct netq *q, uint64_t before)
{
	log_add(q, q->vq.event_idx ? NETQ_LOG_USED_EVENT : NETQ_LOG_AVAIL_FLAGS, before, q->vq.used_idx,
		virtq_wish(&q->vq));
}

void netq_add(struct netq *q, uint16_t id, uint32_t len, bool writable)
{
	virtq_add(&q->vq, id, q->buffers_gpa + id * q->buffer_size, len, writable);
}

static int kick(struct netq *q)
{
	const uint64_t one = 1;

	if (q->drop_kick && q->stats.kicks + q->stats.kicks_dropped + 1 == q->drop_kick) {
		q->stats.kicks_dropped++;
		return 0;
	}
	q->stats.kicks++;
	return write(q->kick, &one, sizeof(one)) < 0 ? -errno : 0;
}

int netq_publish(struct netq *q)
{
	uint64_t before = log_now(q);

	virtq_publish(&q->vq);
	log_add(q, NETQ_LOG_BATCH, before, q->vq.avail_idx, virtq_wish(&q->vq));
	if (virtq_kick_prepare(&q->vq))
		return kick(q);
	q->stats.kicks_suppressed++;
	return 0;
}

bool netq_enable_call(struct netq *q, uint16_t after)
{
	uint64_t before = log_now(q);
	bool sleep = virtq_enable_call(&q->vq, after);

	q->calls_wanted = true;
	log_wish(q, before);
	return sleep;
}

void netq_disable_call(struct netq *q)
{
	uint64_t before = log_now(q);

	virtq_disable_call(&q->vq);
	if (!q->vq.event_idx)
		log_wish(q, before);
}

void netq_account_used(struct netq *q, uint16_t old)
{
	bool due = q->vq.event_idx ? vring_need_event(virtq_used_event(&q->vq), q->vq.used_idx, old) :
				     q->calls_wanted;

	q->calls_wanted = false;
	if (!due)
		q->stats.calls_suppressed++;
}

int netq_collect_calls(struct netq *q)
{
	uint64_t before = log_now(q), count;

	if (read(q->call, &count, sizeof(count)) < 0)
		return errno == EAGAIN ? 0 : -errno;
	q->stats.calls += count;
	log_add(q, NETQ_LOG_CALL, before, q->vq.used_idx, count);
	return 1;
}

int netq_wait(struct netq *q, int other_fd, uint64_t timeout_ns)
{
	struct pollfd fds[] = { { .fd = q->call, .events = POLLIN }, { .fd = other_fd, .events = POLLIN } };
	const uint64_t end = clock_ns(CLOCK_MONOTONIC) + timeout_ns;

	for (;;) {
		uint64_t now = clock_ns(CLOCK_MONOTONIC);
		uint64_t left = now < end ? end - now : 0;
		struct timespec ts = ns_to_timespec(left);
		int n = ppoll(fds, 2, &ts, NULL);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -ETIME;
		if (n > 0)
			break;
	}
	return fds[0].revents ? netq_collect_calls(q) : 0;
}

void netq_stats_add(struct netq_stats *sum, const struct netq_stats *s)
{
	sum->kicks += s->kicks;
	sum->kicks_suppressed += s->kicks_suppressed;
	sum->kicks_dropped += s->kicks_dropped;
	sum->calls += s->calls;
	sum->calls_suppressed += s->calls_suppressed;
	sum->spurious += s->spurious;
}

int netq_log_write(const struct netq_log *log, const char *name, FILE *file)
{
	static const char *const kinds[] = {
		[NETQ_LOG_BATCH] = "batch", [NETQ_LOG_USED_EVENT] = "used_event",
		[NETQ_LOG_AVAIL_FLAGS] = "avail_flags", [NETQ_LOG_CALL] = "call",
	};

	for (size_t i = 0; i < log->count; i++) {
		const struct netq_log_entry *e = &log->entries[i];

		fprintf(file, "%s %s %" PRIu64 " %" PRIu64 " %u %" PRIu64 "\n", name, kinds[e->kind], e->before,
			e->after, e->index, e->value);
	}
	return ferror(file) ? -EIO : log->err;
}

void netq_log_fini(struct netq_log *log)
{
	free(log->entries);
	*log = (struct netq_log){ 0 };
}
