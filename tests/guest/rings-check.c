// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a running vhost-net does with rings that are wrong, with memory behind an IOTLB, and with pages that it writes:
 * held against what desc-check, iotlb and dirty-log make of it.
 */
#include <linux/vhost.h>
#include <linux/virtio_config.h>

#include "../unit/tap-out.h"
#include "base/array.h"
#include "rig.h"
#include "vhost/dirty-log.h"
#include "vhost/iotlb.h"
#include "virtio/desc-check.h"

#define BIT(n) (UINT64_C(1) << (n))
#define VERSION_1 BIT(VIRTIO_F_VERSION_1)
#define MRG BIT(15)
#define OWN_HEADER BIT(VHOST_NET_F_VIRTIO_NET_HDR)

#define RX VHOST_NET_VQ_RX
#define TX VHOST_NET_VQ_TX

#define NEXT VRING_DESC_F_NEXT
#define WRITE VRING_DESC_F_WRITE
#define INDIRECT VRING_DESC_F_INDIRECT

/* Guest-physical addresses behind the rings. */
#define BUFFER (RIG_GPA + 0x80000)
#define TABLE (RIG_GPA + 0x100000)
#define MEMORY_END (RIG_GPA + RIG_SIZE)

static int pieces(void *ctx, uint64_t gpa, uint64_t len, bool write)
{
	(void)write;
	return guestmem_translate(ctx, gpa, len) ? 1 : -EFAULT;
}

static int read_memory(void *ctx, unsigned int number, uint64_t gpa, void *to, size_t len)
{
	const void *p = guestmem_translate(ctx, gpa, len);

	(void)number;
	if (!p)
		return -EFAULT;
	memcpy(to, p, len);
	return 0;
}

struct entry {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

/*
 * A ring with a fault. The chains that are available are @good chains of a good descriptor, number 200, and then that
 * from descriptor @head, or 0.
 */
struct fault_case {
	const char *what;
	unsigned int queue;
	uint64_t features;
	struct entry ring[3], table[2];
	unsigned int repeat;	/* so often @table[0] is there, before @table[1] */
	unsigned int good;
	uint16_t head;
	enum desc_fault fault;
	bool taken;
	uint16_t index;	/* where the fault is */
};

static const struct fault_case faults[] = {
	{ "head out of range", TX, VERSION_1, .head = 256, .fault = DESC_HEAD },
	{ "head out of range, of the third", TX, VERSION_1, .good = 2, .head = 256, .fault = DESC_HEAD, .index = 2 },
	{ "next out of range", TX, VERSION_1, { { BUFFER, 12, NEXT, 1 }, { BUFFER, 100, NEXT, 256 } },
	  .fault = DESC_NEXT },
	{ "a loop", TX, VERSION_1, { { BUFFER, 12, NEXT, 1 }, { BUFFER, 100, NEXT, 1 } }, .fault = DESC_LOOP },
	{ "an address outside", TX, VERSION_1, { { MEMORY_END - 99, 100 } }, .fault = DESC_ADDRESS },
	{ "an address near 2^64", TX, VERSION_1, { { UINT64_MAX - 10, 100 } }, .fault = DESC_ADDRESS },
	{ "1025 pieces", TX, VERSION_1, { { TABLE, 1025 * 16, INDIRECT } }, { { BUFFER, 1, NEXT }, { BUFFER, 1 } },
	  .repeat = 1024, .fault = DESC_PIECES },
	{ "a table of 17 bytes", TX, VERSION_1, { { TABLE, 17, INDIRECT } }, .fault = DESC_TABLE_SIZE },
	{ "a table of no bytes", TX, VERSION_1, { { TABLE, 0, INDIRECT } }, .fault = DESC_TABLE_EMPTY },
	{ "a table of 65537", TX, VERSION_1, { { TABLE, 65537 * 16, INDIRECT } }, .fault = DESC_TABLE_LONG },
	{ "a table in a table", TX, VERSION_1, { { TABLE, 16, INDIRECT } }, { { TABLE, 16, INDIRECT } },
	  .repeat = 1, .fault = DESC_TABLE_NESTED },
	{ "a table without an end", TX, VERSION_1, { { TABLE, 16, INDIRECT } }, { { BUFFER, 100, NEXT, 0 } },
	  .repeat = 1, .fault = DESC_TABLE_END },
	{ "read behind written", RX, VERSION_1, { { BUFFER, 100, WRITE | NEXT, 1 }, { BUFFER, 2000 } },
	  .fault = DESC_ORDER },
	{ "written in a queue that transmits", TX, VERSION_1, { { BUFFER, 12, NEXT, 1 }, { BUFFER, 100, WRITE } },
	  .fault = DESC_DIRECTION, .taken = true },
	{ "the same, of the third", TX, VERSION_1, { { BUFFER, 100, WRITE } }, .good = 2, .fault = DESC_DIRECTION,
	  .taken = true, .index = 2 },
	{ "read in a queue that receives", RX, VERSION_1, { { BUFFER, 2000 } }, .fault = DESC_DIRECTION,
	  .taken = true },
	{ "no bytes to send", TX, VERSION_1, { { BUFFER, 0 } }, .fault = DESC_EMPTY, .taken = true },
	{ "no bytes to receive into", RX, VERSION_1, { { BUFFER, 0, WRITE } }, .fault = DESC_EMPTY, .taken = true },
	{ "the header alone, which vhost takes away", TX, VERSION_1 | OWN_HEADER, { { BUFFER, 12 } },
	  .fault = DESC_SHORT, .taken = true },
	{ "the second of those that a packet needs", RX, VERSION_1 | MRG, { { BUFFER, 100, WRITE } }, .good = 1,
	  .head = 256, .fault = DESC_HEAD, .index = 1 },
};

static void put_table(const struct rig *r, const struct fault_case *c)
{
	struct vring_desc *table = guestmem_translate(&r->mem, TABLE, (c->repeat + 1) * sizeof(*table));

	for (unsigned int i = 0; i <= c->repeat; i++) {
		const struct entry *e = &c->table[i == c->repeat];

		table[i] = (struct vring_desc){
			htole64(e->addr), htole32(e->len), htole16(e->flags), htole16(e->next),
		};
	}
}

static void put_ring(const struct rig *r, const struct fault_case *c)
{
	rig_desc(r, c->queue, 200, BUFFER, c->queue == RX ? 100 : 1000, c->queue == RX ? WRITE : 0);
	for (unsigned int i = 0; i < 3; i++) {
		rig_desc(r, c->queue, i, c->ring[i].addr, c->ring[i].len, c->ring[i].flags);
		r->ring[c->queue].desc[i].next = htole16(c->ring[i].next);
	}
	if (c->repeat)
		put_table(r, c);
	for (unsigned int i = 0; i < c->good; i++)
		rig_add(r, c->queue, 200);
	rig_add(r, c->queue, c->head);
}

static void check(struct rig *r, unsigned int queue, uint64_t features, unsigned int base, struct desc_finding *f)
{
	desc_check(&(const struct desc_queue){
		.vring = r->ring[queue], .rx = queue == RX, .features = { features }, .base = (uint16_t)base,
		.next_head = -1, .start = 0,
		.memory = { pieces, read_memory, &r->mem },
	}, f);
}

/* The device complains, and looking for the reason from where it stands finds the one that is there. */
static void fault(const struct fault_case *c, int tap, int ifindex)
{
	struct desc_finding f = { 0 };
	unsigned int base = 0;
	bool complained;
	struct rig r;

	rig_open(&r, c->features);
	put_ring(&r, c);
	rig_start(&r, c->queue, tap);
	if (c->queue == RX)
		rig_receive(ifindex);
	complained = signalled(r.err[c->queue]);
	must(vhost_net_set_backend(r.vhost, c->queue, -1), "stop");
	must(vhost_get_vring_base(r.vhost, c->queue, &base), "VHOST_GET_VRING_BASE");
	check(&r, c->queue, c->features, base, &f);
	if (!ok(complained && f.fault == c->fault && f.taken == c->taken && f.index == c->index, "%s", c->what)) {
		char said[256];

		desc_finding_text(&f, "the queue", said, sizeof(said));
		diag("%s; base %u; %d: %s", complained ? "complained" : "no word", base, f.fault, said);
	}
	rig_close(&r);
}

/*
 * With VIRTIO_F_IN_ORDER, where the kernel has it, the device takes the descriptors in the order of their table: the
 * first, the chain of the second and the third, and then the fourth, whatever the driver says.
 */
static void in_order(int tap, uint16_t third, bool taken)
{
	const uint64_t features = VERSION_1 | BIT(VIRTIO_F_IN_ORDER);
	struct desc_finding f = { 0 };
	unsigned int base = 0;
	bool complained;
	struct rig r;

	rig_open(&r, features);
	for (unsigned int i = 0; i < 8; i++)
		rig_desc(&r, TX, i, BUFFER, 1000, i == 1 ? NEXT : 0);
	r.ring[TX].desc[1].next = htole16(2);
	/* The device takes an empty one before it complains, and does not take one that is not in the memory. */
	rig_desc(&r, TX, 3, taken ? BUFFER : MEMORY_END, taken ? 0 : 1000, 0);
	rig_publish(&r, TX, 0);
	rig_publish(&r, TX, 1);
	rig_publish(&r, TX, third);
	rig_start(&r, TX, tap);
	rig_kick(&r, TX);
	complained = signalled(r.err[TX]);
	must(vhost_net_set_backend(r.vhost, TX, -1), "stop");
	must(vhost_get_vring_base(r.vhost, TX, &base), "VHOST_GET_VRING_BASE");
	check(&r, TX, features, base, &f);
	if (third == 3)
		ok(complained && f.fault == (taken ? DESC_EMPTY : DESC_ADDRESS) && f.index == 2 && f.taken == taken,
		   "in order: the fault of the descriptor, %s", taken ? "taken" : "not taken");
	else
		ok(complained && f.fault == DESC_UNORDERED && f.index == 2 && f.head == third && f.number == 3 &&
		   f.taken == taken, "in order: another one than the driver meant, %s", taken ? "taken" : "not taken");
	rig_close(&r);
}

static void in_order_if_offered(int tap)
{
	const int vhost = must(vhost_open(), VHOST_NET_DEVICE);
	uint64_t offered;

	must(vhost_get_features(vhost, &offered), "VHOST_GET_FEATURES");
	close(vhost);
	for (int i = 0; offered & BIT(VIRTIO_F_IN_ORDER) && i < 4; i++)
		in_order(tap, i < 2 ? 3 : 5, i % 2);
}

/* After a complaint the queue goes on with the next kick, if what was wrong is mended. */
static void mended(int tap)
{
	struct rig r;

	rig_open(&r, VERSION_1);
	rig_desc(&r, TX, 0, 0xbad, 1000, 0);
	rig_start(&r, TX, tap);
	rig_add(&r, TX, 0);
	ok(signalled(r.err[TX]) && rig_used(&r, TX) == 0, "stopped at a bad descriptor");
	rig_desc(&r, TX, 0, BUFFER, 1000, 0);
	rig_add(&r, TX, 0);
	while (rig_used(&r, TX) < 2 && signalled(r.call[TX]))
		;
	ok(rig_used(&r, TX) == 2, "mended, both are used");
	rig_close(&r);
}

/* One that is shorter than its header is not complained of: the device tries it again and again. */
static void too_short(int tap)
{
	struct desc_finding f;
	unsigned int base = 1;
	struct rig r;

	rig_open(&r, VERSION_1);
	rig_desc(&r, TX, 0, BUFFER, RIG_HEADER - 1, 0);
	rig_start(&r, TX, tap);
	rig_add(&r, TX, 0);
	must(vhost_get_vring_base(r.vhost, TX, &base), "VHOST_GET_VRING_BASE");
	check(&r, TX, VERSION_1, base, &f);
	ok(f.fault == DESC_SHORT && !f.taken && f.index == 0, "less than the header is found");
	rig_desc(&r, TX, 0, BUFFER, 1000, 0);
	ok(signalled(r.call[TX]) && rig_used(&r, TX) == 1, "made longer it is sent, without a kick");
	rig_close(&r);
}

struct pages {
	uint64_t gpa[4], len[4];
	size_t count;
};

static void add_pages(void *ctx, uint64_t gpa, uint64_t len)
{
	struct pages *p = ctx;

	if (p->count < 4) {
		p->gpa[p->count] = gpa;
		p->len[p->count] = len;
	}
	p->count++;
}

/* A frame that is received: the pages of its buffer are logged, and that of the used ring if it is asked for. */
static void dirty(int tap, int ifindex, unsigned int flags)
{
	const uint64_t buffer = BUFFER + 4000, more = flags ? 1 : 0;
	const int event = rig_eventfd();
	struct pages p = { 0 };
	struct dirty_log log;
	uint64_t used;
	struct rig r;

	must(dirty_log_open(&log, MEMORY_END), "dirty log");
	rig_open(&r, VERSION_1 | BIT(VHOST_F_LOG_ALL));
	used = guestmem_gpa(&r.mem, r.ring[RX].used) & ~UINT64_C(4095);
	must(rig_set_addr(&r, RX, 0, flags), "VHOST_SET_VRING_ADDR");
	must(vhost_set_log_base(r.vhost, (uintptr_t)log.words), "VHOST_SET_LOG_BASE");
	must(vhost_set_log_fd(r.vhost, event), "VHOST_SET_LOG_FD");
	rig_desc(&r, RX, 0, buffer, 2000, WRITE);
	rig_add(&r, RX, 0);
	rig_start(&r, RX, tap);
	rig_receive(ifindex);
	ok(signalled(r.call[RX]) && rig_used(&r, RX) == 1, "log, flags %u: a frame is received", flags);
	must(vhost_net_set_backend(r.vhost, RX, -1), "stop");
	ok(signalled(event), "log, flags %u: its eventfd is signalled", flags);
	ok(dirty_log_take(&log, add_pages, &p) == 2 + more && p.count == 1 + more, "log, flags %u: %d pages", flags,
	   (int)(2 + more));
	ok(p.gpa[more] == (buffer & ~UINT64_C(4095)) && p.len[more] == 8192,
	   "log, flags %u: two of the buffer, which goes across", flags);
	ok(!more || (p.gpa[0] == used && p.len[0] == 4096), "log, flags %u: that of the used ring", flags);
	ok(dirty_log_take(&log, add_pages, &p) == 0, "log, flags %u: then none", flags);
	rig_close(&r);
	dirty_log_close(&log);
	close(event);
}

#define IOVA_SHIFT UINT64_C(0x5000000000)
#define IOVA_PAGE 4096

/* Waits for the miss of an address. One of @answered may come before: it is told again at each try. */
static bool missed(const struct rig *r, bool v2, uint64_t iova, uint8_t perm, uint64_t answered)
{
	struct pollfd p = { .fd = r->vhost, .events = POLLIN };
	struct iotlb_miss m;

	do {
		if (poll(&p, 1, 10000) != 1 || iotlb_read_miss(r->vhost, v2, &m) != 1)
			return false;
	} while (m.iova == answered && iova != answered);
	return m.iova == iova && m.perm == perm;
}

/* Put the page of an address in. */
static void answer(const struct rig *r, bool v2, uint64_t iova, uint8_t perm)
{
	const uint64_t page = iova & ~(uint64_t)(IOVA_PAGE - 1);
	const char *p = guestmem_translate(&r->mem, page - IOVA_SHIFT, IOVA_PAGE);

	must(p ? iotlb_update(r->vhost, v2, page, IOVA_PAGE, (uintptr_t)p, perm) : -EFAULT, "IOTLB update");
}

static uint64_t iova(const struct rig *r, const void *p)
{
	return guestmem_gpa(&r->mem, p) + IOVA_SHIFT;
}

static void open_iotlb(struct rig *r, bool v2)
{
	rig_open(r, VERSION_1 | BIT(VIRTIO_F_ACCESS_PLATFORM));
	must(vhost_set_backend_features(r->vhost, v2 ? BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) : 0), "backend features");
	must(rig_set_addr(r, TX, IOVA_SHIFT, 0), "VHOST_SET_VRING_ADDR");
}

/* Each part of the ring, which has a page of its own, and the buffer are asked for in the order of their use. */
static void translations(int tap, bool v2)
{
	const char *name = v2 ? "version 2" : "version 1";
	const uint64_t buffer = BUFFER + IOVA_SHIFT;
	uint64_t desc, avail, used;
	struct rig r;

	open_iotlb(&r, v2);
	desc = iova(&r, r.ring[TX].desc);
	avail = iova(&r, r.ring[TX].avail);
	used = iova(&r, r.ring[TX].used);
	ok(iotlb_read_miss(r.vhost, v2, &(struct iotlb_miss){ 0 }) == 0, "%s: no miss at first", name);
	ok(iotlb_update(r.vhost, v2, 0x1000, 0, 0x1000, VHOST_ACCESS_RW) == -EINVAL, "%s: no bytes: EINVAL", name);
	ok(iotlb_update(r.vhost, v2, UINT64_MAX - 100, 4096, 0x1000, VHOST_ACCESS_RW) == -EFAULT,
	   "%s: beyond 2^64: EFAULT", name);
	ok(vhost_net_set_backend(r.vhost, TX, tap) == -EFAULT, "%s: no start without the used ring", name);
	ok(missed(&r, v2, used, VHOST_ACCESS_RO, 0), "%s: which is asked for", name);
	ok(signalled(r.err[TX]), "%s: and complained of", name);
	answer(&r, v2, used, VHOST_ACCESS_RW);
	ok(vhost_net_set_backend(r.vhost, TX, tap) == 0, "%s: a start with it", name);

	rig_desc(&r, TX, 0, buffer, 1000, 0);
	rig_add(&r, TX, 0);
	ok(missed(&r, v2, desc, VHOST_ACCESS_RO, used), "%s: the descriptors", name);
	answer(&r, v2, desc, VHOST_ACCESS_RO);
	ok(missed(&r, v2, avail, VHOST_ACCESS_RO, desc), "%s: the avail ring", name);
	answer(&r, v2, avail, VHOST_ACCESS_RO);
	ok(missed(&r, v2, buffer, VHOST_ACCESS_RO, avail), "%s: the buffer", name);
	ok(rig_used(&r, TX) == 0, "%s: and nothing is sent before", name);
	answer(&r, v2, buffer, VHOST_ACCESS_RO);
	ok(signalled(r.call[TX]) && rig_used(&r, TX) == 1, "%s: then it is", name);

	ok(iotlb_invalidate(r.vhost, v2, buffer + 100, 1) == 0, "%s: one byte is invalidated", name);
	rig_add(&r, TX, 0);
	ok(missed(&r, v2, buffer, VHOST_ACCESS_RO, 0), "%s: and with it all of its range", name);
	answer(&r, v2, buffer, VHOST_ACCESS_WO);
	ok(signalled(r.err[TX]) && rig_used(&r, TX) == 1, "%s: to be written only, it is not sent", name);
	rig_close(&r);
}

static void no_iotlb(void)
{
	struct iotlb_miss m;
	struct rig r;

	rig_open(&r, VERSION_1);
	ok(iotlb_update(r.vhost, true, 0x1000, 4096, 0x1000, VHOST_ACCESS_RW) == -EFAULT, "no IOTLB: no update");
	ok(iotlb_invalidate(r.vhost, true, 0x1000, 4096) == -EFAULT, "no IOTLB: nothing to invalidate");
	ok(iotlb_read_miss(r.vhost, true, &m) == 0, "no IOTLB: no miss");
	rig_close(&r);
}

int main(void)
{
	int ifindex, tap = rig_tap(&ifindex);

	dirty(tap, ifindex, 0);
	dirty(tap, ifindex, 1 << VHOST_VRING_F_LOG);
	translations(tap, true);
	translations(tap, false);
	no_iotlb();
	in_order_if_offered(tap);
	mended(tap);
	too_short(tap);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		fault(&faults[i], tap, ifindex);
	close(tap);
	return tap_done();
}
