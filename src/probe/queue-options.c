// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue-options.h"

#include <string.h>

#include "base/parse.h"

const char *parse_queue_device(void *field, const char *arg)
{
	if (!*arg || strlen(arg) >= NAME_LEN || strchr(arg, '/'))
		return "is not the name of a network interface";
	strcpy(field, arg);
	return NULL;
}

const char *parse_queue_choice(void *field, const char *arg)
{
	static const char wrong[] = "is not a queue; it takes rx, tx, rxN, txN or a number";
	struct queue_filter *f = field;
	uint64_t n = QUEUE_ANY_PAIR;

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
