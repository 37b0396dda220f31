// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MAGIC 0x76687374	/* "vhst" */

struct frame_head {
	uint8_t dst[6];
	uint8_t src[6];
	uint16_t ethertype;
	uint16_t way;
	uint16_t pair;
	uint32_t magic;
	uint64_t seq;
} __attribute__((packed));

static_assert(sizeof(struct frame_head) == 30, "no padding on the wire");
static_assert(offsetof(struct frame_head, way) == FRAME_HEADER, "an Ethernet header comes first");
static_assert(offsetof(struct frame_head, pair) == FRAME_PAIR, "what steers packets looks there");
static_assert(sizeof(struct frame_head) <= FRAME_SIZE_MIN, "the smallest frame has room for the number");

/* Offset of the bytes after the sequence number. */
#define TAIL sizeof(struct frame_head)

int frame_init(struct frame *f, size_t size, enum frame_way way, unsigned int pair, const uint8_t mac[6])
{
	/* The driver's address: a locally administered one. */
	static const uint8_t driver[6] = { 0x02, 'v', 'h', 'o', 's', 't' };
	struct frame_head head = {
		.ethertype = htobe16(FRAME_ETHERTYPE),
		.way = htobe16((uint16_t)way),
		.pair = htobe16((uint16_t)pair),
		.magic = htobe32(FRAME_MAGIC),
	};

	f->size = size;
	f->data = malloc(size);
	if (!f->data)
		return -ENOMEM;
	memcpy(head.dst, way == FRAME_TX ? mac : driver, 6);
	memcpy(head.src, way == FRAME_TX ? driver : mac, 6);
	memcpy(f->data, &head, sizeof(head));
	for (size_t i = TAIL; i < size; i++)
		f->data[i] = (uint8_t)i;
	return 0;
}

void frame_set_driver(struct frame *f, enum frame_way way, const uint8_t mac[6])
{
	const size_t at = way == FRAME_TX ? offsetof(struct frame_head, src) : offsetof(struct frame_head, dst);

	memcpy(f->data + at, mac, 6);
}

void frame_fini(struct frame *f)
{
	free(f->data);
	f->data = NULL;
}

void frame_set_seq(void *buf, uint64_t seq)
{
	seq = htobe64(seq);
	memcpy((char *)buf + offsetof(struct frame_head, seq), &seq, sizeof(seq));
}

void frame_write(const struct frame *f, void *buf, uint64_t seq)
{
	memcpy(buf, f->data, f->size);
	frame_set_seq(buf, seq);
}

static bool is_ours(const struct frame *f, const void *buf, size_t len, bool any_pair)
{
	const size_t from = offsetof(struct frame_head, ethertype), to = offsetof(struct frame_head, seq);
	char head[sizeof(struct frame_head)];

	if (len < to)
		return false;
	memcpy(head, buf, to);
	if (any_pair)
		memcpy(head + FRAME_PAIR, f->data + FRAME_PAIR, sizeof(uint16_t));
	return !memcmp(head + from, f->data + from, to - from);
}

bool frame_is_ours(const struct frame *f, const void *buf, size_t len)
{
	return is_ours(f, buf, len, false);
}

bool frame_is_stray(const struct frame *f, const void *buf, size_t len)
{
	return is_ours(f, buf, len, true) && !is_ours(f, buf, len, false);
}

bool frame_check(const struct frame *f, const void *buf, size_t len, uint64_t *seq)
{
	const char *p = buf;

	if (len != f->size || memcmp(p, f->data, offsetof(struct frame_head, seq)) ||
	    memcmp(p + TAIL, f->data + TAIL, len - TAIL))
		return false;
	memcpy(seq, p + offsetof(struct frame_head, seq), sizeof(*seq));
	*seq = be64toh(*seq);
	return true;
}
