// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The EVENT_IDX rule, for split and packed rings, and the three mistakes that explain prints.
 */
#include "published.h"
#include "tap-out.h"
#include "virtio/event-idx.h"

/* All events: the answers are equal to the oracle's, and each mistake differs exactly where it must. */
static void test_all(void)
{
	static struct published p;
	unsigned long count = 0, notify = 0, untruncated = 0, off_by_one = 0, numbers = 0;
	unsigned long equality = 0;

	for (size_t s = 0; s < PUBLISHED_STARTS; s++)
		for (size_t l = 0; l < PUBLISHED_LENGTHS; l++) {
			const uint16_t old = published_starts[s], length = published_lengths[l];
			const uint16_t new = (uint16_t)(old + length);

			published_fill(&p, old, new);
			for (unsigned int event = 0; event < 65536; event++, count++) {
				struct event_idx_decision r = event_idx_apply(old, new, (uint16_t)event);
				const bool right = p.entry[event];
				/* Without the -1 an event stands for the entry before it. */
				const bool before = p.entry[event == 0 ? 65535 : event - 1];

				if (r.notify != right || r.modular.notify != right)
					notify++;
				/* Without truncation, new is on both sides and cancels out. */
				if (r.untruncated.notify != ((int)event >= (int)old))
					untruncated++;
				if (r.off_by_one.notify != (length && (before || event == new) && event != old))
					off_by_one++;
				/* Only the last entry is found. */
				if (r.equality.notify != (event == (uint16_t)(new - 1)))
					equality++;
				if (r.old != old || r.new != new || r.event != event || r.modular.right != length ||
				    r.untruncated.left != (int)new - (int)event - 1 ||
				    r.untruncated.right != (int)new - (int)old || r.modular.left < 0 ||
				    r.modular.left > 65535 || r.off_by_one.right != length ||
				    (right && r.modular.left != (uint16_t)(new - 1 - event)))
					numbers++;
			}
		}
	ok(!notify, "the answer is right for %lu triples", count);
	ok(!untruncated, "without truncation: notify exactly for every event that is not smaller than old");
	ok(!off_by_one, "without the -1: notify exactly for old + 1 to new");
	ok(!equality, "by equality: notify exactly for new - 1");
	ok(!numbers, "the numbers shown are the ones compared");
}

static void test_boundaries(uint16_t old, uint16_t new)
{
	ok(event_idx_apply(old, new, old).notify, "%u to %u: event old notifies", old, new);
	ok(event_idx_apply(old, new, (uint16_t)(new - 1)).notify, "%u to %u: event new - 1 notifies", old, new);
	ok(!event_idx_apply(old, new, (uint16_t)(old - 1)).notify, "%u to %u: event old - 1 does not", old, new);
	ok(!event_idx_apply(old, new, new).notify, "%u to %u: event new does not", old, new);
	ok(!event_idx_apply(old, new, old).off_by_one.notify, "%u to %u: without the -1 event old is lost", old, new);
	ok(event_idx_apply(old, new, new).off_by_one.notify, "%u to %u: without the -1 event new notifies", old, new);
}

/* The examples of the manual page. */
static void test_examples(void)
{
	struct event_idx_decision r = event_idx_apply(65534, 2, 0);

	ok(r.modular.left == 1 && r.modular.right == 4 && r.notify, "65534, 2, 0: 1 < 4 notifies");
	ok(r.untruncated.left == 1 && r.untruncated.right == -65532 && !r.untruncated.notify,
	   "65534, 2, 0: without truncation 1 < -65532 does not");
	ok(r.off_by_one.left == 2 && r.off_by_one.notify, "65534, 2, 0: without the -1 2 < 4 does");
	r = event_idx_apply(7, 7, 7);
	ok(r.modular.left == 65535 && !r.modular.right && !r.notify, "7, 7, 7: nothing was published");
}

/*
 * A packed ring as the specification has it, without arithmetic: the positions are walked through one by one, with the
 * wrap counter that goes over at the end, and each entry is marked in its lap.
 */
struct packed_ring {
	uint32_t num, at;
	uint8_t wrap;
	bool marked[2][64];
};

static void packed_step(struct packed_ring *r, bool mark)
{
	if (mark)
		r->marked[r->wrap][r->at] = true;
	if (++r->at == r->num) {
		r->at = 0;
		r->wrap ^= 1;
	}
}

/* All starts of three laps, all lengths up to a whole ring, all events. Return: how often the answer was wrong. */
static unsigned long packed_wrong(uint32_t num, unsigned long *count)
{
	unsigned long wrong = 0;

	for (uint32_t start = 0; start < 3 * num; start++)
		for (uint32_t length = 0; length <= num; length++) {
			struct packed_ring r = { .num = num, .wrap = 1 };
			struct packed_indexes p = { .num = num };

			for (uint32_t i = 0; i < start; i++)
				packed_step(&r, false);
			p.old = (uint16_t)r.at;
			for (uint32_t i = 0; i < length; i++)
				packed_step(&r, true);
			p.new = (uint16_t)r.at;
			p.wrap = r.wrap;
			if (length == num)
				p.old = (uint16_t)(65536 - num + p.new);
			for (uint32_t e = 0; e < 2 * num; e++, ++*count) {
				p.event = (uint16_t)(e % num);
				p.event_wrap = (uint8_t)(e / num);
				wrong += r.marked[p.event_wrap][p.event] !=
					 event_idx_apply(packed_rule_old(&p), p.new, packed_rule_event(&p)).notify;
				wrong += packed_position(num, packed_rule_event(&p)) != p.event;
				wrong += packed_position(num, packed_rule_old(&p)) != p.old % num && length != num;
			}
		}
	return wrong;
}

static void test_packed(void)
{
	unsigned long count = 0, wrong = 0;

	for (uint32_t num = 1; num <= 24; num++)
		wrong += packed_wrong(num, &count);
	ok(!wrong, "a packed ring: the answer and the positions are right for %lu decisions", count);
}

/* The largest ring, where a lap is half of all indexes. */
static void test_packed_largest(void)
{
	struct packed_indexes p = { .num = 32768, .old = 32767, .new = 1, .wrap = 0, .event = 32767, .event_wrap = 1 };

	ok(packed_rule_old(&p) == 65535 && packed_rule_event(&p) == 65535, "32768: the last entry of the lap before");
	ok(event_idx_apply(65535, 1, 65535).notify && packed_position(32768, 65535) == 32767, "and it was crossed");
	p.event_wrap = 0;
	ok(packed_rule_event(&p) == 32767 && !event_idx_apply(65535, 1, 32767).notify, "that of this lap was not");
	ok(packed_position(32768, 32767) == 32767 && packed_position(32768, 32768) == 0, "where they are");
}

static void test_ahead(void)
{
	ok(event_idx_ahead(7, 7) == 1 && event_idx_ahead(6, 7) == 65536, "the next entry, and the one just passed");
	ok(event_idx_ahead(0, 65535) == 2, "over the end");
}

int main(void)
{
	test_all();
	test_packed();
	test_packed_largest();
	test_ahead();
	test_boundaries(10, 14);
	test_boundaries(65534, 2);
	test_boundaries(32767, 32769);
	test_boundaries(65535, 0);
	test_boundaries(0, 65535);
	test_examples();
	return tap_done();
}
