// SPDX-License-Identifier: GPL-2.0-or-later
#include "iotlb.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

static_assert(offsetof(struct vhost_iotlb_msg, iova) == 0, "vhost_iotlb_msg.iova");
static_assert(offsetof(struct vhost_iotlb_msg, size) == 8, "vhost_iotlb_msg.size");
static_assert(offsetof(struct vhost_iotlb_msg, uaddr) == 16, "vhost_iotlb_msg.uaddr");
static_assert(offsetof(struct vhost_iotlb_msg, perm) == 24, "vhost_iotlb_msg.perm");
static_assert(offsetof(struct vhost_iotlb_msg, type) == 25, "vhost_iotlb_msg.type");
static_assert(offsetof(struct vhost_msg_v2, asid) == 4, "vhost_msg_v2.asid");
static_assert(offsetof(struct vhost_msg_v2, iotlb) == 8, "vhost_msg_v2.iotlb");
static_assert(sizeof(struct vhost_msg_v2) == 72, "vhost_msg_v2");
/* The first layout depends on the compiler: the iotlb is at the first place for a 64-bit word after an int. */
static_assert(sizeof(struct vhost_msg) == offsetof(struct vhost_msg, iotlb) + 64, "vhost_msg");

/* Either layout; their first word says which. */
union message {
	uint32_t type;
	struct vhost_msg v1;
	struct vhost_msg_v2 v2;
};

/* The kernel reads and writes a message as a whole, padding included. */
static ssize_t message_size(bool v2)
{
	return v2 ? sizeof(struct vhost_msg_v2) : sizeof(struct vhost_msg);
}

static uint32_t layout(bool v2)
{
	return v2 ? VHOST_IOTLB_MSG_V2 : VHOST_IOTLB_MSG;
}

static int send_message(int vhost, bool v2, const struct vhost_iotlb_msg *iotlb)
{
	union message m = { 0 };
	ssize_t n;

	if (v2)
		m.v2.iotlb = *iotlb;
	else
		m.v1.iotlb = *iotlb;
	m.type = layout(v2);
	n = write(vhost, &m, (size_t)message_size(v2));
	if (n < 0)
		return -errno;
	return n == message_size(v2) ? 0 : -EIO;
}

int iotlb_update(int vhost, bool v2, uint64_t iova, uint64_t size, uint64_t uaddr, uint8_t perm)
{
	const struct vhost_iotlb_msg m = {
		.iova = iova, .size = size, .uaddr = uaddr, .perm = perm, .type = VHOST_IOTLB_UPDATE,
	};

	return send_message(vhost, v2, &m);
}

int iotlb_invalidate(int vhost, bool v2, uint64_t iova, uint64_t size)
{
	const struct vhost_iotlb_msg m = { .iova = iova, .size = size, .type = VHOST_IOTLB_INVALIDATE };

	return send_message(vhost, v2, &m);
}

int iotlb_read_miss(int vhost, bool v2, struct iotlb_miss *m)
{
	union message got = { 0 };
	const struct vhost_iotlb_msg *iotlb = v2 ? &got.v2.iotlb : &got.v1.iotlb;
	ssize_t n = read(vhost, &got, (size_t)message_size(v2));

	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (n != message_size(v2) || got.type != layout(v2) || iotlb->type != VHOST_IOTLB_MISS)
		return -EPROTO;
	*m = (struct iotlb_miss){ .iova = iotlb->iova, .perm = iotlb->perm };
	return 1;
}
