// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's side of a split virtqueue, on plain memory; the test plays the device.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "published.h"
#include "tap-out.h"
#include "virtio/vring.h"

/* A queue, the memory of its rings, and the device's private indexes. */
struct rig {
	struct virtq q;
	unsigned char *mem;
	unsigned int num;
	uint16_t dev_avail;
	uint16_t dev_used;
};

static void rig_open(struct rig *r, unsigned int num, bool event_idx, uint16_t base)
{
	size_t size = vring_size(num, VIRTQ_ALIGN);

	*r = (struct rig){ .num = num, .dev_avail = base, .dev_used = base };
	r->mem = aligned_alloc(VIRTQ_ALIGN, (size + VIRTQ_ALIGN - 1) & ~(size_t)(VIRTQ_ALIGN - 1));
	if (!r->mem || virtq_init(&r->q, num, r->mem, event_idx ? VIRTQ_EVENT_IDX : 0, base))
		abort();
}

static void rig_close(struct rig *r)
{
	virtq_fini(&r->q);
	free(r->mem);
}

/*
 * Places of the words, from the specification's tables (virtio 1.2, 2.7): 16 bytes per descriptor; flags, idx, 2 bytes
 * per entry, used_event; and from the next multiple of the alignment on: flags, idx, 8 bytes per entry, avail_event.
 */
static uint16_t *avail_word(const struct rig *r, size_t i)
{
	return (uint16_t *)(void *)(r->mem + 16 * r->num) + i;
}

static unsigned char *used_byte(const struct rig *r, size_t i)
{
	size_t start = 16 * r->num + 6 + 2 * r->num;

	return r->mem + (start + VIRTQ_ALIGN - 1) / VIRTQ_ALIGN * VIRTQ_ALIGN + i;
}

static uint16_t *used_word(const struct rig *r, size_t byte)
{
	return (uint16_t *)(void *)used_byte(r, byte);
}

static uint16_t avail_flags(const struct rig *r)
{
	return le16toh(*avail_word(r, 0));
}

static uint16_t avail_idx(const struct rig *r)
{
	return le16toh(*avail_word(r, 1));
}

static void set_avail_event(const struct rig *r, uint16_t event)
{
	*used_word(r, 4 + 8 * r->num) = htole16(event);
}

/* The device takes the next buffer. Return: its head, or -1. */
static int dev_take(struct rig *r)
{
	if (avail_idx(r) == r->dev_avail)
		return -1;
	return le16toh(*avail_word(r, 2 + r->dev_avail++ % r->num));
}

/* The device gives a buffer back and publishes it. */
static void dev_use(struct rig *r, uint32_t id, uint32_t len)
{
	uint32_t elem[2] = { htole32(id), htole32(len) };

	memcpy(used_byte(r, 4 + 8 * (r->dev_used % r->num)), elem, sizeof(elem));
	*used_word(r, 2) = htole16(++r->dev_used);
}

static void test_num(void)
{
	bool wanted[70001] = { false };
	long wrong = -1;

	for (int shift = 0; shift < 16; shift++)
		wanted[1 << shift] = true;
	for (long n = 0; n <= 70000; n++)
		if (vring_num_ok((uint64_t)n) != wanted[n])
			wrong = n;
	if (!ok(wrong < 0, "ring sizes are the sixteen powers of two up to 32768"))
		diag("%ld", wrong);
	ok(!vring_num_ok(UINT64_C(1) << 32), "2^32 is no ring size");
	ok(!vring_num_ok((UINT64_C(1) << 32) + 256), "nor is 2^32 + 256");
}

static void test_init_errors(void)
{
	static _Alignas(VIRTQ_ALIGN) unsigned char mem[4 * VIRTQ_ALIGN];
	struct virtq q;

	ok(virtq_init(&q, 0, mem, VIRTQ_EVENT_IDX, 0) == -EINVAL, "a ring of 0 is EINVAL");
	ok(virtq_init(&q, 3, mem, VIRTQ_EVENT_IDX, 0) == -EINVAL, "a ring of 3 is EINVAL");
	ok(virtq_init(&q, 65536, mem, VIRTQ_EVENT_IDX, 0) == -EINVAL, "a ring of 65536 is EINVAL");
}

static void test_layout(unsigned int num)
{
	struct vring v;
	struct rig r;

	rig_open(&r, num, true, 0xabcd);
	vring_init(&v, num, r.mem, VIRTQ_ALIGN);
	ok(r.q.vring.num == num && r.q.vring.desc == v.desc && r.q.vring.avail == v.avail && r.q.vring.used == v.used,
	   "num %u: the three parts are where vring_init() puts them", num);
	ok((void *)r.q.vring.avail == avail_word(&r, 0) && (void *)r.q.vring.used == used_byte(&r, 0),
	   "num %u: and where the specification does", num);
	ok(used_byte(&r, 4 + 8 * num + 2) == r.mem + vring_size(num, VIRTQ_ALIGN),
	   "num %u: vring_size() ends behind avail_event", num);
	ok(avail_idx(&r) == 0xabcd && le16toh(*used_word(&r, 2)) == 0xabcd, "num %u: both indexes begin at the base",
	   num);
	ok(!avail_flags(&r) && !*used_word(&r, 0), "num %u: no flag is set", num);
	*avail_word(&r, 2 + num) = htole16(0x1234);
	ok(virtq_used_event(&r.q) == 0x1234, "num %u: used_event is behind the avail ring", num);
	rig_close(&r);
}

static void test_reserve(void)
{
	bool seen[8] = { false };
	bool distinct = true;
	struct rig r;

	rig_open(&r, 8, true, 0);
	for (int i = 0; i < 8; i++) {
		int id = virtq_reserve(&r.q);

		distinct = distinct && id >= 0 && id < 8 && !seen[id];
		if (distinct)
			seen[id] = true;
	}
	ok(distinct, "as many descriptors as the ring has, each once");
	ok(virtq_reserve(&r.q) == -ENOSPC, "one more is ENOSPC");
	virtq_release(&r.q, 5);
	ok(virtq_reserve(&r.q) == 5, "one that was released comes again");
	ok(virtq_reserve(&r.q) == -ENOSPC, "and then ENOSPC again");
	rig_close(&r);
}

static bool desc_is(const struct rig *r, unsigned int id, uint64_t addr, uint32_t len, uint16_t flags)
{
	const unsigned char *d = r->mem + 16 * id;
	const uint64_t a = htole64(addr);
	const uint32_t l = htole32(len);
	const uint16_t f[2] = { htole16(flags), 0 };

	return !memcmp(d, &a, 8) && !memcmp(d + 8, &l, 4) && !memcmp(d + 12, f, 4);
}

static void test_publish(void)
{
	bool good = true;
	struct rig r;

	rig_open(&r, 4, true, 65534);
	for (uint16_t id = 0; id < 4; id++)
		virtq_add(&r.q, id, 0x1122334455667000 + id, 100 + id, id & 1);
	ok(avail_idx(&r) == 65534 && dev_take(&r) == -1, "what was added is not visible yet");
	ok(desc_is(&r, 2, 0x1122334455667002, 102, 0), "a descriptor to be read");
	ok(desc_is(&r, 3, 0x1122334455667003, 103, 2), "a descriptor to be written");
	ok(virtq_outstanding(&r.q) == 4, "four are outstanding");
	virtq_publish(&r.q);
	ok(avail_idx(&r) == 2, "the index goes from 65534 by four to 2");
	for (int id = 0; id < 4; id++)
		good = good && dev_take(&r) == id;
	ok(good && dev_take(&r) == -1, "the device finds four, across the wrap");
	ok(le16toh(*avail_word(&r, 2 + 2)) == 0 && le16toh(*avail_word(&r, 2 + 3)) == 1 &&
	   le16toh(*avail_word(&r, 2 + 0)) == 2 && le16toh(*avail_word(&r, 2 + 1)) == 3,
	   "entry N is in slot N mod 4");
	rig_close(&r);
}

static void test_take_used(void)
{
	uint16_t id = 99;
	uint32_t len = 99;
	struct rig r;
	bool good = true;

	rig_open(&r, 4, true, 65534);
	for (uint16_t i = 0; i < 4; i++)
		virtq_add(&r.q, i, 0, 1, true);
	virtq_publish(&r.q);
	ok(virtq_take_used(&r.q, &id, &len) == 0 && id == 99 && len == 99, "nothing is used, nothing is touched");
	for (uint32_t i = 0; i < 4; i++)
		dev_use(&r, 3 - i, 70000 + i);
	for (uint32_t i = 0; i < 4; i++)
		good = good && virtq_take_used(&r.q, &id, &len) == 1 && id == 3 - i && len == 70000 + i;
	ok(good, "four used buffers come back in the device's order, across the wrap");
	ok(virtq_take_used(&r.q, &id, &len) == 0 && !virtq_outstanding(&r.q), "and no more");

	dev_use(&r, 0, 0);
	ok(virtq_take_used(&r.q, &id, &len) == -EPROTO, "a buffer that the device does not have is EPROTO");
	rig_close(&r);

	rig_open(&r, 4, true, 0);
	virtq_add(&r.q, 0, 0, 1, true);
	dev_use(&r, 4, 0);
	ok(virtq_take_used(&r.q, &id, &len) == -EPROTO, "number 4 in a ring of 4 is EPROTO");
	ok(virtq_take_used(&r.q, &id, &len) == -EPROTO, "and stays so");
	rig_close(&r);

	rig_open(&r, 4, true, 0);
	virtq_add(&r.q, 0, 0, 1, true);
	dev_use(&r, 0x10000, 0);
	ok(virtq_take_used(&r.q, &id, &len) == -EPROTO, "so is number 65536, whose lower half is 0");
	rig_close(&r);
}

/* Many times round a small ring: no buffer is lost or doubled. */
static void test_rounds(void)
{
	unsigned int added = 0, taken = 0, wrong = 0;
	struct rig r;

	rig_open(&r, 8, true, 65500);
	for (int round = 0; round < 20000; round++) {
		int batch = round % 8 + 1, id;
		uint32_t len;
		uint16_t back;

		for (int i = 0; i < batch && (id = virtq_reserve(&r.q)) >= 0; i++) {
			virtq_add(&r.q, (uint16_t)id, 0, added, true);
			added++;
		}
		virtq_publish(&r.q);
		/* The device keeps some back for the next round. */
		for (int i = 0; i < round % 5 + 4 && (id = dev_take(&r)) >= 0; i++)
			dev_use(&r, (uint32_t)id, le32toh(r.q.vring.desc[id].len));
		while (virtq_take_used(&r.q, &back, &len) == 1) {
			if (len != taken++)
				wrong++;
			virtq_release(&r.q, back);
		}
		if (virtq_outstanding(&r.q) != added - taken || r.q.num_free != 8 - (added - taken))
			wrong++;
	}
	if (!ok(!wrong && taken > 65536, "%u buffers through a ring of 8, each once and in order", taken))
		diag("%u wrong", wrong);
	rig_close(&r);
}

/* Against the oracle: every event, with many starts and lengths; each time old must advance to new. */
static void test_kick_event(void)
{
	static struct published p;
	unsigned long wrong = 0, count = 0;
	unsigned int bad[3] = { 0 };
	struct rig r;

	rig_open(&r, 4, true, 0);
	for (size_t s = 0; s < PUBLISHED_STARTS; s++)
		for (size_t l = 0; l < PUBLISHED_LENGTHS; l++) {
			uint16_t old = published_starts[s], new = (uint16_t)(old + published_lengths[l]);

			published_fill(&p, old, new);
			for (unsigned int event = 0; event < 65536; event++, count++) {
				set_avail_event(&r, (uint16_t)event);
				r.q.kicked_idx = old;
				r.q.avail_idx = new;
				if (virtq_kick_prepare(&r.q) == p.entry[event] && r.q.kicked_idx == new)
					continue;
				if (!wrong++)
					memcpy(bad, (unsigned int[]){ old, new, event }, sizeof(bad));
			}
		}
	if (!ok(!wrong, "virtq_kick_prepare() on %lu triples of old, new and event", count))
		diag("%lu are wrong, the first is old %u, new %u, event %u", wrong, bad[0], bad[1], bad[2]);
	rig_close(&r);
}

/* The same at the boundaries, through the functions that a driver calls. */
static void test_kick_boundaries(void)
{
	static const struct {
		int after_old;
		bool kick;
		const char *what;
	} cases[] = {
		{ -1, false, "old - 1" }, { 0, true, "old" }, { 1, true, "old + 1" }, { 2, true, "new - 1" },
		{ 3, false, "new" }, { 32768, false, "half the range away" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (unsigned int base = 65531; base <= 65537; base++) {
			struct rig r;

			rig_open(&r, 8, true, (uint16_t)base);
			set_avail_event(&r, (uint16_t)((int)base + cases[i].after_old));
			*used_word(&r, 0) = htole16(VRING_USED_F_NO_NOTIFY);	/* ignored with EVENT_IDX */
			for (uint16_t id = 0; id < 3; id++)
				virtq_add(&r.q, id, 0, 1, false);
			virtq_publish(&r.q);
			ok(virtq_kick_prepare(&r.q) == cases[i].kick, "three from %u: avail_event %s %s", base & 0xffff,
			   cases[i].what, cases[i].kick ? "kicks" : "does not kick");
			ok(!virtq_kick_prepare(&r.q), "three from %u: nothing new, no kick", base & 0xffff);
			rig_close(&r);
		}
}

static void test_kick_flags(void)
{
	struct rig r;

	rig_open(&r, 8, false, 65535);
	virtq_add(&r.q, 0, 0, 1, false);
	virtq_publish(&r.q);
	set_avail_event(&r, 1000);	/* ignored without EVENT_IDX */
	ok(virtq_kick_prepare(&r.q), "without the flag: kick");
	*used_word(&r, 0) = htole16(VRING_USED_F_NO_NOTIFY);
	ok(!virtq_kick_prepare(&r.q), "VRING_USED_F_NO_NOTIFY: no kick");
	*used_word(&r, 0) = htole16(0xfffe);
	ok(virtq_kick_prepare(&r.q), "other bits: kick");
	rig_close(&r);
}

/* With how many used entries may the driver sleep, and for how many does the device call it? */
static void test_enable_call(uint16_t base, bool event_idx)
{
	unsigned int wrong = 0;

	for (uint16_t after = 1; after <= 8; after++)
		for (uint16_t used = 0; used <= 8; used++) {
			uint16_t enough = event_idx ? after : 1;
			bool may_sleep;
			struct rig r;

			rig_open(&r, 8, event_idx, base);
			virtq_disable_call(&r.q);
			for (int i = 0; i < used; i++)
				dev_use(&r, 0, 0);
			may_sleep = virtq_enable_call(&r.q, after);
			if (may_sleep != (used < enough) || avail_flags(&r))
				wrong++;
			if (event_idx && virtq_used_event(&r.q) != (uint16_t)(base + after - 1))
				wrong++;
			/* If the device decided now, with the base as old: it calls if there are enough. */
			if (event_idx && vring_need_event(virtq_used_event(&r.q), r.dev_used, base) != (used >= after))
				wrong++;
			rig_close(&r);
		}
	ok(!wrong, "virtq_enable_call() from %u %s: sleep with too few used, be called for enough", base,
	   event_idx ? "with an index" : "with a flag");
}

static void test_disable_call(void)
{
	struct rig r;

	rig_open(&r, 8, true, 77);
	virtq_enable_call(&r.q, 3);
	virtq_disable_call(&r.q);
	ok(!avail_flags(&r) && virtq_used_event(&r.q) == 79, "with an index disabling writes nothing");
	rig_close(&r);
	rig_open(&r, 8, false, 77);
	virtq_disable_call(&r.q);
	ok(avail_flags(&r) == VRING_AVAIL_F_NO_INTERRUPT, "with a flag it sets VRING_AVAIL_F_NO_INTERRUPT");
	virtq_enable_call(&r.q, 1);
	ok(!avail_flags(&r), "and enabling clears it");
	ok(!*avail_word(&r, 2 + 8) || virtq_used_event(&r.q) == 77, "and leaves used_event alone");
	rig_close(&r);
}

/* Which buffer comes next, and its bytes? Returns what virtq_take_used() did. */
static int take(struct rig *r, int *id, uint32_t *len)
{
	uint16_t number = 0xffff;
	int got = virtq_take_used(&r->q, &number, len);

	*id = number;
	return got;
}

/* The device uses @count buffers by one entry: that of the last one, at the place of the first one. */
static void dev_use_batch(struct rig *r, unsigned int count, uint32_t last, uint32_t len)
{
	const uint16_t end = (uint16_t)(r->dev_used + count);

	dev_use(r, last, len);
	*used_word(r, 2) = htole16(end);
	r->dev_used = end;
}

/* Descriptors are used in the order of their table, and a batch of them comes back by one entry. */
static void test_in_order(uint16_t base)
{
	struct rig r;
	unsigned int wrong = 0;
	uint32_t len;
	int id;

	rig_open(&r, 8, false, base);
	virtq_fini(&r.q);
	if (virtq_init(&r.q, 8, r.mem, VIRTQ_IN_ORDER, base))
		abort();
	for (unsigned int i = 0; i < 8; i++) {
		id = virtq_reserve(&r.q);
		wrong += id != (int)((base + i) % 8);
		virtq_add(&r.q, (uint16_t)id, 0x1000, 100 + i, i != 2);
	}
	ok(!wrong && virtq_reserve(&r.q) == -ENOSPC, "from %u in order: the descriptors in their order", base);
	dev_use_batch(&r, 4, (base + 3) % 8, 7);
	for (unsigned int i = 0; i < 4; i++) {
		const uint32_t bytes = i == 3 ? 7 : i == 2 ? 0 : 100 + i;

		wrong += take(&r, &id, &len) != 1 || id != (int)((base + i) % 8) || len != bytes;
		virtq_release(&r.q, (uint16_t)id);
	}
	ok(!wrong, "one entry for four: of all but the last one, what it could write");
	ok(take(&r, &id, &len) == 0 && virtq_outstanding(&r.q) == 4, "and no more");
	dev_use(&r, (base + 4) % 8, 9);
	ok(take(&r, &id, &len) == 1 && id == (base + 4) % 8 && len == 9, "an entry for one");
	ok(virtq_reserve(&r.q) == base % 8, "the next to reserve is the one released first");
	dev_use_batch(&r, 2, (base + 7) % 8, 9);
	ok(take(&r, &id, &len) == -EPROTO, "a batch of more than the used index says");
	rig_close(&r);
}

int main(void)
{
	static const uint16_t bases[] = { 0, 32764, 65529, 65535 };

	test_num();
	test_init_errors();
	for (unsigned int num = 1; num <= VRING_NUM_MAX; num *= 2)
		test_layout(num);
	test_reserve();
	test_publish();
	test_take_used();
	test_rounds();
	test_kick_event();
	test_kick_boundaries();
	test_kick_flags();
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
		test_enable_call(bases[i], true);
		test_enable_call(bases[i], false);
		test_in_order(bases[i]);
	}
	test_disable_call();
	return tap_done();
}
