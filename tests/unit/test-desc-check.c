// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each fault that drivers/vhost reports, on a ring and memory made for it, with the sentence that describes it; and
 * rings without a fault.
 */
#include "base/array.h"
#include "desc-memory.h"
#include "tap-out.h"

#define NUM 8
#define BASE 65535

/*
 * A ring of 8 whose device is at avail index 65535. @ring: descriptors from 0 on; @table: the entries at TABLE; @heads:
 * the available heads from index 65535 on; if there are none, head 0.
 */
struct fault_case {
	const char *what;
	bool rx;
	uint64_t features;
	struct entry ring[4], table[4];
	int heads_count;
	uint16_t heads[3];
	enum desc_fault fault;
	const char *said;
	uint64_t features_high;
};

#define GOOD_TX { MEM, 100 }
#define GOOD_RX { MEM, 2000, WRITE }
#define ALL_OF_TABLE 4 * sizeof(struct vring_desc)

static const struct fault_case faults[] = {
	{ "a good one to send", false, VERSION_1, { GOOD_TX }, .fault = DESC_GOOD,
	  .said = "q is at avail index 65535, where nothing wrong is to be seen" },
	{ "a good one to receive", true, VERSION_1, { GOOD_RX }, .fault = DESC_GOOD },
	{ "nothing available", false, VERSION_1, { { 0 } }, .heads_count = -1, .fault = DESC_GOOD },
	{ "head out of range", false, VERSION_1, .heads_count = 1, .heads = { 8 }, .fault = DESC_HEAD,
	  .said = "q stopped at avail index 65535: its head is 8, outside the ring of 8" },
	{ "head 65535", true, VERSION_1, .heads_count = 1, .heads = { 65535 }, .fault = DESC_HEAD,
	  .said = "q stopped at avail index 65535: its head is 65535, outside the ring of 8" },
	{ "next out of range", false, VERSION_1, { { MEM, 12, NEXT, 2 }, [2] = { MEM, 100, NEXT, 8 } },
	  .fault = DESC_NEXT, .said = "q stopped at avail index 65535: descriptor 2 (number 2 of the chain from 0) "
				      "goes on at 8, outside the ring of 8" },
	{ "next of the head out of range", false, VERSION_1, { { MEM, 100, NEXT, 65535 } }, .fault = DESC_NEXT,
	  .said = "q stopped at avail index 65535: descriptor 0 goes on at 65535, outside the ring of 8" },
	{ "next out of range, not meant", false, VERSION_1, { { MEM, 100, 0, 8 } }, .fault = DESC_GOOD },
	{ "next out of range behind a table", false, VERSION_1, { { TABLE, 16, INDIRECT | NEXT, 9 } }, { GOOD_TX },
	  .fault = DESC_NEXT, .said = "q stopped at avail index 65535: descriptor 0 goes on at 9, outside the ring "
				      "of 8" },
	{ "a loop of one", false, VERSION_1, { [3] = { MEM, 100, NEXT, 3 } }, .heads_count = 1, .heads = { 3 },
	  .fault = DESC_LOOP, .said = "q stopped at avail index 65535: the chain from 3 has more descriptors than the "
				      "ring of 8: it loops" },
	{ "a loop of three", true, VERSION_1,
	  { { MEM, 100, NEXT | WRITE, 1 }, { MEM, 100, NEXT | WRITE, 2 }, { MEM, 100, NEXT | WRITE, 1 } },
	  .fault = DESC_LOOP },

	{ "an address outside", false, VERSION_1, { { 0xdead, 100 } }, .fault = DESC_ADDRESS,
	  .said = "q stopped at avail index 65535: descriptor 0 has 100 bytes at 0xdead, not all of which are in the "
		  "memory" },
	{ "across the end", false, VERSION_1, { { MEM + MEM_SIZE - 99, 100 } }, .fault = DESC_ADDRESS },
	{ "to the end", false, VERSION_1, { { MEM + MEM_SIZE - 100, 100 } }, .fault = DESC_GOOD },
	{ "across 2^64", true, VERSION_1, { { UINT64_MAX - 10, 100, WRITE } }, .fault = DESC_ADDRESS,
	  .said = "q stopped at avail index 65535: descriptor 0 has 100 bytes at 0xfffffffffffffff5, not all of which "
		  "are in the memory" },
	{ "the longest", false, VERSION_1, { { MEM, UINT32_MAX } }, .fault = DESC_ADDRESS },
	{ "no bytes outside", false, VERSION_1, { { MEM, 100, NEXT, 1 }, { 0xdead, 0 } }, .fault = DESC_GOOD },
	{ "an IOTLB that lets read only", true, VERSION_1, { { READ_ONLY, 100, WRITE } }, .fault = DESC_ACCESS,
	  .said = "q stopped at avail index 65535: descriptor 0 has 100 bytes at 0x10000000, where the IOTLB does not "
		  "allow the device to write" },
	{ "an IOTLB that lets write only", false, VERSION_1, { { WRITE_ONLY, 100 } }, .fault = DESC_ACCESS,
	  .said = "q stopped at avail index 65535: descriptor 0 has 100 bytes at 0x20000000, where the IOTLB does not "
		  "allow the device to read" },
	{ "a table that may not be read", true, VERSION_1, { { WRITE_ONLY, 32, INDIRECT | WRITE } },
	  .fault = DESC_ACCESS,
	  .said = "q stopped at avail index 65535: descriptor 0 has an indirect table of 32 bytes at 0x20000000, where "
		  "the IOTLB does not allow the device to read" },
	{ "an IOTLB that has it not", false, VERSION_1, { { MISSING, 100 } }, .fault = DESC_MISS,
	  .said = "q stopped at avail index 65535: descriptor 0 has 100 bytes at 0x30000000, for which it waits for "
		  "the IOTLB's translation" },
	{ "1024 pieces", false, VERSION_1, { { CRUMBS, 1023 * 16, NEXT, 1 }, { MEM, 1 } }, .fault = DESC_GOOD },
	{ "1025 pieces", false, VERSION_1, { { CRUMBS, 1024 * 16, NEXT, 1 }, { MEM, 1 } }, .fault = DESC_PIECES,
	  .said = "q stopped at avail index 65535: descriptor 1 (number 2 of the chain from 0) is in more pieces of "
		  "memory than there may be, which is 1024 for the chain" },
	{ "1024 pieces and no bytes", false, VERSION_1, { { CRUMBS, 1024 * 16, NEXT, 1 }, { MEM, 0 } },
	  .fault = DESC_GOOD },
	{ "a table of 1025 pieces", false, VERSION_1, { { CRUMBS, 1025 * 16, INDIRECT } }, .fault = DESC_PIECES },

	{ "a table", false, VERSION_1, { { TABLE, 32, INDIRECT } }, { { MEM, 12, NEXT, 1 }, { MEM, 100 } },
	  .fault = DESC_GOOD },
	{ "a table's next is not looked at", false, VERSION_1, { { TABLE, 32, INDIRECT } },
	  { { MEM, 12, NEXT, 77 }, { MEM, 100 } }, .fault = DESC_GOOD },
	{ "a table to be written is read all the same", true, VERSION_1, { { TABLE, 16, INDIRECT | WRITE } },
	  { GOOD_RX }, .fault = DESC_GOOD },
	{ "a buffer, then a table", false, VERSION_1, { { MEM, 12, NEXT, 1 }, { TABLE, 16, INDIRECT } }, { GOOD_TX },
	  .fault = DESC_GOOD },
	{ "a table of 17 bytes", false, VERSION_1, { { TABLE, 17, INDIRECT } }, .fault = DESC_TABLE_SIZE,
	  .said = "q stopped at avail index 65535: descriptor 0 has an indirect table of 17 bytes, not a multiple of "
		  "16" },
	{ "a table of no bytes", false, VERSION_1, { { TABLE, 0, INDIRECT } }, .fault = DESC_TABLE_EMPTY,
	  .said = "q stopped at avail index 65535: descriptor 0 has an indirect table of no bytes" },
	{ "a table outside", false, VERSION_1, { { 0xdea0, 32, INDIRECT } }, .fault = DESC_ADDRESS,
	  .said = "q stopped at avail index 65535: descriptor 0 has an indirect table of 32 bytes at 0xdea0, not all "
		  "of which are in the memory" },
	{ "a table across the end", false, VERSION_1, { { MEM + MEM_SIZE - 16, 32, INDIRECT } },
	  .fault = DESC_ADDRESS },
	{ "a table of 65537", false, VERSION_1, { { MEM, 65537 * 16, INDIRECT } }, .fault = DESC_TABLE_LONG,
	  .said = "q stopped at avail index 65535: descriptor 0 has an indirect table of 65537 entries, more than "
		  "65536" },
	{ "a table of 65536", false, VERSION_1, { { TABLE, 65536 * 16, INDIRECT } }, { GOOD_TX }, .fault = DESC_GOOD },
	{ "a table in a table", false, VERSION_1, { { MEM, 12, NEXT, 2 }, [2] = { TABLE, 64, INDIRECT } },
	  { { MEM, 12, NEXT }, { TABLE, 16, INDIRECT } }, .fault = DESC_TABLE_NESTED,
	  .said = "q stopped at avail index 65535: entry 1 of the indirect table of descriptor 2 (number 2 of the "
		  "chain from 0) is an indirect table itself" },
	{ "a table without an end", false, VERSION_1, { { TABLE, 32, INDIRECT } },
	  { { MEM, 12, NEXT, 1 }, { MEM, 100, NEXT, 0 } }, .fault = DESC_TABLE_END,
	  .said = "q stopped at avail index 65535: entry 1 of the indirect table of descriptor 0 says that another "
		  "entry follows, but is the last" },
	{ "an entry outside", false, VERSION_1, { { TABLE, 32, INDIRECT } }, { { MEM, 12, NEXT, 1 }, { 0xbad, 1 } },
	  .fault = DESC_ADDRESS, .said = "q stopped at avail index 65535: entry 1 of the indirect table of descriptor "
					 "0 has 1 bytes at 0xbad, not all of which are in the memory" },

	{ "read behind written", true, VERSION_1, { { MEM, 12, WRITE | NEXT, 1 }, { MEM, 100 } }, .fault = DESC_ORDER,
	  .said = "q stopped at avail index 65535: descriptor 1 (number 2 of the chain from 0) is for the device to "
		  "read, behind one that is for it to write" },
	{ "read behind written, of no bytes", true, VERSION_1, { { MEM, 100, WRITE | NEXT, 1 }, { MEM, 0 } },
	  .fault = DESC_ORDER },
	{ "read behind written of no bytes", false, VERSION_1, { { MEM, 0, WRITE | NEXT, 1 }, { MEM, 100 } },
	  .fault = DESC_GOOD },
	{ "read behind written, in a table", false, VERSION_1, { { TABLE, 32, INDIRECT } },
	  { { MEM, 12, WRITE | NEXT, 1 }, { MEM, 100 } }, .fault = DESC_ORDER },
	{ "read behind written of a table", false, VERSION_1, { { TABLE, 16, INDIRECT | NEXT, 1 }, { MEM, 100 } },
	  { GOOD_RX }, .fault = DESC_ORDER },
	{ "written in a queue that transmits", false, VERSION_1, { { MEM, 12, NEXT, 1 }, { MEM, 100, WRITE } },
	  .fault = DESC_DIRECTION,
	  .said = "q stopped at avail index 65535: descriptor 1 (number 2 of the chain from 0) is for the device to "
		  "write, in a queue that transmits" },
	{ "read in a queue that receives", true, VERSION_1, { { MEM, 12, NEXT, 1 }, { MEM, 2000, WRITE } },
	  .fault = DESC_DIRECTION,
	  .said = "q stopped at avail index 65535: descriptor 0 is for the device to read, in a queue that receives" },
	{ "read in a table of a queue that receives", true, MRG, { { TABLE, 16, INDIRECT } }, { GOOD_TX },
	  .fault = DESC_DIRECTION,
	  .said = "q stopped at avail index 65535: entry 0 of the indirect table of descriptor 0 is for the device to "
		  "read, in a queue that receives" },

	{ "the first of two is named", false, VERSION_1, { { MEM, 12, WRITE | NEXT, 1 }, { MEM, 100, WRITE } },
	  .fault = DESC_DIRECTION,
	  .said = "q stopped at avail index 65535: descriptor 0 is for the device to write, in a queue that "
		  "transmits" },

	{ "no bytes to send", false, VERSION_1, { { MEM, 0 } }, .fault = DESC_EMPTY,
	  .said = "q stopped at avail index 65535: the chain from 0 has no bytes" },
	{ "no bytes to receive into", true, VERSION_1 | MRG, { { MEM, 0, WRITE } }, .fault = DESC_EMPTY },
	{ "less than the header", false, VERSION_1, { { MEM, 11 } }, .fault = DESC_SHORT,
	  .said = "q stopped at avail index 65535: the chain from 0 has 11 bytes, and the header alone takes 12" },
	{ "the header alone", false, VERSION_1, { { MEM, 12 } }, .fault = DESC_GOOD },
	{ "the header alone, which vhost takes away", false, VERSION_1 | OWN_HEADER, { { MEM, 12 } },
	  .fault = DESC_SHORT },
	{ "one byte more", false, VERSION_1 | OWN_HEADER, { { MEM, 13 } }, .fault = DESC_GOOD },
	{ "the header without VERSION_1", false, 0, { { MEM, 10 } }, .fault = DESC_GOOD },
	{ "less than that", false, 0, { { MEM, 9 } }, .fault = DESC_SHORT,
	  .said = "q stopped at avail index 65535: the chain from 0 has 9 bytes, and the header alone takes 10" },
	{ "the header with MRG_RXBUF", false, MRG, { { MEM, 11 } }, .fault = DESC_SHORT },
	{ "the header of tunnels without a packet's room", true, VERSION_1, { { MEM, 24, WRITE } }, .fault = DESC_SHORT,
	  .features_high = GUEST_TUNNEL },
	{ "less than the header of tunnels", false, VERSION_1, { { MEM, 23 } }, .fault = DESC_SHORT,
	  .said = "q stopped at avail index 65535: the chain from 0 has 23 bytes, and the header alone takes 24",
	  .features_high = HOST_TUNNEL },
	{ "the header of tunnels", false, VERSION_1, { { MEM, 24 } }, .fault = DESC_GOOD,
	  .features_high = HOST_TUNNEL },
	{ "less than the header in two", false, VERSION_1, { { MEM, 6, NEXT, 1 }, { MEM, 5 } }, .fault = DESC_SHORT },
	{ "no room behind the header", true, VERSION_1, { { MEM, 12, WRITE } }, .fault = DESC_SHORT },
	{ "room for one byte", true, VERSION_1, { { MEM, 13, WRITE } }, .fault = DESC_GOOD },
	{ "no room, but mergeable", true, VERSION_1 | MRG, { { MEM, 1, WRITE } }, .fault = DESC_GOOD },

	{ "the second of three, not yet looked at", true, VERSION_1, { GOOD_RX }, .heads_count = 3,
	  .heads = { 0, 9, 0 }, .fault = DESC_GOOD },
	{ "the second of three that are mergeable", true, MRG, { GOOD_RX }, .heads_count = 3, .heads = { 0, 9, 0 },
	  .fault = DESC_HEAD, .said = "q stopped at avail index 0: its head is 9, outside the ring of 8" },
	{ "the third of three that are mergeable", true, MRG, { GOOD_RX, { 0xbad, 2000, WRITE } }, .heads_count = 3,
	  .heads = { 0, 0, 1 }, .fault = DESC_ADDRESS,
	  .said = "q stopped at avail index 1: descriptor 1 has 2000 bytes at 0xbad, not all of which are in the "
		  "memory" },
	{ "the second to send is not looked at", false, MRG, { GOOD_TX }, .heads_count = 2, .heads = { 0, 9 },
	  .fault = DESC_GOOD },
};

static void run_case(const struct fault_case *c)
{
	struct desc_finding f;
	struct desc_queue q;
	char said[256];

	open_queue(&q, NUM);
	memset(mem, 0, sizeof(mem));
	for (size_t i = 0; i < 4; i++) {
		const struct vring_desc entry = little(&c->table[i]);

		q.vring.desc[i] = little(&c->ring[i]);
		memcpy(mem + (TABLE - MEM) + i * sizeof(entry), &entry, sizeof(entry));
	}
	q.rx = c->rx;
	q.features[0] = c->features;
	q.features[1] = c->features_high;
	q.base = BASE;
	q.vring.used->idx = htole16(BASE);
	q.vring.avail->idx = htole16(BASE);
	for (int i = 0; i < (c->heads_count ? c->heads_count : 1); i++)
		make_available(&q, (uint16_t)(BASE + i), c->heads[i]);
	desc_check(&q, &f);
	desc_finding_text(&f, "q", said, sizeof(said));
	if (!ok(f.fault == c->fault && (!c->said || !strcmp(said, c->said)), "%s", c->what))
		diag("%d: %s", f.fault, said);
	close_queue(&q);
}

/* How far ahead the driver's index may be. */
static void index_ahead(void)
{
	static const struct { uint16_t base, avail; bool good; } cases[] = {
		{ 0, 0, true }, { 0, 8, true }, { 0, 9, false }, { 0, 65535, false }, { 100, 99, false },
		{ 65530, 2, true }, { 65530, 3, false }, { 65535, 7, true }, { 65535, 8, false }, { 0, 32768, false },
	};
	struct desc_finding f;
	struct desc_queue q;
	char said[256];

	open_queue(&q, NUM);
	q.features[0] = VERSION_1;
	q.vring.desc[0] = little(&(const struct entry)GOOD_TX);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		q.base = cases[i].base;
		q.vring.used->idx = htole16(cases[i].base);
		q.vring.avail->idx = htole16(cases[i].avail);
		desc_check(&q, &f);
		ok(f.fault == (cases[i].good ? DESC_GOOD : DESC_INDEX), "from %u to %u in a ring of 8", cases[i].base,
		   cases[i].avail);
	}
	q.base = 65534;
	q.vring.avail->idx = htole16(7);
	desc_check(&q, &f);
	desc_finding_text(&f, "tx0", said, sizeof(said));
	ok(!strcmp(said, "tx0 stopped at avail index 65534: the driver's is 7, 9 ahead in a ring of 8"), "and says so");
	close_queue(&q);
}

/* A chain that the device has taken and dropped is one index before, if a taken chain is missing in the used ring. */
static void taken(void)
{
	static const struct entry bad = { MEM, 100, WRITE };
	struct desc_finding f;
	struct desc_queue q;
	char said[256];

	open_queue(&q, NUM);
	q.features[0] = VERSION_1;
	q.vring.desc[0] = little(&(const struct entry)GOOD_TX);
	q.vring.desc[1] = little(&bad);
	make_available(&q, 65535, 1);
	q.base = 0;
	q.vring.used->idx = htole16(65535);
	desc_check(&q, &f);
	desc_finding_text(&f, "tx0", said, sizeof(said));
	if (!ok(f.fault == DESC_DIRECTION && f.taken && f.index == 65535 && f.head == 1 &&
		!strcmp(said, "tx0 dropped the chain at avail index 65535: descriptor 1 is for the device to write, in "
			      "a queue that transmits"), "the one that was taken last, of the wrong kind"))
		diag("%s", said);
	make_available(&q, 0, 0);
	desc_check(&q, &f);
	ok(f.fault == DESC_DIRECTION && f.taken, "also if there is a good one to come");
	make_available(&q, 0, 8);
	desc_check(&q, &f);
	ok(f.fault == DESC_HEAD && !f.taken && f.index == 0, "but not before a bad one at which it cannot go on");
	make_available(&q, 0, 0);
	q.vring.used->idx = htole16(0);
	desc_check(&q, &f);
	ok(f.fault == DESC_GOOD && !f.taken, "nor if all that were taken were given back");
	q.vring.used->idx = htole16(65535);
	q.vring.desc[1] = little(&(const struct entry){ 0xbad, 100 });
	desc_check(&q, &f);
	ok(f.fault == DESC_GOOD, "nor for a fault with which it could not have been taken");
	q.vring.desc[1] = little(&bad);
	for (uint16_t i = 0; i < 7; i++)
		make_available(&q, i, 0);
	desc_check(&q, &f);
	ok(f.fault == DESC_DIRECTION, "with seven more in the ring of 8 it is still there");
	make_available(&q, 7, 1);
	desc_check(&q, &f);
	ok(f.fault == DESC_GOOD, "with eight it is another's place");
	close_queue(&q);
}

/* No bytes and no pieces: only the limit on the number of descriptors ends the walk. */
static void endless(void)
{
	const struct entry entry = { 0, 0, NEXT };
	struct desc_finding f;
	struct desc_queue q;
	char said[256];

	open_queue(&q, 32);
	for (size_t i = 0; i < 65536; i++)
		memcpy(mem + 16 * i, &(const struct vring_desc){ .flags = htole16(i < 65535 ? NEXT : 0) }, 16);
	for (uint16_t i = 0; i < 32; i++)
		q.vring.desc[i] = little(&(const struct entry){ MEM, 65536 * 16, INDIRECT | NEXT,
								(uint16_t)((i + 1) % 32) });
	make_available(&q, 0, 0);
	desc_check(&q, &f);
	desc_finding_text(&f, "tx0", said, sizeof(said));
	ok(f.fault == DESC_ENDLESS &&
	   !strcmp(said, "tx0 stopped at avail index 0: no end was found within 1048576 descriptors"),
	   "a chain of two million descriptors");
	q.rx = true;
	q.features[0] = MRG;
	q.vring.desc[0] = little(&(const struct entry){ MEM, 65536 * 16, INDIRECT | NEXT, 1 });
	q.vring.desc[1] = little(&(const struct entry)GOOD_RX);
	for (uint16_t i = 0; i < 32; i++)
		make_available(&q, i, 0);
	desc_check(&q, &f);
	ok(f.fault == DESC_ENDLESS && f.index == 15, "32 chains of 65538, of which 15 can be walked");
	q.vring.desc[0] = little(&entry);
	desc_check(&q, &f);
	ok(f.fault == DESC_LOOP, "one that only goes round and round");
	close_queue(&q);
}

/* Chains as drivers make them, of all lengths, direct and indirect: no fault is found. */
static void all_good(void)
{
	unsigned int wrong = 0;

	for (int round = 0; round < 2000; round++) {
		const bool rx = noise() % 2;
		const uint16_t flags = rx ? WRITE : 0;
		const unsigned int num = 1u << noise() % 9, chain = 1 + (unsigned int)(noise() % num);
		const unsigned int indirect = (unsigned int)(noise() % (chain + 1)), entries = 1 + noise() % 3;
		struct desc_finding f;
		struct desc_queue q;

		open_queue(&q, num);
		q.rx = rx;
		q.features[0] = VERSION_1 | (noise() % 2 ? MRG : 0);
		q.base = (uint16_t)noise();
		q.vring.used->idx = htole16(q.base);
		for (unsigned int i = 0; i < chain; i++) {
			const uint16_t more = i + 1 < chain ? NEXT : 0, next = (uint16_t)((3 * i + 3) % num);

			q.vring.desc[3 * i % num] = little(i == indirect ?
				&(const struct entry){ TABLE, entries * 16, INDIRECT | more, next } :
				&(const struct entry){ MEM + noise() % 4096, 20 + noise() % 2000, flags | more, next });
		}
		for (unsigned int i = 0; i < entries; i++) {
			const struct vring_desc d = little(&(const struct entry){ MEM, 20,
				flags | (i + 1 < entries ? NEXT : 0), (uint16_t)(i + 1) });

			memcpy(mem + (TABLE - MEM) + 16 * i, &d, 16);
		}
		make_available(&q, q.base, 0);
		desc_check(&q, &f);
		wrong += f.fault != DESC_GOOD;
		close_queue(&q);
	}
	if (!ok(!wrong, "2000 good rings"))
		diag("%u", wrong);
}

/* Old entries of the avail ring are not looked at. */
static void stale(void)
{
	struct desc_finding f;
	struct desc_queue q;

	open_queue(&q, NUM);
	q.rx = true;
	q.features[0] = MRG;
	q.vring.desc[0] = little(&(const struct entry)GOOD_RX);
	for (uint16_t i = 0; i < NUM; i++)
		make_available(&q, i, 9);
	for (uint16_t i = 0; i < 3; i++)
		make_available(&q, i, 0);
	desc_check(&q, &f);
	ok(f.fault == DESC_GOOD, "three good ones, and old noise behind them");
	close_queue(&q);
}

#define IN_ORDER (UINT64_C(1) << 35)

/*
 * With VIRTIO_F_IN_ORDER: chains at 65534 to 1 of one, three, one and one descriptors, from descriptor 6 on. The device
 * is at @base, and takes @next_head there if that is known.
 */
static enum desc_fault order(const uint16_t heads[4], uint16_t base, int next_head, struct desc_finding *f)
{
	struct desc_queue q;

	open_queue(&q, NUM);
	q.features[0] = VERSION_1 | IN_ORDER;
	q.start = 65534;
	q.base = base;
	q.next_head = next_head;
	for (unsigned int i = 0; i < NUM; i++)
		q.vring.desc[i] = little(&(const struct entry)GOOD_TX);
	q.vring.desc[7] = little(&(const struct entry){ MEM, 20, NEXT, 0 });
	q.vring.desc[0] = little(&(const struct entry){ MEM, 20, NEXT, 1 });
	for (uint16_t i = 0; i < 4; i++)
		make_available(&q, (uint16_t)(65534 + i), heads[i]);
	q.vring.used->idx = htole16(65534);
	desc_check(&q, f);
	close_queue(&q);
	return f->fault;
}

static void in_order(void)
{
	static const uint16_t kept[] = { 6, 7, 2, 3 }, first[] = { 5, 7, 2, 3 }, third[] = { 6, 7, 4, 3 };
	static const uint16_t middle[] = { 6, 0, 2, 3 };
	/* Index and next descriptor of the device behind none to four of the chains. */
	static const struct { uint16_t base; int next; } places[] = {
		{ 65534, 6 }, { 65535, 7 }, { 0, 2 }, { 1, 3 }, { 2, 4 },
	};
	struct desc_finding f;
	unsigned int wrong = 0;
	char said[256];

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		wrong += order(kept, places[i].base, -1, &f) || order(kept, places[i].base, places[i].next + 8, &f);
	ok(!wrong, "in order, wherever the device is");
	ok(order(first, 65534, -1, &f) == DESC_UNORDERED && order(first, 65534, 6, &f) == DESC_UNORDERED &&
	   f.index == 65534 && f.head == 5 && f.number == 6 && !f.taken, "the first one is not");
	ok(order(third, 0, -1, &f) == DESC_UNORDERED && f.number == 2 && order(third, 0, 10, &f) == DESC_UNORDERED &&
	   f.index == 0 && f.head == 4 && f.number == 2 && !f.taken, "the third one is not");
	ok(order(third, 1, -1, &f) == DESC_UNORDERED && order(third, 1, 3, &f) == DESC_UNORDERED && f.index == 0 &&
	   f.number == 2 && f.taken, "and was taken");
	desc_finding_text(&f, "tx0", said, sizeof(said));
	ok(!strcmp(said, "tx0 dropped the chain at avail index 0: the driver made descriptor 4 available, but with "
			 "VIRTIO_F_IN_ORDER the device takes 2, the next one of the table"), "and says so");
	ok(order(middle, 0, -1, &f) == DESC_UNORDERED && f.index == 65535 && f.number == 7 &&
	   order(middle, 0, 2, &f) == DESC_UNORDERED && f.index == 65535 && f.number == 7,
	   "one that was taken, named by its second descriptor");
}

static void short_room(void)
{
	const struct desc_finding f = { .fault = DESC_HEAD, .head = 300, .num = 256, .index = 17 };
	char said[16] = "untouched";

	desc_finding_text(&f, "tx0", said, 0);
	ok(!strcmp(said, "untouched"), "no room, no text");
	desc_finding_text(&f, "tx0", said, 12);
	ok(!strcmp(said, "tx0 stopped"), "a little room, a little text");
	desc_finding_text(&f, "tx0", said, 1);
	ok(!strcmp(said, ""), "room for the end only");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		run_case(&faults[i]);
	index_ahead();
	taken();
	endless();
	stale();
	in_order();
	all_good();
	short_room();
	return tap_done();
}
