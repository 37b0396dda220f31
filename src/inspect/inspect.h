/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INSPECT_H
#define INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/inspect-copy.h"
#include "bpf/inspect-record.h"
#include "event/device-names.h"
#include "link-state.h"
#include "placement.h"
#include "probe/device-choice.h"
#include "probe/vm-name.h"

/**
 * DOC: every vhost device of the host, from the kernel's memory
 *
 * Theory of operation. A BPF iterator walks the open files of all processes and writes a record for each vhost device,
 * without help from the owners. It also reads the words of the rings, from the memory that the device works on. So
 * neither a reused process id nor an execve() makes it read foreign memory. It never waits for the owner: what is not
 * resident is not read.
 *
 * Nothing is stopped during a look. Each word is right, but those of a queue with INSPECT_MOVED were not read at the
 * same moment.
 */

struct inspect;

/**
 * struct inspect_holder - a process, or a thread with descriptors of its own, that has a device open
 * @process: the process
 * @tid: the thread, if it does not share the descriptors of its process; else the process's pid
 * @fd: its descriptor, the lowest one
 * @more: further descriptors of the same device, ascending; owned by the device
 * @more_count: number of @more
 * @more_room: allocated elements of @more
 */
struct inspect_holder {
	struct inspect_process process;
	uint32_t tid;
	int fd;
	int *more;
	size_t more_count, more_room;
};

/**
 * struct inspect_netdev - a tap or macvtap
 * @ifindex: its interface number; 0: not known
 * @netns: inode number of its network namespace; 0: not known
 * @name: its name, ended by 0; empty: there is none
 */
struct inspect_netdev {
	uint32_t ifindex, netns;
	char name[INSPECT_NAME_LEN];
};

/* How far a device has come; inspect_state_name() has the words. */
enum inspect_device_state {
	DEVICE_UNOWNED,		/* it has no owner */
	DEVICE_NEVER_STARTED,	/* it has an owner, and no queue has a ring */
	DEVICE_STOPPED,		/* there are rings, and no backend */
	DEVICE_RUNNING,		/* a queue has a backend */
	DEVICE_RELEASING,	/* it has no descriptor any more, and a thread is blocked releasing it */
};

/**
 * struct inspect_device - a device
 * @id: the same for the same device as long as it exists; a kernel address, not to be shown
 * @time: when it was looked at, nanoseconds of CLOCK_BOOTTIME
 * @kind: net, vsock or scsi
 * @flags: INSPECT_HAS_IOTLB, INSPECT_HAS_OWNER; INSPECT_BY_OWNER: one of the holders has the owner's memory;
 *	   INSPECT_RELEASING: nobody holds it any more, it has neither queues nor regions, and @release is valid
 * @owner: the process whose memory it works on; its pid is 0 if it is gone or not visible; the process that releases it
 * @owner_fd: the owner's descriptor of the device; -1 if the owner does not hold it itself
 * @owner_tid: whose descriptor that is, as in struct inspect_holder; the thread that releases it
 * @vm: name of the VM that the owner runs; empty if it is not known
 * @cid: of a vsock device, the guest's CID; 0: not set
 * @name: the name of a device that is no vhost-net, "vsock:3" or "scsi:5324af0e20"; empty: its owner has set nothing
 * @target: of a scsi device, the name of its target; empty: none
 * @nvqs: number of the device's queues, unused ones included
 * @nmaps: number of its memory regions
 * @holders: the processes that have it open, the owner first; owned
 * @holder_count: number of @holders
 * @holder_room: allocated elements of @holders
 * @last_holder: index of the last one in @holders that was found
 * @queues: its queues; except for vhost-net, without those that have neither a ring nor a kick eventfd; owned
 * @queue_count: number of @queues
 * @regions: its memory, INSPECT_REGIONS_MAX regions at most; owned
 * @region_count: number of @regions
 * @shown: its tap as it is to be shown; NULL without one, or before tap_names_set()
 * @release: its release, if that blocks a thread
 * @tap: the tap, if it is sure: that of its backend, or the only one that it can be, see candidates.h
 * @placements: where its workers run; with INSPECT_WORKERS only; owned; see placement_of()
 * @placement_count: number of @placements
 * @placement_room: allocated elements of @placements
 * @candidates: else the taps that it can be, several or none, in the order of the process's descriptors; owned
 * @candidate_count: number of @candidates
 * @link: the link of @tap; NULL: not known
 * @net: of a vhost-net device, what only that knows; else all 0
 */
struct inspect_device {
	uint64_t id;
	uint64_t time;
	enum inspect_kind kind;
	uint32_t flags;
	struct inspect_process owner;
	int owner_fd;
	uint32_t owner_tid;
	char vm[VM_NAME_LEN];
	uint32_t cid;
	char name[INSPECT_NAME_LEN];
	char target[INSPECT_TARGET_LEN];
	uint32_t nvqs, nmaps;
	struct inspect_holder *holders;
	size_t holder_count, holder_room, last_holder;
	struct inspect_queue *queues;
	size_t queue_count;
	struct inspect_region *regions;
	size_t region_count;
	const struct device_name *shown;
	struct inspect_release release;
	struct inspect_netdev tap;
	struct inspect_netdev *candidates;
	size_t candidate_count;
	const struct tap_link *link;
	struct inspect_net net;
	struct placement *placements;
	size_t placement_count, placement_room;
};

/**
 * struct inspect_host - one look at all devices
 * @devices: the devices, sorted by the owner's pid and descriptor; owned
 * @count: number of @devices
 * @room: allocated elements of @devices
 * @taps: the files of taps that processes have open, each once a process, by process and descriptor; owned
 * @tap_count: number of @taps
 * @tap_room: allocated elements of @taps
 * @links: the links of these taps and of those of devices
 */
struct inspect_host {
	struct inspect_device *devices;
	size_t count, room;
	struct inspect_tap_file *taps;
	size_t tap_count, tap_room;
	struct tap_links links;
};

/* Room for the longest explanation of a failure. */
#define INSPECT_WHY_MAX 256

/* Room for the name of a queue. */
#define INSPECT_QUEUE_NAME 16

/* What iterators are for. */
#define INSPECT_LOOKS		(1 << 0)	/* inspect_look(); always */
#define INSPECT_COPIES		(1 << 1)	/* inspect_copy() */
#define INSPECT_EVENTFDS	(1 << 2)	/* inspect_eventfds() */
#define INSPECT_RELEASES	(1 << 3)	/* looks show devices whose release blocks a thread */
#define INSPECT_LISTENERS	(1 << 4)	/* inspect_calls(), inspect_ioeventfds() */
#define INSPECT_WORKERS		(1 << 5)	/* looks tell where workers run: placement_of() */

/**
 * inspect_open() - load the iterators
 * @ins: the result, for inspect_close()
 * @uses: bits of what will be used besides looks: INSPECT_COPIES and so on
 * @why: on failure: the step that failed and what to do
 * @len: size of @why; INSPECT_WHY_MAX is enough
 *
 * Return: 0 or -errno: -EPERM without a capability or under lockdown, -ENOSYS without bpf(2), -ENOENT without BTF. A
 * kernel that offers no vhost device is no error: all looks are empty.
 */
int inspect_open(struct inspect **ins, unsigned int uses, char *why, size_t len);

/**
 * inspect_blind() - why can the words of no ring be read?
 * @ins: the iterators
 *
 * Return: the reason; NULL if they can.
 */
const char *inspect_blind(const struct inspect *ins);

/**
 * inspect_look() - look at all devices
 * @ins: the iterator; it may be used any number of times
 * @host: the result, for inspect_free()
 *
 * Return: 0 or -errno, with nothing in @host.
 */
int inspect_look(struct inspect *ins, struct inspect_host *host);

/**
 * inspect_copy() - copy the rings of a queue, or one of its indirect tables
 * @ins: the iterators, opened with INSPECT_COPIES
 * @tid: a process or thread that holds the device
 * @copy: what to copy; its results are filled in
 * @memory: the copy, valid until the next one
 *
 * Return: 0 or -errno, see struct inspect_copy.
 */
int inspect_copy(struct inspect *ins, pid_t tid, struct inspect_copy *copy, const uint8_t **memory);

/**
 * inspect_eventfds() - list the eventfds that a process has open
 * @ins: the iterators, opened with INSPECT_EVENTFDS
 * @tid: the process; or its thread that has descriptors of its own
 * @fds: the result, by descriptor; for free()
 * @count: how many; 0 also if there is no such thread
 *
 * Return: 0 or -errno.
 */
int inspect_eventfds(struct inspect *ins, pid_t tid, struct inspect_fd **fds, size_t *count);

/**
 * inspect_calls() - who hears the calls of the devices that a process has open
 * @ins: the iterators, opened with INSPECT_LISTENERS
 * @tid: the process, or its thread that has descriptors of its own
 * @calls: the result, a record for each queue; for free(). Those of a device may come twice
 * @count: how many
 *
 * Return: 0 or -errno; -ESRCH if @tid is 0.
 */
int inspect_calls(struct inspect *ins, pid_t tid, struct inspect_call **calls, size_t *count);

/**
 * inspect_ioeventfds() - the eventfds that KVM signals for the VMs that a process has open
 * @ins: the iterators, opened with INSPECT_LISTENERS
 * @tid: the process, or its thread that has descriptors of its own
 * @ids: the result: numbers as in struct inspect_fd, or INSPECT_IOEVENTFDS_MORE; for free()
 * @count: how many
 *
 * Return: 0 or -errno; -ESRCH if @tid is 0.
 */
int inspect_ioeventfds(struct inspect *ins, pid_t tid, int32_t **ids, size_t *count);

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
 * @number: number of the queue in the device
 *
 * Return: The queue, or NULL.
 */
const struct inspect_queue *inspect_queue_by_number(const struct inspect_device *d, unsigned int number);

/**
 * inspect_kind_name() - "net", "vsock", "scsi"
 * @kind: kind of a device
 */
const char *inspect_kind_name(enum inspect_kind kind);

/**
 * inspect_queue_name() - "rx0", "tx0", with the number of the tap's queue; without vhost-net the queue's number
 * @d: the device
 * @q: its queue
 * @buf: filled in
 *
 * Return: @buf.
 */
const char *inspect_queue_name(const struct inspect_device *d, const struct inspect_queue *q,
			       char buf[INSPECT_QUEUE_NAME]);

/**
 * inspect_keeps_buffers() - does the device keep the buffers of a queue until it has something for the driver?
 * @d: the device
 * @number: number of the queue
 *
 * So it is with the queues on which drivers receive, and with the events of scsi. Buffers of all other queues are
 * requests.
 */
bool inspect_keeps_buffers(const struct inspect_device *d, unsigned int number);

/**
 * inspect_tap() - the tap of a device; both queues of a device have the same
 * @d: the device
 *
 * Return: The tap, or NULL if there is none, or it is not sure.
 */
static inline const struct inspect_netdev *inspect_tap(const struct inspect_device *d)
{
	return d->tap.name[0] ? &d->tap : NULL;
}

/**
 * inspect_may_be() - can the device have a tap that @test accepts?
 * @d: the device
 * @test: called for its tap; if that is not sure, for each candidate until one is accepted
 * @arg: argument for @test
 */
bool inspect_may_be(const struct inspect_device *d, bool (*test)(const struct inspect_netdev *, const void *),
		    const void *arg);

/**
 * inspect_tap_queue() - the tap's queue that is the backend of a queue
 * @d: the device
 * @q: its queue
 *
 * Return: the tap's queue; NULL without a backend, or if it is not known.
 */
const struct inspect_tap_queue *inspect_tap_queue(const struct inspect_device *d, const struct inspect_queue *q);

/* Return: how far the device has come. */
enum inspect_device_state inspect_state(const struct inspect_device *d);

/* Return: "unowned", "never_started", "stopped", "running" or "releasing". */
const char *inspect_state_name(enum inspect_device_state state);

/**
 * inspect_features() - the acked features of a device, which are the same for all its queues
 * @d: the device
 * @words: the bits, the lowest word first
 */
void inspect_features(const struct inspect_device *d, uint64_t words[2]);

/**
 * inspect_backend_features() - the acked backend features of a device
 * @d: the device
 */
uint64_t inspect_backend_features(const struct inspect_device *d);

/**
 * inspect_who() - the process that is shown for a device
 * @d: the device
 *
 * Return: The owner, or a holder if no owner is visible; @fd is its descriptor, or -1.
 */
struct inspect_holder inspect_who(const struct inspect_device *d);

/* Does the holder have descriptors that are not those of its process? */
static inline bool inspect_is_thread(const struct inspect_holder *h)
{
	return h->tid != h->process.pid;
}

/**
 * inspect_descriptors() - how many descriptors of a device there are
 * @d: the device
 *
 * Return: their number, over all processes.
 */
size_t inspect_descriptors(const struct inspect_device *d);

/* Room for a tap's name and a mark. */
#define INSPECT_DEVICE_NAME (INSPECT_NAME_LEN + 1)

/**
 * inspect_device_name() - the tap's name in text, "vm0?" if it is a guess; the name of another kind of device; else its
 *			   kind; not unique
 * @d: the device
 * @buf: room for it
 *
 * Return: a text in @buf or elsewhere, as long as @d lives.
 */
const char *inspect_device_name(const struct inspect_device *d, char buf[INSPECT_DEVICE_NAME]);

/**
 * inspect_name() - the bare name of a device: that of its tap if it is sure, or of another kind of device
 * @d: the device
 *
 * Return: the name, as long as @d lives; NULL if it has none.
 */
const char *inspect_name(const struct inspect_device *d);

/**
 * struct inspect_target - a choice of devices
 * @pid: the owner's or a holder's, or a thread with descriptors of its own; 0: any
 * @fd: with @pid: its descriptor, which is not that of such a thread; -1: any
 * @taps: the taps, or one that it can be; names of other kinds of devices; all 0: any, or none
 */
struct inspect_target {
	uint32_t pid;
	int fd;
	struct device_choice taps;
};

/**
 * inspect_target_parse() - read a choice of devices from a word of the command line
 * @t: the result
 * @word: a pid, "pid:fd", "tid:fd", or taps as device_choice_add() reads them; all digits are a pid
 *
 * Return: NULL, or what is wrong, to be put behind the word.
 */
const char *inspect_target_parse(struct inspect_target *t, const char *word);

/* Refuse an option that chooses devices, where they are an operand: for OPT_PARSE. Return: what is wrong. */
const char *inspect_target_operand(void *field, const char *word);

/* For a command with such an operand; other commands have the option. */
#define INSPECT_TARGET_OPERAND { "dev", 'i', OPT_PARSE, .parse = inspect_target_operand }

/**
 * inspect_target_matches() - is a device among those chosen?
 * @t: the choice
 * @d: the device
 */
bool inspect_target_matches(const struct inspect_target *t, const struct inspect_device *d);

#endif
