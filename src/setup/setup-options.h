/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETUP_OPTIONS_H
#define SETUP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/options.h"
#include "base/step.h"
#include "net/tapnet.h"
#include "setup.h"
#include "vhost/device.h"
#include "virtio/feature-names.h"

/* Most rings in a setup: those of TAPNET_QUEUES_MAX pairs. */
#define SETUP_RINGS_MAX (DEVICE_RINGS * TAPNET_QUEUES_MAX)

/**
 * struct ring_opt - one --ring: options for one ring
 * @number: number of the ring: rx0 is 0, tx0 is 1, rx1 is 2, and so on
 * @num: ring size; 0: the same as all rings
 * @base: start index, if @base_given
 * @base_given: @base was given
 * @placed: @desc, @avail and @used were given, all three
 * @desc: guest-physical address
 * @avail: guest-physical address
 * @used: guest-physical address
 * @kick: descriptor of an eventfd, DEVICE_FD_MAKE or DEVICE_FD_NONE
 * @call: the same
 * @err: the same
 */
struct ring_opt {
	unsigned int number;
	unsigned int num;
	uint16_t base;
	bool base_given;
	bool placed;
	uint64_t desc, avail, used;
	int kick, call, err;
};

/**
 * struct ring_opts - all --ring options
 * @ring: in the order of the options; no ring comes twice
 * @count: number of @ring
 */
struct ring_opts {
	struct ring_opt ring[SETUP_RINGS_MAX];
	int count;
};

/**
 * struct fd_list - descriptors
 * @fd: the descriptors
 * @count: number of @fd
 */
struct fd_list {
	int fd[TAPNET_QUEUES_MAX];
	int count;
};

/**
 * struct memory_opts - options for the memory
 * @size: bytes
 * @regions: regions in the memory table
 * @gpa: guest-physical address, a multiple of 4096
 * @hugepages: take it from huge pages
 */
struct memory_opts {
	uint64_t size, regions, gpa;
	bool hugepages;
};

/* The values of --workers: one worker for each device or one for each ring. */
enum workers { WORKERS_SHARED, WORKERS_OWN };

/**
 * struct device_opts - options for all devices
 * @features: features to add to the default ones or to leave out
 * @backend_features: the same for backend features
 * @workers: an enum workers
 * @fork_from_owner: VHOST_FORK_OWNER_KTHREAD, VHOST_FORK_OWNER_TASK or DEVICE_LEAVE
 * @endian: VHOST_VRING_LITTLE_ENDIAN, VHOST_VRING_BIG_ENDIAN or DEVICE_LEAVE
 * @iotlb: with an IOTLB
 * @log: with a log of dirty pages
 * @vhostfds: descriptors of /dev/vhost-net to configure; if empty, new ones are opened
 */
struct device_opts {
	struct feature_choice features, backend_features;
	int workers, fork_from_owner, endian;
	bool iotlb, log;
	struct fd_list vhostfds;
};

/**
 * struct all_rings_opts - options for all rings
 * @num: ring size
 * @base: start index
 * @busyloop_timeout: microseconds; 0: no busy polling
 * @own: options for single rings, which override these
 */
struct all_rings_opts {
	uint64_t num, base, busyloop_timeout;
	struct ring_opts own;
};

/**
 * struct setup_opts - the options of the command
 * @net: the tap and its link
 * @memory: the memory
 * @device: the devices
 * @rings: the rings
 */
struct setup_opts {
	struct tapnet_conf net;
	struct memory_opts memory;
	struct device_opts device;
	struct all_rings_opts rings;
};

/* The options of setup, for struct setup_opts. */
extern const struct opt_group setup_groups[];

/* The options before any was given. */
extern const struct setup_opts setup_defaults;

/**
 * ring_name() - "rx0", "tx0", "rx1" and so on
 * @number: as in struct ring_opt
 * @name: filled in
 */
void ring_name(unsigned int number, char name[8]);

/**
 * parse_ring() - read "tx0:num=512,call=none" into a list
 * @field: the list, a struct ring_opts
 * @arg: the word
 *
 * Return: NULL, or what is wrong with @arg, as it follows the word in a message.
 */
const char *parse_ring(void *field, const char *arg);

/**
 * setup_complete() - turn options into a conf, and make all checks that need no ioctl on a new device
 * @o: the options
 * @c: filled in; the caller calls setup_conf_fini(), even after an error
 * @step: where to say what is wrong
 *
 * Call it before any descriptor is opened, so that none of ours is taken for an inherited one.
 *
 * Return: 0 or -errno; anything but -ENOMEM is wrong use.
 */
int setup_complete(const struct setup_opts *o, struct setup_conf *c, struct step *step);

/**
 * setup_conf_fini() - release a conf, and close the vhost descriptors that setup_open() has not taken over
 * @c: the conf
 */
void setup_conf_fini(struct setup_conf *c);

#endif
