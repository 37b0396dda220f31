// SPDX-License-Identifier: GPL-2.0-or-later
#include "ring-layout.h"

#include <errno.h>
#include <inttypes.h>

#include <linux/virtio_ring.h>

/* Each ring that we place begins at a page boundary, as if a driver had allocated it. */
#define PLACE_ALIGN 4096

enum part { PART_DESC, PART_AVAIL, PART_USED, PARTS };

static const struct {
	const char *name;
	unsigned int align;
} parts[PARTS] = {
	[PART_DESC] = { "desc", VRING_DESC_ALIGN_SIZE },
	[PART_AVAIL] = { "avail", VRING_AVAIL_ALIGN_SIZE },
	[PART_USED] = { "used", VRING_USED_ALIGN_SIZE },
};

uint64_t ring_desc_size(unsigned int num)
{
	return sizeof(struct vring_desc) * (uint64_t)num;
}

uint64_t ring_avail_size(unsigned int num)
{
	return sizeof(uint16_t) * (3 + (uint64_t)num);
}

uint64_t ring_used_size(unsigned int num)
{
	return sizeof(uint16_t) * 3 + sizeof(struct vring_used_elem) * (uint64_t)num;
}

static uint64_t part_start(const struct ring_place *r, enum part part)
{
	return part == PART_DESC ? r->desc : part == PART_AVAIL ? r->avail : r->used;
}

static uint64_t part_size(const struct ring_place *r, enum part part)
{
	return part == PART_DESC ? ring_desc_size(r->num) :
	       part == PART_AVAIL ? ring_avail_size(r->num) : ring_used_size(r->num);
}

/* Both ranges are in the memory, so they end below 2^64. */
static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

/* The message is about the ring whose addresses were given. */
static void blame(struct step *step, const struct ring_place *r)
{
	step_at(step, "ring", "use the addresses of %s", r->name);
	step->item = r->item;
}

static int check_part(const struct ring_place *r, enum part part, uint64_t gpa, uint64_t size, struct step *step)
{
	uint64_t start = part_start(r, part), need = part_size(r, part);

	blame(step, r);
	if (start % parts[part].align)
		return step_why(step, -EINVAL, "%s: 0x%" PRIx64 " is not aligned to %u bytes", parts[part].name, start,
				parts[part].align);
	if (start < gpa || need > size || start - gpa > size - need)
		return step_why(step, -EINVAL,
				"%s: 0x%" PRIx64 " and the %" PRIu64 " bytes behind it are not all in the memory, "
				"which is 0x%" PRIx64 " to 0x%" PRIx64,
				parts[part].name, start, need, gpa, gpa + (size - 1));
	return 0;
}

/* Do any parts of @a and @b overlap? For @a == @b, check each pair of parts once. */
static int check_overlap(const struct ring_place *a, const struct ring_place *b, struct step *step)
{
	for (int i = 0; i < PARTS; i++) {
		for (int j = a == b ? i + 1 : 0; j < PARTS; j++) {
			if (!overlap(part_start(a, (enum part)i), part_size(a, (enum part)i),
				     part_start(b, (enum part)j), part_size(b, (enum part)j)))
				continue;
			blame(step, a);
			return step_why(step, -EINVAL, "%s: 0x%" PRIx64 " to 0x%" PRIx64 " overlaps %s of %s",
					parts[i].name, part_start(a, (enum part)i),
					part_start(a, (enum part)i) + part_size(a, (enum part)i) - 1, parts[j].name,
					b->name);
		}
	}
	return 0;
}

/* Check the rings with given addresses, alone and against each other. */
static int check_placed(const struct ring_place *rings, int count, uint64_t gpa, uint64_t size, struct step *step)
{
	int r = 0;

	for (int i = 0; i < count; i++) {
		if (!rings[i].placed)
			continue;
		for (int part = 0; !r && part < PARTS; part++)
			r = check_part(&rings[i], (enum part)part, gpa, size, step);
		for (int j = 0; !r && j <= i; j++)
			if (rings[j].placed)
				r = check_overlap(&rings[i], &rings[j], step);
		if (r)
			return r;
	}
	return 0;
}

static uint64_t align_up(uint64_t offset, uint64_t align)
{
	return (offset + align - 1) / align * align;
}

/* Offset of the used ring in a ring that we place: desc, avail, and used on the next page, as in the legacy layout. */
static uint64_t used_offset(unsigned int num)
{
	return align_up(ring_desc_size(num) + ring_avail_size(num), PLACE_ALIGN);
}

/* Find a given part that overlaps @need bytes at @offset. Return: its end as an offset in the memory; 0: no overlap. */
static uint64_t in_the_way(const struct ring_place *rings, int count, uint64_t gpa, uint64_t offset, uint64_t need)
{
	for (int i = 0; i < count; i++)
		for (int part = 0; rings[i].placed && part < PARTS; part++) {
			uint64_t start = part_start(&rings[i], (enum part)part) - gpa;
			uint64_t size = part_size(&rings[i], (enum part)part);

			if (overlap(offset, need, start, size))
				return start + size;
		}
	return 0;
}

int ring_layout(struct ring_place *rings, int count, uint64_t gpa, uint64_t size, struct step *step)
{
	uint64_t next = align_up(gpa, PLACE_ALIGN) - gpa;
	int r = check_placed(rings, count, gpa, size, step);

	if (r)
		return r;
	for (int i = 0; i < count; i++) {
		struct ring_place *ring = &rings[i];
		uint64_t need = used_offset(ring->num) + ring_used_size(ring->num), end;

		if (ring->placed)
			continue;
		while ((end = in_the_way(rings, count, gpa, next, need)))
			next = align_up(gpa + end, PLACE_ALIGN) - gpa;
		if (need > size || next > size - need) {
			step_at(step, "memory", "lay out the rings");
			return step_why(step, -ENOSPC,
					"there is no room for %s in %" PRIu64 " bytes of memory; give more",
					ring->name, size);
		}
		ring->desc = gpa + next;
		ring->avail = ring->desc + ring_desc_size(ring->num);
		ring->used = ring->desc + used_offset(ring->num);
		next = align_up(gpa + next + need, PLACE_ALIGN) - gpa;
	}
	return 0;
}
