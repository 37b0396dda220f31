// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "driver/frame-sequence.h"
#include "driver/frame.h"
#include "tap-out.h"

static struct frame_sequence *fresh(void)
{
	return calloc(1, sizeof(struct frame_sequence));
}

static void in_order(void)
{
	struct frame_sequence *s = fresh();

	for (uint64_t n = 0; n < 3 * FRAME_SEQUENCE_WINDOW; n++)
		frame_sequence_add(s, n);
	ok(s->seen == 3 * FRAME_SEQUENCE_WINDOW, "all in order are seen");
	ok(!s->duplicates && !s->reordered && !s->gone, "and nothing else");
	ok(frame_sequence_missing(s, 3 * FRAME_SEQUENCE_WINDOW) == 0, "none is missing");
	ok(frame_sequence_missing(s, 3 * FRAME_SEQUENCE_WINDOW + 5) == 5, "those still to come are");
	free(s);
}

static void gaps(void)
{
	const uint64_t sent = 2 * FRAME_SEQUENCE_WINDOW + 3;
	struct frame_sequence *s = fresh();

	/* Lose every seventh, over more than the window: some gaps are settled and some are not. */
	for (uint64_t n = 0; n < sent; n++)
		if (n % 7)
			frame_sequence_add(s, n);
	ok(s->gone > 0, "old gaps are settled");
	ok(frame_sequence_missing(s, sent) == (sent + 6) / 7, "each gap is missing once");
	ok(s->seen + frame_sequence_missing(s, sent) == sent, "seen and missing add up");
	free(s);
}

static void twice_and_late(void)
{
	struct frame_sequence *s = fresh();

	frame_sequence_add(s, 0);
	frame_sequence_add(s, 2);
	frame_sequence_add(s, 1);
	ok(s->seen == 3 && s->reordered == 1 && s->duplicates == 0, "a late one is seen, and reordered");
	frame_sequence_add(s, 1);
	ok(s->seen == 3 && s->duplicates == 1, "the same again is a duplicate");
	frame_sequence_add(s, FRAME_SEQUENCE_WINDOW + 100);
	ok(s->base == 128, "a far one moves the window by whole words");
	ok(s->gone == 125, "and settles what it leaves behind");
	frame_sequence_add(s, 50);
	ok(s->seen == 4 && s->duplicates == 2, "one that was given up counts as a duplicate when it comes");
	free(s);
}

static void frames(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	static const size_t sizes[] = { FRAME_SIZE_MIN, 61, 1514, FRAME_SIZE_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t size = sizes[i], missed = 0;
		struct frame tx, rx;
		uint8_t *buf = malloc(size);
		uint64_t seq = 0, other;

		if (!buf || frame_init(&tx, size, FRAME_TX, 0x104, mac) ||
		    frame_init(&rx, size, FRAME_RX, 0x104, mac))
			exit(2);
		frame_write(&tx, buf, 7);
		frame_set_seq(buf, UINT64_C(0x0123456789abcdef));
		ok(frame_check(&tx, buf, size, &seq) && seq == UINT64_C(0x0123456789abcdef),
		   "%zu bytes: the number comes through", size);
		ok(!frame_check(&tx, buf, size - 1, &seq), "%zu bytes: a shorter one is noticed", size);
		ok(!frame_check(&rx, buf, size, &seq), "%zu bytes: one of the other way is noticed", size);
		ok(buf[FRAME_PAIR] == 1 && buf[FRAME_PAIR + 1] == 4,
		   "%zu bytes: its pair stands where it should", size);
		for (size_t at = 0; at < size; at++) {
			buf[at] ^= 1;
			if (frame_check(&tx, buf, size, &other) && other == UINT64_C(0x0123456789abcdef))
				missed++;
			buf[at] ^= 1;
		}
		ok(!missed, "%zu bytes: every changed byte is noticed", size);
		frame_fini(&tx);
		frame_fini(&rx);
		free(buf);
	}
}

int main(void)
{
	in_order();
	gaps();
	twice_and_late();
	frames();
	return tap_done();
}
