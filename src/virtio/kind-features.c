// SPDX-License-Identifier: GPL-2.0-or-later
#include "kind-features.h"

#include <stddef.h>

#include <linux/virtio_ids.h>

/* The names are those of linux/virtio_*.h; of the specification where the headers have none. */
static const struct feature blk[] = {
	{ 0, "VIRTIO_BLK_F_BARRIER" }, { 1, "VIRTIO_BLK_F_SIZE_MAX" }, { 2, "VIRTIO_BLK_F_SEG_MAX" },
	{ 4, "VIRTIO_BLK_F_GEOMETRY" }, { 5, "VIRTIO_BLK_F_RO" }, { 6, "VIRTIO_BLK_F_BLK_SIZE" },
	{ 7, "VIRTIO_BLK_F_SCSI" }, { 9, "VIRTIO_BLK_F_FLUSH" }, { 10, "VIRTIO_BLK_F_TOPOLOGY" },
	{ 11, "VIRTIO_BLK_F_CONFIG_WCE" }, { 12, "VIRTIO_BLK_F_MQ" }, { 13, "VIRTIO_BLK_F_DISCARD" },
	{ 14, "VIRTIO_BLK_F_WRITE_ZEROES" }, { 15, "VIRTIO_BLK_F_LIFETIME" }, { 16, "VIRTIO_BLK_F_SECURE_ERASE" },
	{ 17, "VIRTIO_BLK_F_ZONED" }, { 0 },
};

static const struct feature console[] = {
	{ 0, "VIRTIO_CONSOLE_F_SIZE" }, { 1, "VIRTIO_CONSOLE_F_MULTIPORT" }, { 2, "VIRTIO_CONSOLE_F_EMERG_WRITE" },
	{ 0 },
};

static const struct feature balloon[] = {
	{ 0, "VIRTIO_BALLOON_F_MUST_TELL_HOST" }, { 1, "VIRTIO_BALLOON_F_STATS_VQ" },
	{ 2, "VIRTIO_BALLOON_F_DEFLATE_ON_OOM" }, { 3, "VIRTIO_BALLOON_F_FREE_PAGE_HINT" },
	{ 4, "VIRTIO_BALLOON_F_PAGE_POISON" }, { 5, "VIRTIO_BALLOON_F_REPORTING" }, { 0 },
};

static const struct feature scsi[] = {
	{ 0, "VIRTIO_SCSI_F_INOUT" }, { 1, "VIRTIO_SCSI_F_HOTPLUG" }, { 2, "VIRTIO_SCSI_F_CHANGE" },
	{ 3, "VIRTIO_SCSI_F_T10_PI" }, { 0 },
};

static const struct feature vsock[] = {
	{ 0, "VIRTIO_VSOCK_F_STREAM" }, { 1, "VIRTIO_VSOCK_F_SEQPACKET" },
	{ 2, "VIRTIO_VSOCK_F_NO_IMPLIED_STREAM" }, { 0 },
};

static const struct feature none[] = { { 0 } };

const struct feature *kind_features(uint32_t id)
{
	switch (id) {
	case VIRTIO_ID_NET:
		return NULL;
	case VIRTIO_ID_BLOCK:
		return blk;
	case VIRTIO_ID_CONSOLE:
		return console;
	case VIRTIO_ID_BALLOON:
		return balloon;
	case VIRTIO_ID_SCSI:
		return scsi;
	case VIRTIO_ID_VSOCK:
		return vsock;
	default:
		return none;
	}
}
