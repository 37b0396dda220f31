// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * decide() against a table, and against a copy of the kernel's two functions; explain() on two readings of the driver's
 * word, against a table and against all words that the kernel may have read.
 */
#include <string.h>

#include <linux/virtio_ring.h>

#include "base/array.h"
#include "event/decision.h"
#include "published.h"
#include "tap-out.h"

#define NO_INTERRUPT VRING_AVAIL_F_NO_INTERRUPT

/* An event index, signalled_used_valid and a call eventfd: most cases begin with this. */
#define INDEX .event_idx = true, .valid = true, .call_fd = true
#define FLAGS .event_idx = false, .call_fd = true
#define READ(v) { .value = (v), .state = READING_OK }
#define UNREADABLE { .state = READING_FAULT }
#define UNKNOWN { .state = READING_UNKNOWN }

static const struct {
	const char *what;
	struct decision_state state;
	struct reading word;
	bool signal;
	enum reason reason;
} cases[] = {
	{ "crossed: event is the first", { 10, 14, INDEX }, READ(10), true, REASON_CROSSED },
	{ "crossed: event is the last", { 10, 14, INDEX }, READ(13), true, REASON_CROSSED },
	{ "crossed over the wrap", { 65534, 2, INDEX }, READ(0), true, REASON_CROSSED },
	{ "not reached: event is new", { 10, 14, INDEX }, READ(14), false, REASON_NOT_REACHED },
	{ "not reached: event is old - 1", { 10, 14, INDEX }, READ(9), false, REASON_NOT_REACHED },
	{ "not reached: nothing is new", { 10, 10, INDEX }, READ(10), false, REASON_NOT_REACHED },
	{ "not reached over the wrap", { 65534, 2, INDEX }, READ(2), false, REASON_NOT_REACHED },
	{ "an index is no flag", { 10, 14, INDEX }, READ(NO_INTERRUPT), false, REASON_NOT_REACHED },
	{ "fault: used_event", { 10, 14, INDEX }, UNREADABLE, true, REASON_FAULT },
	{ "first: not valid", { 10, 14, .event_idx = true, .call_fd = true }, READ(14), true, REASON_FIRST },
	{ "flags: no flag", { 10, 14, FLAGS }, READ(0), true, REASON_FLAGS },
	{ "flags: NO_INTERRUPT", { 10, 14, FLAGS }, READ(NO_INTERRUPT), false, REASON_FLAGS },
	{ "flags: another bit", { 10, 14, FLAGS }, READ(0xfffe), true, REASON_FLAGS },
	{ "flags: NO_INTERRUPT among others", { 10, 14, FLAGS }, READ(0xffff), false, REASON_FLAGS },
	{ "fault: flags", { 10, 14, FLAGS }, UNREADABLE, true, REASON_FAULT },
	{ "empty", { 10, 14, INDEX, .empty = true }, READ(14), true, REASON_EMPTY },
	{ "empty, with flags", { 10, 14, FLAGS, .empty = true }, READ(NO_INTERRUPT), true, REASON_EMPTY },
	{ "no call eventfd", { 10, 14, .event_idx = true, .valid = true }, READ(12), false, REASON_NO_CALL_FD },

	/* The order, if several reasons apply. */
	{ "no call eventfd before empty", { 10, 14, .empty = true }, READ(0), false, REASON_NO_CALL_FD },
	{ "no call eventfd before fault", { 10, 14, .event_idx = true }, UNREADABLE, false, REASON_NO_CALL_FD },
	{ "empty before first", { 10, 14, .call_fd = true, .event_idx = true, .empty = true }, READ(14), true,
	  REASON_EMPTY },
	{ "empty before fault", { 10, 14, INDEX, .empty = true }, UNREADABLE, true, REASON_EMPTY },
	{ "empty before crossed", { 10, 14, INDEX, .empty = true }, READ(12), true, REASON_EMPTY },
	{ "first before fault", { 10, 14, .call_fd = true, .event_idx = true }, UNREADABLE, true, REASON_FIRST },
	{ "first before crossed", { 10, 14, .call_fd = true, .event_idx = true }, READ(12), true, REASON_FIRST },
	{ "flags do not ask for valid", { 10, 14, FLAGS, .valid = false }, READ(NO_INTERRUPT), false, REASON_FLAGS },
};

#define NCASES ARRAY_SIZE(cases)

static void test_cases(void)
{
	for (size_t i = 0; i < NCASES; i++) {
		struct verdict v = decide(&cases[i].state, &cases[i].word);

		if (!ok(v.signal == cases[i].signal && v.reason == cases[i].reason, "decide: %s", cases[i].what))
			diag("%s, %s", v.signal ? "signal" : "suppress", reason_name(v.reason));
	}
}

/* The state that vhost_signal() and vhost_notify() read. */
struct model {
	bool call_ctx;
	bool notify_on_empty, event_idx;
	uint16_t avail_idx, last_avail_idx;
	bool signalled_used_valid;
	uint16_t word;
	bool fault;
};

/* vhost_notify() of drivers/vhost/vhost.c, in the same order. */
static bool model_notify(struct model *m, const struct published *p)
{
	bool v;

	if (m->notify_on_empty && m->avail_idx == m->last_avail_idx)
		return true;
	if (!m->event_idx) {
		if (m->fault)
			return true;
		return !(m->word & 1);
	}
	/* Here the kernel takes signalled_used as old, and advances it to new; @p has the entries between them. */
	v = m->signalled_used_valid;
	m->signalled_used_valid = true;
	if (!v)
		return true;
	if (m->fault)
		return true;
	return p->entry[m->word];
}

static bool model_signal(struct model *m, const struct published *p)
{
	return m->call_ctx && model_notify(m, p);
}

/* All combinations of the flags, with every word that makes a difference. */
static void test_model(void)
{
	static const uint16_t words[] = { 0, 1, 2, 65533, 65534, 65535, 32768 };
	static struct published p;
	unsigned int wrong = 0, count = 0, bad = 0;
	const uint16_t old = 65534, new = 2;

	published_fill(&p, old, new);
	for (unsigned int bits = 0; bits < 64; bits++)
		for (size_t w = 0; w < ARRAY_SIZE(words); w++, count++) {
			struct model m = {
				.call_ctx = bits & 1, .notify_on_empty = bits & 2, .event_idx = bits & 4,
				.avail_idx = 7, .last_avail_idx = bits & 8 ? 7 : 6, .signalled_used_valid = bits & 16,
				.word = words[w], .fault = bits & 32,
			};
			const struct decision_state s = {
				old, new, .valid = bits & 16, .call_fd = bits & 1, .event_idx = bits & 4,
				.empty = (bits & 2) && (bits & 8),
			};
			const struct reading word = { words[w], bits & 32 ? READING_FAULT : READING_OK };

			if (decide(&s, &word).signal != model_signal(&m, &p) && !wrong++)
				bad = bits;
		}
	if (!ok(!wrong, "decide: as the kernel in all %u combinations", count))
		diag("%u are wrong, the first has bits 0x%x", wrong, bad);
}

/* The index rule again, on every event, since everything else depends on it. */
static void test_rule(void)
{
	static struct published p;
	unsigned long wrong = 0, count = 0;

	for (size_t s = 0; s < PUBLISHED_STARTS; s++)
		for (size_t l = 0; l < PUBLISHED_LENGTHS; l++) {
			struct decision_state st = { published_starts[s],
						     (uint16_t)(published_starts[s] + published_lengths[l]), INDEX };

			published_fill(&p, st.old, st.new);
			for (unsigned int event = 0; event < 65536; event++, count++) {
				const struct reading w = READ((uint16_t)event);
				struct verdict v = decide(&st, &w);

				if (v.signal != p.entry[event] ||
				    v.reason != (v.signal ? REASON_CROSSED : REASON_NOT_REACHED))
					wrong++;
			}
		}
	ok(!wrong, "decide: the index rule on %lu triples", count);
}

/* word: the reading that explains it, 0 or 1 */
static const struct {
	const char *what;
	struct decision_state state;
	bool signalled;
	struct reading words[2];
	enum reason reason;
	int word;
	bool moved;
} explanations[] = {
	{ "two alike that explain", { 10, 14, INDEX }, true, { READ(12), READ(12) }, REASON_CROSSED, 1, false },
	{ "two alike that do not", { 10, 14, INDEX }, false, { READ(12), READ(12) }, REASON_UNSTABLE, 1, false },
	{ "alike and suppressed", { 10, 14, INDEX }, false, { READ(14), READ(14) }, REASON_NOT_REACHED, 1, false },
	{ "moved on after the kernel's reading", { 10, 14, INDEX }, true, { READ(13), READ(14) }, REASON_CROSSED, 0,
	  true },
	{ "moved on before it", { 10, 14, INDEX }, false, { READ(13), READ(14) }, REASON_NOT_REACHED, 1, true },
	{ "moved, both explain: the last", { 10, 14, INDEX }, true, { READ(12), READ(13) }, REASON_CROSSED, 1, true },
	{ "alike, neither explains", { 10, 14, INDEX }, true, { READ(14), READ(14) }, REASON_UNSTABLE, 1, false },
	{ "moved, neither explains", { 10, 14, INDEX }, true, { READ(14), READ(15) }, REASON_UNSTABLE, 1, true },
	{ "unreadable twice", { 10, 14, INDEX }, true, { UNREADABLE, UNREADABLE }, REASON_FAULT, 1, false },
	/* The BPF programs cannot wait for a page, the kernel can: one failed reading does not prove a fault. */
	{ "the later unreadable, the earlier does not explain", { 10, 14, INDEX }, true, { READ(14), UNREADABLE },
	  REASON_UNSTABLE, 0, false },
	{ "the later unreadable, the earlier explains", { 10, 14, INDEX }, true, { READ(13), UNREADABLE },
	  REASON_CROSSED, 0, false },
	{ "the earlier unreadable", { 10, 14, INDEX }, false, { UNREADABLE, READ(14) }, REASON_NOT_REACHED, 1, false },
	{ "the earlier unreadable, the later does not explain", { 10, 14, INDEX }, true, { UNREADABLE, READ(14) },
	  REASON_UNSTABLE, 1, false },
	{ "unreadable twice, but suppressed", { 10, 14, INDEX }, false, { UNREADABLE, UNREADABLE }, REASON_UNSTABLE, 1,
	  false },
	{ "nothing is new, but signalled", { 10, 10, INDEX }, true, { READ(10), READ(9) }, REASON_UNEXPLAINED, 1,
	  true },
	{ "nothing is new, and unreadable once", { 10, 10, INDEX }, true, { UNREADABLE, READ(10) }, REASON_FAULT, 1,
	  false },
	{ "the flag was set and cleared meanwhile", { 10, 14, FLAGS }, false, { READ(0), READ(0) }, REASON_UNSTABLE, 1,
	  false },
	{ "address unknown, signalled: no fault", { 10, 14, INDEX }, true, { UNKNOWN, UNKNOWN }, REASON_CROSSED, 1,
	  false },
	{ "address unknown, suppressed", { 10, 14, INDEX }, false, { UNKNOWN, UNKNOWN }, REASON_NOT_REACHED, 1, false },
	{ "address unknown, by flags", { 10, 14, FLAGS }, false, { UNKNOWN, UNKNOWN }, REASON_FLAGS, 1, false },
	{ "address unknown, but no eventfd", { 10, 14 }, false, { UNKNOWN, UNKNOWN }, REASON_NO_CALL_FD, 1, false },
	{ "address unknown, but first", { 10, 14, .call_fd = true, .event_idx = true }, true, { UNKNOWN, UNKNOWN },
	  REASON_FIRST, 1, false },
	{ "the flag was set meanwhile", { 10, 14, FLAGS }, true, { READ(0), READ(1) }, REASON_FLAGS, 0, true },
	{ "no eventfd, whatever the word", { 10, 14 }, false, { READ(12), READ(14) }, REASON_NO_CALL_FD, 1, true },
	{ "signalled without an eventfd", { 10, 14 }, true, { READ(12), READ(12) }, REASON_UNEXPLAINED, 1, false },
	{ "empty, but suppressed", { 10, 14, INDEX, .empty = true }, false, { READ(14), READ(14) }, REASON_UNEXPLAINED,
	  1, false },
	{ "first", { 10, 14, .call_fd = true, .event_idx = true }, true, { READ(14), READ(14) }, REASON_FIRST, 1,
	  false },
};

static void test_explain(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(explanations); i++) {
		const struct reading *words = explanations[i].words, *wanted = &words[explanations[i].word];
		struct explanation e = explain(&explanations[i].state, explanations[i].signalled, &words[0], &words[1]);

		if (!ok(e.reason == explanations[i].reason && e.moved == explanations[i].moved &&
			e.word.value == wanted->value && e.word.state == wanted->state,
			"explain: %s", explanations[i].what))
			diag("%s, word %u in state %u%s", reason_name(e.reason), e.word.value, e.word.state,
			     e.moved ? ", moved" : "");
	}
}

#define WORDS 65536

/**
 * struct history - what a state allows, found by trying every word
 * @state: the state
 * @signals: whether the kernel signals, by the word that it reads
 * @count: number of words with which it does
 * @fault: whether it does if it cannot read the word
 */
struct history {
	struct decision_state state;
	bool signals[WORDS];
	unsigned int count;
	bool fault;
};

static void try_words(struct history *h, const struct decision_state *s)
{
	static struct published p;
	struct model m = {
		.call_ctx = s->call_fd, .notify_on_empty = s->empty, .event_idx = s->event_idx,
	};

	published_fill(&p, s->old, s->new);
	h->state = *s;
	h->count = 0;
	for (unsigned int w = 0; w < WORDS; w++) {
		m.word = (uint16_t)w;
		m.signalled_used_valid = s->valid;
		h->signals[w] = model_signal(&m, &p);
		h->count += h->signals[w];
	}
	m.fault = true;
	m.signalled_used_valid = s->valid;
	h->fault = model_signal(&m, &p);
}

static bool explains(const struct history *h, bool signalled, const struct reading *r)
{
	return r->state == READING_OK && h->signals[r->value] == signalled;
}

static enum reason word_reason(const struct history *h, bool signalled)
{
	if (!h->state.event_idx)
		return REASON_FLAGS;
	return signalled ? REASON_CROSSED : REASON_NOT_REACHED;
}

/* If no word makes a difference. */
static enum reason state_reason(const struct history *h, bool signalled)
{
	if (signalled != h->fault)
		return REASON_UNEXPLAINED;
	if (!signalled)
		return REASON_NO_CALL_FD;
	return h->state.empty ? REASON_EMPTY : REASON_FIRST;
}

static enum reason wanted_reason(const struct history *h, bool signalled, const struct reading r[2])
{
	bool known = r[0].state == READING_OK || r[1].state == READING_OK;
	bool both = r[0].state == READING_OK && r[1].state == READING_OK;

	if (h->count == (h->fault ? WORDS : 0))
		return state_reason(h, signalled);
	if (explains(h, signalled, &r[1]) || explains(h, signalled, &r[0]))
		return word_reason(h, signalled);
	if (signalled && !known && r[1].state == READING_FAULT)
		return REASON_FAULT;
	if (!(signalled ? h->count : WORDS - h->count))
		return both ? REASON_UNEXPLAINED : REASON_FAULT;
	if (r[0].state == READING_UNKNOWN && r[1].state == READING_UNKNOWN)
		return word_reason(h, signalled);
	return REASON_UNSTABLE;
}

/* Two readings in either order, for both acts. Returns how many explanations are wrong. */
static unsigned int wrong_reasons(const struct history *h, struct reading one, struct reading other)
{
	const struct reading orders[2][2] = { { one, other }, { other, one } };
	unsigned int wrong = 0;

	for (int i = 0; i < 4; i++) {
		const struct reading *r = orders[i & 1];
		struct explanation e = explain(&h->state, i & 2, &r[0], &r[1]);
		bool moved = r[0].state == READING_OK && r[1].state == READING_OK && r[0].value != r[1].value;

		wrong += e.reason != wanted_reason(h, i & 2, r) || e.moved != moved;
	}
	return wrong;
}

/* Every word as one reading, and as the other one words at the limits, a failed reading or the same word. */
static unsigned int wrong_readings(const struct history *h)
{
	const uint16_t old = h->state.old, new = h->state.new;
	const struct reading others[] = {
		READ(old), READ((uint16_t)(old - 1)), READ(new), READ((uint16_t)(new - 1)), UNREADABLE, UNKNOWN,
	};
	unsigned int wrong = 0;

	for (unsigned int w = 0; w < WORDS; w++) {
		const struct reading r = READ((uint16_t)w);

		wrong += wrong_reasons(h, r, r);
		for (size_t i = 0; i < ARRAY_SIZE(others); i++)
			wrong += wrong_reasons(h, r, others[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		for (size_t j = 0; j < ARRAY_SIZE(others); j++)
			wrong += wrong_reasons(h, others[i], others[j]);
	return wrong;
}

/* The reason in all states, held against what the kernel does with each word. */
static void test_histories(void)
{
	static const uint16_t ranges[][2] = { { 10, 14 }, { 65534, 2 }, { 10, 10 }, { 0, 65535 } };
	static struct history h;
	unsigned int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		for (unsigned int bits = 0; bits < 16; bits++) {
			const struct decision_state s = {
				ranges[i][0], ranges[i][1], .valid = bits & 1, .call_fd = bits & 2,
				.event_idx = bits & 4, .empty = bits & 8,
			};

			try_words(&h, &s);
			wrong += wrong_readings(&h);
		}
	if (!ok(!wrong, "explain: as all words allow, in every state"))
		diag("%u are wrong", wrong);
}

/* The rule's single expression, against that of linux/virtio_ring.h. */
static void test_need_event(void)
{
	unsigned long wrong = 0, count = 0;

	for (size_t s = 0; s < PUBLISHED_STARTS; s++)
		for (size_t l = 0; l < PUBLISHED_LENGTHS; l++)
			for (unsigned int event = 0; event < 65536; event++, count++) {
				uint16_t old = published_starts[s], new = (uint16_t)(old + published_lengths[l]);

				if (decide_need_event((uint16_t)event, new, old) !=
				    !!vring_need_event((uint16_t)event, new, old))
					wrong++;
			}
	ok(!wrong, "decide_need_event: as vring_need_event on %lu triples", count);
	ok(DECIDE_FLAG == VRING_AVAIL_F_NO_INTERRUPT && DECIDE_FLAG == VRING_USED_F_NO_NOTIFY, "the flags' value");
}

static void test_names(void)
{
	static const char *const names[REASON_COUNT] = {
		"first", "empty", "flags", "crossed", "fault", "no_call_fd", "not_reached", "unstable",
		"unexplained",
	};

	for (int r = 0; r < REASON_COUNT; r++)
		ok(!strcmp(reason_name((enum reason)r), names[r]), "reason %d is called %s", r, names[r]);
}

int main(void)
{
	test_cases();
	test_model();
	test_rule();
	test_need_event();
	test_explain();
	test_histories();
	test_names();
	return tap_done();
}
