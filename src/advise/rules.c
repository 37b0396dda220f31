// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "rules-find.h"

/* In each level the one that is looked at first comes first. */
static const struct rule rules[] = {
	{ "discards", ADVICE_LOSS, RULE_QUEUE, find_discards },
	{ "drops", ADVICE_LOSS, RULE_TAP, find_drops },
	{ "drops_at_bursts", ADVICE_LOSS, RULE_TAP, find_drops_at_bursts },
	{ "no_buffers", ADVICE_DELAY, RULE_QUEUE, find_no_buffers },
	{ "throttled", ADVICE_DELAY, RULE_WORKER, find_throttled },
	{ "worker_waits", ADVICE_DELAY, RULE_WORKER, find_worker_waits },
	{ "shares_cpu", ADVICE_DELAY, RULE_WORKER, find_shares_cpu },
	{ "numa_node", ADVICE_DELAY, RULE_WORKER, find_numa_node },
	{ "vcpu_waits", ADVICE_DELAY, RULE_OWNER, find_vcpu_waits },
	{ "one_queue", ADVICE_DELAY, RULE_TAP, find_one_queue },
	{ "worker_full", ADVICE_DELAY, RULE_WORKER, find_worker_full },
	{ "iotlb_misses", ADVICE_DELAY, RULE_QUEUE, find_iotlb_misses },
	{ "calls_by_vmm", ADVICE_COST, RULE_QUEUE, find_calls_by_vmm },
	{ "kicks_by_write", ADVICE_COST, RULE_QUEUE, find_kicks_by_write },
	{ "no_event_idx", ADVICE_COST, RULE_TAP, find_no_event_idx },
	{ "no_offloads", ADVICE_COST, RULE_TAP, find_no_offloads },
	{ "no_mrg_rxbuf", ADVICE_COST, RULE_TAP, find_no_mrg_rxbuf },
	{ "kick_each", ADVICE_COST, RULE_QUEUE, find_kick_each },
	{ "call_each", ADVICE_COST, RULE_QUEUE, find_call_each },
	{ "spurious_kicks", ADVICE_COST, RULE_QUEUE, find_spurious_kicks },
	{ "spurious_interrupts", ADVICE_COST, RULE_QUEUE, find_spurious_interrupts },
	{ "polls_for_nothing", ADVICE_COST, RULE_QUEUE, find_polls_for_nothing },
	{ "traced", ADVICE_COST, RULE_HOST, find_traced },
};

const char *advice_level_name(enum advice_level level)
{
	static const char *const names[ADVICE_LEVELS] = {
		[ADVICE_LOSS] = "loss", [ADVICE_DELAY] = "delay", [ADVICE_COST] = "cost",
	};

	return names[level];
}

static int try_rule(const struct rule *r, const struct rule_subject *s, struct advices *result)
{
	struct advice a = { .rule = r, .device = s->d, .queue = s->q }, *all;

	if (!r->find(s, &a))
		return 0;
	all = array_grow(result->all, &result->room, result->count + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	result->all = all;
	all[result->count++] = a;
	return 0;
}

static int try_queues(const struct rule *r, struct rule_subject *s, struct advices *result)
{
	int err = 0;

	for (size_t i = 0; !err && i < s->d->queue_count; i++) {
		s->q = &s->d->queues[i];
		err = try_rule(r, s, result);
	}
	s->q = NULL;
	return err;
}

/* Return: the first device that has the worker with this index. */
static const struct watched_device *device_of_worker(const struct watched *w, size_t worker)
{
	for (size_t i = 0; i < w->device_count; i++)
		for (size_t k = 0; k < w->devices[i].queue_count; k++)
			if (w->devices[i].queues[k].worker == (int)worker)
				return &w->devices[i];
	return NULL;
}

static int try_workers(const struct rule *r, const struct watched *w, struct advices *result)
{
	int err = 0;

	for (size_t i = 0; !err && i < w->worker_count; i++) {
		const struct rule_subject s = { w, device_of_worker(w, i), NULL, &w->workers[i] };

		if (s.d)
			err = try_rule(r, &s, result);
	}
	return err;
}

/* Has the rule been tried for the device's tap, or its owner, by one before it? */
static bool was_tried(const struct rule *r, const struct watched *w, size_t device)
{
	for (size_t i = 0; i < device; i++)
		if (r->scope == RULE_TAP ? w->devices[i].tap == w->devices[device].tap :
					   w->devices[i].owner == w->devices[device].owner)
			return true;
	return false;
}

static int try_devices(const struct rule *r, const struct watched *w, struct advices *result)
{
	int err = 0;

	for (size_t i = 0; !err && i < w->device_count; i++) {
		struct rule_subject s = { .w = w, .d = &w->devices[i] };

		if (r->scope == RULE_QUEUE)
			err = try_queues(r, &s, result);
		else if (!was_tried(r, w, i))
			err = try_rule(r, &s, result);
	}
	return err;
}

static int compare(const void *x, const void *y)
{
	const struct advice *a = x, *b = y;

	if (a->rule->level != b->rule->level)
		return a->rule->level < b->rule->level ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	/* Those that weigh the same keep their order: the devices, and the queues of each, are in arrays. */
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return (a->queue > b->queue) - (a->queue < b->queue);
}

int rules_apply(const struct watched *w, struct advices *result)
{
	int err = 0;

	*result = (struct advices){ 0 };
	for (size_t i = 0; !err && i < ARRAY_SIZE(rules); i++) {
		const struct rule_subject host = { .w = w };

		if (rules[i].scope == RULE_HOST)
			err = try_rule(&rules[i], &host, result);
		else if (rules[i].scope == RULE_WORKER)
			err = try_workers(&rules[i], w, result);
		else
			err = try_devices(&rules[i], w, result);
	}
	if (result->count)
		qsort(result->all, result->count, sizeof(*result->all), compare);
	return err;
}

void advices_free(struct advices *a)
{
	free(a->all);
	*a = (struct advices){ 0 };
}
