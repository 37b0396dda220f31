/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETUP_H
#define SETUP_H

#include "base/step.h"
#include "net/tapnet.h"
#include "vhost/device.h"
#include "vhost/dirty-log.h"
#include "vhost/guestmem.h"

/**
 * DOC: a network device for a virtual machine, whole
 *
 * Joins tapnet, guestmem and device: a tap with N queues, memory that all see, and N vhost-net devices, one a queue
 * pair, on it. Rings have numbers of their own: rx0 is 0, tx0 is 1, rx1 is 2, and so on.
 */

/**
 * struct setup_conf - what to set up
 * @net: the tap and its link; its queues are the number of pairs
 * @mem: the memory
 * @device: what is the same for all devices; its memory, log and rings are filled in
 * @rings: all rings by their number, with their addresses; twice as many as @net.queues
 * @log: log the pages that the devices write
 * @vhost: descriptors of /dev/vhost-net, one a pair
 * @given: they were inherited
 */
struct setup_conf {
	struct tapnet_conf net;
	struct guestmem_conf mem;
	struct device_conf device;
	struct device_ring_conf *rings;
	bool log;
	int *vhost;
	bool given;
};

/**
 * struct setup - what was set up
 * @net: the tap
 * @mem: the memory
 * @log: the pages that the devices wrote, with @log_fd
 * @log_fd: readable when there are some; -1: nothing is logged
 * @devices: the devices, one a pair; owned
 * @count: how many
 */
struct setup {
	struct tapnet net;
	struct guestmem mem;
	struct dirty_log log;
	int log_fd;
	struct device *devices;
	unsigned int count;
};

/**
 * setup_open() - set it all up and start it
 * @s: filled in
 * @c: what to set up; its vhost descriptors are taken over, even on failure
 * @step: where to say what failed
 *
 * A tap is made persistent last of all, so that nothing but a complete device leaves one.
 *
 * Return: 0 or -errno with everything released.
 */
int setup_open(struct setup *s, const struct setup_conf *c, struct step *step);

/**
 * setup_ring() - a ring by its number
 * @s: the setup
 * @number: as in struct ring_opt
 */
const struct device_ring *setup_ring(const struct setup *s, unsigned int number);

/**
 * setup_close() - stop and release everything; a persistent tap stays
 * @s: the setup
 */
void setup_close(struct setup *s);

#endif
