// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "stat/hist-queues.h"
#include "tap-out.h"

/* Counts of one queue as from counters_read(): @count values of 1 in its first histogram, and @count passed events. */
static int take(struct hist_queues *all, uint64_t id, const char *device, uint32_t count, bool gone)
{
	const struct hist_block pool[2] = { { { 0 } }, { { 0, count } } };
	const struct queue_hists hists = {
		.of[0] = { .sum = count, .max = 1, .blocks = { 1 } }, .event_passed = count,
	};
	struct counted_queue q = { .id = id, .hists = &hists, .hist_pool = pool, .gone = gone };
	const struct counted counted = { .queues = &q, .count = 1 };

	strcpy(q.name.device, device);
	strcpy(q.name.queue, "tx0");
	return hist_queues_take(all, &counted);
}

/* Return: the values since the last print; UINT64_MAX if there were not as many passed events. */
static uint64_t since(struct hist_queue *q)
{
	struct hist_set s = { 0 };
	uint64_t count;

	if (hist_queue_since(q, &s))
		return UINT64_MAX;
	count = s.event_passed == s.of[0].count ? s.of[0].count : UINT64_MAX;
	hist_set_free(&s);
	return count;
}

static void test_interval(void)
{
	struct hist_queues all = { 0 };

	ok(!take(&all, 1, "a", 5, false) && since(&all.queues[0]) == 5, "the first interval has all");
	ok(!take(&all, 1, "a", 7, false) && since(&all.queues[0]) == 2, "the next has the rest");
	ok(all.count == 1 && all.queues[0].total.of[0].count == 7, "it is one queue, with everything");
	hist_queues_free(&all);
}

static void test_gone(void)
{
	struct hist_queues all = { 0 };

	take(&all, 1, "a", 5, false);
	since(&all.queues[0]);
	ok(!take(&all, 1, "a", 6, true) && all.count == 1, "a queue that is gone is still there");
	ok(since(&all.queues[0]) == 1, "and what was counted last is in its last interval");
	ok(!take(&all, 2, "a", 3, false) && all.count == 2, "another one of its name is another one");
	ok(!take(&all, 2, "a", 4, true) && all.count == 1, "until it is gone, too");
	ok(all.queues[0].total.of[0].count == 10, "together they have everything");
	ok(since(&all.queues[0]) == 4, "what was not printed yet is in the interval");
	ok(!take(&all, 3, "b", 1, true) && all.count == 2, "one of another name is not put together with them");
	hist_queues_free(&all);
	ok(!all.count && !all.queues, "released");
}

/* Owners come and go, with one queue each: memory has a limit, and the sums stay. */
static void test_others(void)
{
	const int gone = 100000;
	struct hist_queues all = { 0 };
	uint64_t total = 0, last = 0;
	uint32_t others = 0;
	int most = 0;

	for (int i = 0; i < gone; i++) {
		char device[NAME_LEN];

		snprintf(device, sizeof(device), "d%d", i);
		take(&all, (uint64_t)i + 1, device, 2, true);
		most = all.count > most ? all.count : most;
		for (int k = 0; k < all.count && i == gone / 2; k++)
			last += since(&all.queues[k]);
	}
	ok(most == HIST_GONE_MAX + 1, "100,000 queues are gone: %d at most are there", most);
	ok(last == (uint64_t)gone + 2, "what was not printed yet is in the interval");
	last = 0;
	for (int i = 0; i < all.count; i++) {
		total += all.queues[i].total.of[0].count;
		last += since(&all.queues[i]);
		others += all.queues[i].name.others;
	}
	ok(total == 2 * (uint64_t)gone && last == (uint64_t)gone - 2, "nothing is lost, or printed twice");
	ok(others == (uint32_t)gone - HIST_GONE_MAX, "all but the last are others: %u", others);
	hist_queues_free(&all);
}

static void test_merge(void)
{
	struct hist_queues all = { 0 };
	struct hist_set sum = { 0 };

	take(&all, 1, "a", 3, false);
	take(&all, 2, "b", 4, false);
	ok(!hist_set_add(&sum, &all.queues[0].total) && !hist_set_add(&sum, &all.queues[1].total) &&
	   sum.of[0].count == 7 && sum.of[0].sum == 7 && sum.of[0].max == 1 && sum.event_passed == 7,
	   "histograms of several queues add up");
	hist_set_free(&sum);
	ok(!sum.of[0].count && !sum.of[0].blocks[0] && !sum.event_passed, "released");
	hist_queues_free(&all);
}

/* Two queues of a tap, of which now the one and now the other has what it drops. */
static void test_drops(void)
{
	static const struct queue_hists none;
	struct counted_queue q[] = {
		{ .id = 1, .hists = &none, .since.drops = 5, .drops = true },
		{ .id = 2, .hists = &none, .since.drops = 5 },
	};
	const struct counted counted = { .queues = q, .count = 2 };
	struct hist_set s = { 0 };
	struct hist_queues all = { 0 };

	ok(!hist_queues_take(&all, &counted) && all.queues[0].total.drops == 5 && !all.queues[1].total.drops,
	   "one queue has the tap's drops");
	hist_queue_since(&all.queues[0], &s);
	q[0].drops = false;
	q[1].drops = true;
	q[0].since.drops = q[1].since.drops = 2;
	ok(!hist_queues_take(&all, &counted) && all.queues[0].total.drops == 5 && all.queues[1].total.drops == 2,
	   "then the other has those that are new");
	ok(!hist_queue_since(&all.queues[0], &s) && !s.drops, "the first has none since");
	ok(!hist_set_add(&s, &all.queues[0].total) && !hist_set_add(&s, &all.queues[1].total) && s.drops == 7,
	   "together they have each once");
	hist_set_free(&s);
	hist_queues_free(&all);
}

int main(void)
{
	test_interval();
	test_drops();
	test_gone();
	test_others();
	test_merge();
	return tap_done();
}
