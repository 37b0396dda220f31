// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read a slot that another thread writes. The writer does as the BPF programs do: it writes all words, then the time of
 * naming by an exchange. On one CPU the test cannot check the ordering, only that a name is read as a whole.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "probe/slot-read.h"
#include "tap-out.h"

#define ROUNDS 200000

static struct queue_slot shared;
static atomic_bool done;

/* Each name consists of one letter, is written word by word, and belongs to the numbers beside it. */
static void name_slot(struct queue_slot *s, __u32 round)
{
	const __u64 letters = UINT64_C(0x0101010101010101) * ('a' + round % 26);
	volatile __u64 *words = (volatile __u64 *)s->device;

	__atomic_store_n(&s->owner, round, __ATOMIC_RELAXED);
	words[0] = words[1] = letters;
	__atomic_exchange_n(&s->named, round, __ATOMIC_SEQ_CST);
}

static void *write_names(void *arg)
{
	(void)arg;
	for (__u32 i = 1; i <= ROUNDS; i++)
		name_slot(&shared, i);
	atomic_store(&done, true);
	return NULL;
}

/* Are eight bytes the same letter? */
static bool is_word(const char *bytes)
{
	for (int i = 1; i < 8; i++)
		if (bytes[i] != bytes[0])
			return false;
	return true;
}

static void test_names(void)
{
	unsigned long torn = 0, stale = 0, reads = 0;
	pthread_t writer;

	name_slot(&shared, 0);
	if (pthread_create(&writer, NULL, write_names, NULL)) {
		ok(false, "a thread");
		return;
	}
	while (!atomic_load(&done)) {
		struct queue_slot s;

		slot_copy(&shared, &s);
		torn += !is_word(s.device) || !is_word(s.device + 8);
		stale += s.owner < s.named;
		reads++;
	}
	pthread_join(writer, NULL);
	ok(!torn, "no word of a name is torn, in %lu reads", reads);
	ok(!stale, "nothing is older than the time of naming that was read first");
	ok(slot_named(&shared) == ROUNDS, "at the end it is the last");
}

static void test_copy(void)
{
	struct queue_slot s = { .vq = 1, .named = 9, .state = SLOT_RETIRED, .owner = 2, .number = 3, .wanted = 1 };
	struct queue_slot copy;

	strcpy(s.device, "vnet0");
	strcpy(s.worker, "vhost-2");
	memset(&copy, 0xff, sizeof(copy));
	slot_copy(&s, &copy);
	ok(!memcmp(&s, &copy, sizeof(s)), "a copy has all members");
	ok(slot_state(&s) == SLOT_RETIRED, "the state");
}

static void test_words(void)
{
	__u64 from[5] = { 1, 2, 3, 4, 5 }, to[5] = { 0 };

	words_copy(to, from, 4 * sizeof(*from));
	ok(to[0] == 1 && to[3] == 4 && !to[4], "as many words as were asked for");
}

int main(void)
{
	test_copy();
	test_words();
	test_names();
	return tap_done();
}
