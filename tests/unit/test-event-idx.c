// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The EVENT_IDX rule and the two mistakes that explain prints.
 */
#include "published.h"
#include "tap-out.h"
#include "virtio/event-idx.h"

/* All events: the answers are equal to the oracle's, and each mistake differs exactly where it must. */
static void test_all(void)
{
	static struct published p;
	unsigned long count = 0, notify = 0, untruncated = 0, off_by_one = 0, numbers = 0;

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

int main(void)
{
	test_all();
	test_boundaries(10, 14);
	test_boundaries(65534, 2);
	test_boundaries(32767, 32769);
	test_boundaries(65535, 0);
	test_boundaries(0, 65535);
	test_examples();
	return tap_done();
}
