// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue-options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "device-choice.h"

const char *parse_dev(void *options, const char *arg)
{
	struct queue_options *o = options;
	size_t words = 0;

	/* Each word has at least one pattern, so there is room for it if there is for its patterns. */
	while (words < DEVICE_PATTERNS && o->taps[words])
		words++;
	if (words < DEVICE_PATTERNS)
		o->taps[words] = arg;
	return device_choice_add(&o->filter.taps, arg);
}

const char *parse_queue_choice(void *options, const char *arg)
{
	static const char wrong[] = "is not a queue; it takes rx, tx, rxN, txN or a number";
	struct queue_options *o = options;
	struct queue_filter *f = &o->filter;
	uint64_t n = QUEUE_ANY_PAIR;

	o->queue = arg;

	f->choice = !strncmp(arg, "rx", 2) ? QUEUES_RX : !strncmp(arg, "tx", 2) ? QUEUES_TX : QUEUES_NUMBER;
	if (f->choice != QUEUES_NUMBER)
		arg += 2;
	if (*arg || f->choice == QUEUES_NUMBER)
		if (parse_uint(arg, &n) || n >= QUEUE_NO_NUMBER)
			return wrong;
	f->queue = (uint16_t)n;
	return NULL;
}

const char *parse_sample(void *field, const char *arg)
{
	uint32_t *sample = field;
	uint64_t n;

	if (!strncmp(arg, "1/", 2))
		arg += 2;
	if (parse_uint(arg, &n) || !n || n > UINT32_MAX)
		return "is not a sample; it takes 1/N";
	*sample = (uint32_t)n;
	return NULL;
}

struct queue_filter make_queue_filter(const struct queue_options *o)
{
	struct queue_filter f = o->filter;

	f.owner = (uint32_t)o->pid;
	return f;
}

static size_t add_text(char *buf, size_t used, const char *option, const char *value)
{
	int n = snprintf(buf + used, QUEUE_OPTIONS_TEXT - used, "%s--%s %s", used ? " " : "", option, value);

	return used + (size_t)n < QUEUE_OPTIONS_TEXT ? used + (size_t)n : QUEUE_OPTIONS_TEXT - 1;
}

const char *queue_options_text(const struct queue_options *o, char buf[QUEUE_OPTIONS_TEXT])
{
	char pid[24];
	size_t used = 0;

	for (size_t i = 0; i < DEVICE_PATTERNS && o->taps[i]; i++)
		used = add_text(buf, used, "dev", o->taps[i]);
	if (o->queue)
		used = add_text(buf, used, "queue", o->queue);
	snprintf(pid, sizeof(pid), "%" PRIu64, o->pid);
	if (o->pid)
		used = add_text(buf, used, "pid", pid);
	return used ? buf : NULL;
}
