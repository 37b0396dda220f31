// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame-sequence.h"


static uint64_t *word(struct frame_sequence *s, uint64_t n)
{
	return &s->bits[n % FRAME_SEQUENCE_WINDOW / 64];
}

/* Settle the lowest numbers until @n is within the window. */
static void advance(struct frame_sequence *s, uint64_t n)
{
	while (n >= s->base + FRAME_SEQUENCE_WINDOW) {
		uint64_t *w = word(s, s->base);

		s->gone += 64 - (uint64_t)__builtin_popcountll(*w);
		*w = 0;
		s->base += 64;
	}
}

void frame_sequence_add(struct frame_sequence *s, uint64_t n)
{
	uint64_t bit = UINT64_C(1) << (n % 64);

	if (n < s->base) {
		s->duplicates++;
		return;
	}
	advance(s, n);
	if (*word(s, n) & bit) {
		s->duplicates++;
		return;
	}
	*word(s, n) |= bit;
	s->seen++;
	if (n < s->next)
		s->reordered++;
	else
		s->next = n + 1;
}

uint64_t frame_sequence_missing(const struct frame_sequence *s, uint64_t end)
{
	uint64_t missing = s->gone;

	for (uint64_t n = s->base; n < end; n += 64) {
		uint64_t left = end - n;
		uint64_t mask = left < 64 ? (UINT64_C(1) << left) - 1 : ~UINT64_C(0);
		/* No number beyond the window has come: the words there belong to lower numbers. */
		uint64_t w = n < s->base + FRAME_SEQUENCE_WINDOW ? s->bits[n % FRAME_SEQUENCE_WINDOW / 64] : 0;

		missing += (uint64_t)__builtin_popcountll(mask & ~w);
	}
	return missing;
}
