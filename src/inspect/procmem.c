// SPDX-License-Identifier: GPL-2.0-or-later
#include "procmem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>

#include "virtio/net-queue.h"
#include "virtio/ring-layout.h"
#include "virtio/vring.h"

static int read_process(pid_t pid, uint64_t addr, void *to, size_t len)
{
	const struct iovec local = { to, len }, remote = { (void *)(uintptr_t)addr, len };
	ssize_t n = process_vm_readv(pid, &local, 1, &remote, 1, 0);

	return n < 0 ? -errno : (size_t)n == len ? 0 : -EFAULT;
}

static const struct inspect_region *find_region(const struct inspect_device *d, uint64_t gpa)
{
	for (size_t i = 0; i < d->region_count; i++)
		if (gpa >= d->regions[i].start && gpa - d->regions[i].start < d->regions[i].size)
			return &d->regions[i];
	return NULL;
}

/* Returns how many of @len bytes from @gpa on are in the region. */
static uint64_t in_region(const struct inspect_region *r, uint64_t gpa, uint64_t len)
{
	const uint64_t rest = r->size - (gpa - r->start);

	return rest < len ? rest : len;
}

static int pieces(void *ctx, uint64_t gpa, uint64_t len, bool write)
{
	int count = 0;

	(void)write;
	while (len) {
		const struct inspect_region *r = find_region(ctx, gpa);
		uint64_t part;

		if (!r)
			return -EFAULT;
		part = in_region(r, gpa, len);
		gpa += part;
		len -= part;
		count++;
	}
	return count;
}

static int read_memory(void *ctx, uint64_t gpa, void *to, size_t len)
{
	const struct inspect_device *d = ctx;
	char *next = to;

	while (len) {
		const struct inspect_region *r = find_region(d, gpa);
		size_t part;
		int err;

		if (!r)
			return -EFAULT;
		part = in_region(r, gpa, len);
		err = read_process((pid_t)d->owner.pid, r->addr + (gpa - r->start), next, part);
		if (err)
			return err;
		gpa += part;
		next += part;
		len -= part;
	}
	return 0;
}

/* Read the avail ring before the descriptors: a driver writes the descriptors first. */
static int copy_ring(pid_t pid, const struct inspect_queue *q, struct vring *v)
{
	int err = read_process(pid, q->avail, v->avail, ring_avail_size(q->num) - sizeof(uint16_t));

	if (!err)
		err = read_process(pid, q->used, v->used, ring_used_size(q->num) - sizeof(uint16_t));
	if (!err)
		err = read_process(pid, q->desc, v->desc, ring_desc_size(q->num));
	return err;
}

int procmem_check(const struct inspect_device *d, const struct inspect_queue *q, struct desc_finding *f)
{
	struct desc_queue dq = {
		.vring.num = q->num,
		.rx = net_queue_is_rx(q->number),
		.features = { q->features[0], q->features[1] },
		.base = q->last_avail_idx,
		.memory = { pieces, read_memory, (void *)d },
	};
	int err = -ENOMEM;

	if (!d->owner.pid || (d->flags & INSPECT_HAS_IOTLB) || d->region_count < d->nmaps || !vring_num_ok(q->num))
		return -EOPNOTSUPP;
	dq.vring.desc = calloc(1, ring_desc_size(q->num));
	dq.vring.avail = calloc(1, ring_avail_size(q->num));
	dq.vring.used = calloc(1, ring_used_size(q->num));
	if (dq.vring.desc && dq.vring.avail && dq.vring.used)
		err = copy_ring((pid_t)d->owner.pid, q, &dq.vring);
	if (!err)
		desc_check(&dq, f);
	free(dq.vring.desc);
	free(dq.vring.avail);
	free(dq.vring.used);
	return err;
}
