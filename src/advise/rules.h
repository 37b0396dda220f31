/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_H
#define RULES_H

#include "watched.h"

/**
 * DOC: what is worth changing, by what was seen
 *
 * A rule is a row of the table in rules.c. It says something only if the figures show it, and only of what has enough
 * to do: a queue with a packet a second may work as it likes.
 */

/* What a finding costs, the worst first. */
enum advice_level { ADVICE_LOSS, ADVICE_DELAY, ADVICE_COST, ADVICE_LEVELS };

/* What a rule is about: it is tried once for each. */
enum rule_scope {
	RULE_HOST,		/* the host */
	RULE_TAP,		/* the devices of one tap, by the first of them */
	RULE_QUEUE,
	RULE_WORKER,		/* a worker, by the first device that has it */
	RULE_OWNER,		/* an owner, by its first device */
};

#define ADVICE_FIGURES 6

/**
 * struct figure - a number that shows it
 * @key: its name in JSON
 * @value: the number
 */
struct figure {
	const char *key;
	double value;
};

struct rule;

/**
 * struct advice - something worth changing
 * @rule: the rule
 * @device: where; NULL: the host
 * @queue: its queue; NULL: the device as a whole
 * @weight: how much it is, for the order of those of one rule
 * @evidence: the figures in words, one sentence without its full stop
 * @remedy: what to do, likewise
 * @afterwards: how to see that it helped, likewise
 * @figures: the figures
 * @figure_count: number of @figures
 */
struct advice {
	const struct rule *rule;
	const struct watched_device *device;
	const struct watched_queue *queue;
	double weight;
	char evidence[400], remedy[560], afterwards[280];
	struct figure figures[ADVICE_FIGURES];
	size_t figure_count;
};

/**
 * struct rule_subject - what a rule is tried for
 * @w: everything that was seen
 * @d: the device; NULL with RULE_HOST
 * @q: the queue; NULL unless RULE_QUEUE
 * @worker: the worker; NULL unless RULE_WORKER
 */
struct rule_subject {
	const struct watched *w;
	const struct watched_device *d;
	const struct watched_queue *q;
	const struct watched_thread *worker;
};

/**
 * typedef rule_fn - does a rule apply?
 * @s: the subject
 * @a: if so, its texts, figures and weight are filled in
 */
typedef bool rule_fn(const struct rule_subject *s, struct advice *a);

/**
 * struct rule - a rule
 * @name: its name
 * @level: what it costs
 * @scope: what it is tried for
 * @find: see rule_fn
 */
struct rule {
	const char *name;
	enum advice_level level;
	enum rule_scope scope;
	rule_fn *find;
};

/**
 * struct advices - all that is worth changing, worst first
 * @all: owned
 * @count: number of @all
 * @room: allocated elements of @all
 */
struct advices {
	struct advice *all;
	size_t count, room;
};

/**
 * rules_apply() - try all rules
 * @w: what was seen; must outlive the result
 * @result: for advices_free()
 *
 * Return: 0 or -ENOMEM.
 */
int rules_apply(const struct watched *w, struct advices *result);

/* Return: "loss", "delay" or "cost". */
const char *advice_level_name(enum advice_level level);

/* Release all. */
void advices_free(struct advices *a);

#endif
