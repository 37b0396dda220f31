/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INSPECT_BPF_H
#define INSPECT_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "inspect-record.h"
#include "types.bpf.h"
#include "worker.bpf.h"

#define MISC_MAJOR 10
#define MINOR_BITS 20

/* Room for one name of a cgroup, with the 0; the rest of a longer one is left out. */
#define INSPECT_CGROUP_NAME 128

extern const volatile struct inspect_config config;

/* Return: the device that the file is; NULL if it is none. */
static __always_inline struct vhost_dev *find_device(struct file *file, __u32 *kind)
{
	__u32 rdev = BPF_CORE_READ(file, f_inode, i_rdev);
	void *private_data = BPF_CORE_READ(file, private_data);
	__u32 minor = rdev & ((1 << MINOR_BITS) - 1);

	/* A file opened with O_PATH has no private data: it is no open device. */
	if (rdev >> MINOR_BITS != MISC_MAJOR || !minor || !private_data)
		return NULL;
	if (minor == config.minors[INSPECT_NET] && bpf_core_type_exists(struct vhost_net)) {
		*kind = INSPECT_NET;
		return private_data + bpf_core_field_offset(struct vhost_net, dev);
	}
	if (minor == config.minors[INSPECT_VSOCK] && bpf_core_type_exists(struct vhost_vsock)) {
		*kind = INSPECT_VSOCK;
		return private_data + bpf_core_field_offset(struct vhost_vsock, dev);
	}
	if (minor == config.minors[INSPECT_SCSI] && bpf_core_type_exists(struct vhost_scsi)) {
		*kind = INSPECT_SCSI;
		return private_data + bpf_core_field_offset(struct vhost_scsi, dev);
	}
	return NULL;
}

/**
 * struct worker_room - room for the record of a worker
 * @worker: the record
 * @names: its names; behind those there is room for another name, so that the verifier sees the end of each
 */
struct worker_room {
	struct inspect_worker worker;
	char names[INSPECT_CGROUP_MAX + INSPECT_CGROUP_NAME];
};

struct worker_room_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct worker_room);
};

extern struct worker_room_map worker_room SEC(".maps");

/* Fill in @worker_room. @task: a worker of the device. Return: the length of the names. */
__u32 read_placement(__u64 dev, __u64 vq, __u64 task);

/* The user address of a part of a ring, see inspect-rings.bpf.h. */
__u64 translate(__u64 vq_address, __u64 addr);

/* Fill in a process. @first: the address of its first thread. */
int read_process(struct inspect_process *p, __u64 first);

#endif
