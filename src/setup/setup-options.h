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

#define SETUP_RINGS_MAX (DEVICE_RINGS * TAPNET_QUEUES_MAX)

/**
 * struct ring_opt - one --ring: what is said of one ring alone
 * @number: of the ring: two a pair, rx0 is 0, tx0 is 1, rx1 is 2
 * @num: ring size; 0: as the others
 * @base: start index, if @base_given
 * @base_given: @base is one
 * @placed: the addresses are given: all three or none
 * @desc: guest-physical address
 * @avail: likewise
 * @used: likewise
 * @kick: eventfd by number, DEVICE_FD_MAKE or DEVICE_FD_NONE
 * @call: likewise
 * @err: likewise
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
 * struct ring_opts - what is said of single rings
 * @ring: the rings, in the order of the options; none comes twice
 * @count: how many
 */
struct ring_opts {
	struct ring_opt ring[SETUP_RINGS_MAX];
	int count;
};

/**
 * struct fd_list - descriptors by number
 * @fd: the descriptors
 * @count: how many
 */
struct fd_list {
	int fd[TAPNET_QUEUES_MAX];
	int count;
};

/**
 * struct memory_opts - --memory and its kin
 */
struct memory_opts {
	uint64_t size, regions, gpa;
	bool hugepages;
};

enum workers { WORKERS_SHARED, WORKERS_OWN };

/**
 * struct device_opts - what is said of the devices
 * @features: chosen and declined beside what is usual
 * @backend_features: likewise
 * @workers: an enum workers
 * @fork_from_owner: index of its word, or DEVICE_LEAVE
 * @endian: likewise
 * @iotlb: with an IOTLB
 * @log: with a log of dirty pages
 * @vhostfds: descriptors to configure; none: they are opened
 */
struct device_opts {
	struct feature_choice features, backend_features;
	int workers, fork_from_owner, endian;
	bool iotlb, log;
	struct fd_list vhostfds;
};

/**
 * struct all_rings_opts - what is said of all rings
 */
struct all_rings_opts {
	uint64_t num, base, busyloop_timeout;
	struct ring_opts own;
};

/**
 * struct setup_opts - the options of the command
 */
struct setup_opts {
	struct tapnet_conf net;
	struct memory_opts memory;
	struct device_opts device;
	struct all_rings_opts rings;
};

extern const struct opt_group setup_groups[];
extern const struct setup_opts setup_defaults;

/**
 * ring_name() - "rx0", "tx0", "rx1" and so on
 * @number: as in struct ring_opt
 */
void ring_name(unsigned int number, char name[8]);

/**
 * parse_ring() - read "tx0:num=512,call=none" into a list
 *
 * Return: NULL, or what is wrong with it.
 */
const char *parse_ring(void *field, const char *arg);

/**
 * setup_complete() - make what to set up from what was asked for, and check all that the kernel need not be asked for
 * @o: the options
 * @c: filled in; setup_conf_fini() releases it
 * @step: where to say what is wrong
 *
 * To be called before any descriptor is opened, so that one of ours is not taken for an inherited one.
 *
 * Return: 0 or -errno.
 */
int setup_complete(const struct setup_opts *o, struct setup_conf *c, struct step *step);

/**
 * setup_conf_fini() - release a conf, and close those of its vhost descriptors that setup_open() has not taken over
 * @c: the conf
 */
void setup_conf_fini(struct setup_conf *c);

#endif
