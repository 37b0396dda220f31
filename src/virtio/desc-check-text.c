// SPDX-License-Identifier: GPL-2.0-or-later
#include "desc-check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* A sentence that grows, and is cut off at the end of the buffer. */
struct text {
	char *buf;
	size_t len, used;
};

__attribute__((format(printf, 2, 3)))
static void add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->used, t->len - t->used, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->used += (size_t)n < t->len - t->used ? (size_t)n : t->len - t->used - 1;
}

/* Where the descriptor is in memory, and how the device came there. */
static void add_place(struct text *t, const struct desc_finding *f)
{
	if (f->entry >= 0)
		add(t, "entry %d of the indirect table of ", f->entry);
	add(t, "descriptor %u", f->number);
	if (f->place)
		add(t, " (number %u of the chain from %u)", f->place + 1, f->head);
}

/* A bad range; @what is the rest of the sentence. */
static void add_range(struct text *t, const struct desc_finding *f, const char *what)
{
	add_place(t, f);
	add(t, " has %s%" PRIu32 " bytes at 0x%" PRIx64 ", %s",
	    f->desc.flags & VRING_DESC_F_INDIRECT ? "an indirect table of " : "", (uint32_t)f->desc.len,
	    (uint64_t)f->desc.addr, what);
}

static const char *may_not(const struct desc_finding *f)
{
	return f->desc.flags & VRING_DESC_F_WRITE && !(f->desc.flags & VRING_DESC_F_INDIRECT) ?
	       "where the IOTLB does not allow the device to write" :
	       "where the IOTLB does not allow the device to read";
}

/* The fault of one descriptor. */
static void add_descriptor(struct text *t, const struct desc_finding *f)
{
	switch (f->fault) {
	case DESC_ADDRESS:
		add_range(t, f, "not all of which are in the memory");
		return;
	case DESC_ACCESS:
		add_range(t, f, may_not(f));
		return;
	case DESC_MISS:
		add_range(t, f, "for which it waits for the IOTLB's translation");
		return;
	default:
		add_place(t, f);
	}
	switch (f->fault) {
	case DESC_NEXT:
		add(t, " goes on at %u, outside the ring of %u", (unsigned int)f->desc.next, f->num);
		break;
	case DESC_PIECES:
		add(t, " is in more pieces of memory than there may be, which is %u for the chain", DESC_PIECES_MAX);
		break;
	case DESC_TABLE_SIZE:
		add(t, " has an indirect table of %" PRIu32 " bytes, not a multiple of %zu", (uint32_t)f->desc.len,
		    sizeof(struct vring_desc));
		break;
	case DESC_TABLE_EMPTY:
		add(t, " has an indirect table of no bytes");
		break;
	case DESC_TABLE_LONG:
		add(t, " has an indirect table of %zu entries, more than 65536",
		    f->desc.len / sizeof(struct vring_desc));
		break;
	case DESC_TABLE_NESTED:
		add(t, " is an indirect table itself");
		break;
	case DESC_TABLE_END:
		add(t, " says that another entry follows, but is the last");
		break;
	case DESC_ORDER:
		add(t, " is for the device to read, behind one that is for it to write");
		break;
	case DESC_DIRECTION:
		add(t, " is for the device to %s, in a queue that %s", f->rx ? "read" : "write",
		    f->rx ? "receives" : "transmits");
		break;
	default:
		break;
	}
}

/* The fault of the chain as a whole, or of the ring; false if it is one descriptor's. */
static bool add_chain(struct text *t, const struct desc_finding *f)
{
	switch (f->fault) {
	case DESC_INDEX:
		add(t, "the driver's is %u, %u ahead in a ring of %u", f->avail_idx,
		    (uint16_t)(f->avail_idx - f->index), f->num);
		return true;
	case DESC_HEAD:
		add(t, "its head is %u, outside the ring of %u", f->head, f->num);
		return true;
	case DESC_UNORDERED:
		add(t, "the driver made descriptor %u available, but with VIRTIO_F_IN_ORDER the device takes %u, the "
		    "next one of the table", f->head, f->number);
		return true;
	case DESC_LOOP:
		add(t, "the chain from %u has more descriptors than the ring of %u: it loops", f->head, f->num);
		return true;
	case DESC_EMPTY:
		add(t, "the chain from %u has no bytes", f->head);
		return true;
	case DESC_SHORT:
		add(t, "the chain from %u has %" PRIu64 " bytes, and the header alone takes %u", f->head, f->bytes,
		    f->header);
		return true;
	case DESC_ENDLESS:
		add(t, "no end was found within %d descriptors", DESC_CHECK_MAX);
		return true;
	default:
		return false;
	}
}

void desc_finding_text(const struct desc_finding *f, const char *queue, char *buf, size_t len)
{
	struct text t = { .buf = buf, .len = len };

	if (!len)
		return;
	*buf = 0;
	if (f->fault == DESC_GOOD) {
		add(&t, "%s is at avail index %u, where nothing wrong is to be seen", queue, f->index);
		return;
	}
	if (f->taken)
		add(&t, "%s dropped the chain at avail index %u: ", queue, f->index);
	else
		add(&t, "%s stopped at avail index %u: ", queue, f->index);
	if (!add_chain(&t, f))
		add_descriptor(&t, f);
}
