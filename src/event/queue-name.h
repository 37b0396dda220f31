/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_NAME_H
#define QUEUE_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/queue.h"
#include "bpf/vm-source.h"
#include "device-names.h"

/**
 * struct queue_ring - a ring, by that by which both of its sides know it
 * @address: where its descriptors are, as the device knows it: a guest-physical address, or, with a virtual IOMMU, one
 *	     that is translated; -1 if it is not known, or none runs
 * @size: number of its entries; 0 if none runs
 * @generation: the number of its start, of those that were seen of a ring at this address; 0: it was there before
 */
struct queue_ring {
	int64_t address;
	uint32_t size, generation;
};

/**
 * struct queue_name - names of a queue, for output
 * @device: the tap's name, or the kind of device; empty if unknown
 * @tap: the tap as it is to be shown; NULL without one, or if its network namespace is not known
 * @queue: "rx0", "tx0"... with the number of the tap's queue; the position if it is no network device; empty for what
 *	   concerns the whole device
 * @worker: the worker's name; empty before its first run
 * @vm: name of the VM that the owner runs; empty if it is not known
 * @owner: process that owns the device, in the reader's pid namespace; 0 if unknown or not visible there
 * @ifindex: the tap's; 0 without one
 * @netns: inode number of the tap's network namespace; 0 without one
 * @tid: the worker, likewise; 0 before its first run, or if not visible
 * @others: number of queues of which this is the sum, see queue_name_others(); 0: it is the name of one queue
 * @number: position among the device's queues; -1 if unknown
 * @pair: number of the tap's queue; without a tap, position of the pair
 * @ring: its ring, as far as it is traced
 * @net: it belongs to a network device
 * @driver: it is a queue of a virtio device, seen from its driver; @device and @queue are then the driver's names
 */
struct queue_name {
	char device[NAME_LEN];
	char queue[NAME_LEN];
	char worker[NAME_LEN];
	char vm[VM_NAME_LEN];
	const struct device_name *tap;
	uint32_t owner, ifindex, netns, tid, others;
	int32_t number, pair;
	struct queue_ring ring;
	bool net, driver;
};

/**
 * queue_name() - name a queue
 * @s: its slot
 * @name: the result; all members are filled in but @tap, @vm and @ring, which the slot does not tell: @vm becomes empty
 */
void queue_name(const struct queue_slot *s, struct queue_name *name);

/* The name of the queue's device in text; NULL if unknown. */
const char *queue_device_text(const struct queue_name *name);

/* The name of the tap's network namespace; NULL if it has none. */
const char *queue_netns_name(const struct queue_name *name);

/**
 * queue_name_others() - name the sum of several queues
 * @count: how many
 * @driver: they are queues of virtio devices, seen from their drivers
 * @name: the result; all members are filled in
 */
void queue_name_others(uint32_t count, bool driver, struct queue_name *name);

#endif
