/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INSPECT_H
#define INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/inspect-record.h"

/**
 * DOC: every vhost device of the host, as the kernel has it
 *
 * Theory of operation. An iterator in the kernel walks the open files of all processes and writes down what it finds in
 * those that are vhost devices, without their owners' help. It reads the words of the rings in the same go, out of the
 * owner's memory, but only on behalf of a process of which it has just seen that its memory is what the device works
 * on: a process id that is reused, or a process that becomes another program meanwhile, can therefore not lend a device
 * its memory.
 *
 * Nobody is stopped meanwhile: each word is right, but those of a queue with INSPECT_MOVED are not of the same moment.
 */

struct inspect;

/**
 * struct inspect_holder - somebody who has a device open
 * @process: who
 * @fd: its descriptor
 */
struct inspect_holder {
	struct inspect_process process;
	int fd;
};

/**
 * struct inspect_device - a device
 * @id: the same for the same device as long as it exists; a kernel address, not to be shown
 * @time: when it was looked at, nanoseconds of CLOCK_BOOTTIME
 * @kind: what it is
 * @flags: INSPECT_HAS_IOTLB, INSPECT_HAS_OWNER; INSPECT_BY_OWNER: one of the holders has the owner's memory
 * @owner: the process whose memory it works on; its pid is 0 if it is gone or not visible
 * @owner_fd: the owner's descriptor of the device; -1 if the owner does not hold it itself
 * @nvqs: how many queues the device has
 * @nmaps: how many memory regions it has
 * @holders: who has it open, the owner first
 * @holder_count: how many
 * @holder_room: for how many there is room
 * @queues: its queues; of devices that have queues to spare, those without a ring and a kick eventfd are left out
 * @queue_count: how many
 * @regions: its memory
 * @region_count: how many
 */
struct inspect_device {
	uint64_t id;
	uint64_t time;
	enum inspect_kind kind;
	uint32_t flags;
	struct inspect_process owner;
	int owner_fd;
	uint32_t nvqs, nmaps;
	struct inspect_holder *holders;
	size_t holder_count, holder_room;
	struct inspect_queue *queues;
	size_t queue_count;
	struct inspect_region *regions;
	size_t region_count;
};

/**
 * struct inspect_host - one look at all devices
 * @devices: by the owner's pid and descriptor
 * @count: how many
 * @room: for how many there is room
 */
struct inspect_host {
	struct inspect_device *devices;
	size_t count, room;
};

/* Room for the longest explanation of a failure. */
#define INSPECT_WHY_MAX 256

/* Room for the name of a queue. */
#define INSPECT_QUEUE_NAME 16

/**
 * inspect_open() - load the iterator
 * @ins: the result, for inspect_close()
 * @why: on failure: the step that failed and what to do
 * @len: size of @why
 *
 * Return: 0 or -errno: -EPERM without a capability or under lockdown, -ENOSYS without bpf(2), -ENOENT without BTF.
 * Where no vhost device is offered at all there is nothing to look at, which is no failure.
 */
int inspect_open(struct inspect **ins, char *why, size_t len);

/**
 * inspect_look() - look at all devices
 * @ins: the iterator; to be used as often as wanted
 * @host: the result, for inspect_free()
 *
 * Return: 0 or -errno, with nothing in @host.
 */
int inspect_look(struct inspect *ins, struct inspect_host *host);

/**
 * inspect_free() - release a look
 * @host: the look
 */
void inspect_free(struct inspect_host *host);

/**
 * inspect_close() - release the iterator
 * @ins: the iterator, or NULL
 */
void inspect_close(struct inspect *ins);

/**
 * inspect_find() - a device in another look
 * @host: that look
 * @id: of struct inspect_device
 *
 * Return: The device, or NULL if it is gone.
 */
const struct inspect_device *inspect_find(const struct inspect_host *host, uint64_t id);

/**
 * inspect_queue_by_number() - a queue of a device
 * @d: the device
 * @number: the queue's
 *
 * Return: The queue, or NULL.
 */
const struct inspect_queue *inspect_queue_by_number(const struct inspect_device *d, unsigned int number);

/**
 * inspect_kind_name() - "net", "vsock", "scsi"
 * @kind: what a device is
 */
const char *inspect_kind_name(enum inspect_kind kind);

/**
 * inspect_queue_name() - "rx0", "tx0" with the number of the tap's queue; the position for what is no network device
 */
const char *inspect_queue_name(const struct inspect_device *d, const struct inspect_queue *q,
			       char buf[INSPECT_QUEUE_NAME]);

/**
 * inspect_tap() - the first queue that has a tap; both queues of a pair have the same
 * @d: the device
 *
 * Return: The queue, or NULL.
 */
const struct inspect_queue *inspect_tap(const struct inspect_device *d);

/**
 * inspect_features() - the features that a device's queues have acked; a device has them for all
 * @d: the device
 *
 * Return: The first 64 bits.
 */
uint64_t inspect_features(const struct inspect_device *d);

/**
 * inspect_backend_features() - the backend features likewise
 * @d: the device
 */
uint64_t inspect_backend_features(const struct inspect_device *d);

/**
 * inspect_who() - the process that a device is said to be of
 * @d: the device
 *
 * Return: Its owner, or if none can be seen a holder; @fd is its descriptor, -1 for none.
 */
struct inspect_holder inspect_who(const struct inspect_device *d);

/**
 * inspect_device_name() - the tap's name, else the kind of device; for people, not to tell devices apart
 */
const char *inspect_device_name(const struct inspect_device *d);

/**
 * struct inspect_target - which devices are meant
 * @pid: of this owner or holder; 0: any
 * @fd: with @pid: this descriptor of it; -1: any
 * @device: with this tap; empty: any
 */
struct inspect_target {
	uint32_t pid;
	int fd;
	char device[INSPECT_NAME_LEN];
};

/**
 * inspect_target_parse() - what a word on the command line means
 * @t: the result
 * @word: a pid, "pid:fd", or the name of a tap; all digits are a pid
 *
 * Return: 0 or -EINVAL.
 */
int inspect_target_parse(struct inspect_target *t, const char *word);

/**
 * inspect_target_matches() - is a device meant?
 * @t: which are
 * @d: the device
 */
bool inspect_target_matches(const struct inspect_target *t, const struct inspect_device *d);

#endif
