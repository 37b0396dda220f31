/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETUP_H
#define SETUP_H

#include "base/step.h"
#include "net/tapnet.h"
#include "vhost/device.h"
#include "vhost/dirty-log.h"
#include "vhost/guestmem.h"

/**
 * DOC: a complete network device for a virtual machine
 *
 * It joins tapnet, guestmem and device: a tap with N queues, memory that all devices share, and N vhost-net devices,
 * one for each queue pair. Rings are numbered over all devices: rx0 is 0, tx0 is 1, rx1 is 2, and so on.
 */

/**
 * struct setup_conf - what to set up
 * @net: the tap and its link; @net.queues is the number of pairs
 * @mem: the memory
 * @device: the same for all devices; setup_open() fills in memory, log and rings
 * @rings: all rings by their number, with their addresses: two for each pair; owned
 * @log: log the pages that the devices write
 * @vhost: descriptors of /dev/vhost-net, one for each pair; -1 until opened, and once setup_open() took it over; owned
 * @given: @vhost was inherited
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
 * struct setup - a setup
 * @net: the tap
 * @mem: the memory
 * @log: the pages that the devices wrote, if @log_fd is not -1
 * @log_fd: eventfd, readable when the devices wrote to pages; -1: nothing is logged
 * @devices: the devices, one for each pair; owned
 * @count: number of @devices
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
 * setup_open() - set up everything and start the devices
 * @s: filled in
 * @c: what to set up; its vhost descriptors are taken over, even after an error
 * @step: where to say what failed
 *
 * The tap is made persistent last, so that only a complete setup leaves one behind.
 *
 * Return: 0, or -errno with everything released.
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
