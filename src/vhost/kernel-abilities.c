// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel-abilities.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error-text.h"
#include "vhost.h"

/*
 * A try fills in @detail and returns 0, or leaves the failed step in @step and returns -errno. It gets a device with an
 * owner even if the ioctl needs none: without an owner, a kernel answers -EPERM to an ioctl that it does not know.
 */
typedef int try_fn(int fd, const char **step, char *detail, size_t len);

static int try_workers(int fd, const char **step, char *detail, size_t len)
{
	unsigned int worker;
	int r;

	*step = "VHOST_NEW_WORKER";
	r = vhost_new_worker(fd, &worker);
	if (r)
		return r;
	*step = "VHOST_FREE_WORKER";
	r = vhost_free_worker(fd, worker);
	if (r)
		return r;
	snprintf(detail, len, "a second worker was made and freed");
	return 0;
}

static int try_busy_polling(int fd, const char **step, char *detail, size_t len)
{
	const unsigned int wanted = 50;
	unsigned int usec = 0;
	int r;

	*step = "VHOST_SET_VRING_BUSYLOOP_TIMEOUT";
	r = vhost_set_vring_busyloop_timeout(fd, VHOST_NET_VQ_RX, wanted);
	if (r)
		return r;
	*step = "VHOST_GET_VRING_BUSYLOOP_TIMEOUT";
	r = vhost_get_vring_busyloop_timeout(fd, VHOST_NET_VQ_RX, &usec);
	if (r)
		return r;
	if (usec != wanted)
		return -EPROTO;
	snprintf(detail, len, "%u us were set and read back", usec);
	return 0;
}

static int try_features_array(int fd, const char **step, char *detail, size_t len)
{
	uint64_t words[VHOST_FEATURES_WORDS], first;
	int r;

	*step = "VHOST_GET_FEATURES_ARRAY";
	r = vhost_get_features_array(fd, words, VHOST_FEATURES_WORDS);
	if (r)
		return r;
	*step = "VHOST_GET_FEATURES";
	r = vhost_get_features(fd, &first);
	if (r)
		return r;
	if (first != words[0])
		return -EPROTO;
	snprintf(detail, len, "%d feature bits were read", VHOST_FEATURES_WORDS * 64);
	return 0;
}

static int try_fork_owner(int fd, const char **step, char *detail, size_t len)
{
	unsigned int value;
	int r;

	*step = "VHOST_GET_FORK_FROM_OWNER";
	r = vhost_get_fork_from_owner(fd, &value);
	if (r)
		return r;
	snprintf(detail, len, "workers are %s unless set otherwise", value ? "the owner's" : "the kernel's");
	return 0;
}

static const struct {
	const char *name;
	try_fn *try;
} tries[KERNEL_ABILITY_COUNT] = {
	[KERNEL_ABILITY_WORKERS] = { "workers", try_workers },
	[KERNEL_ABILITY_BUSY_POLLING] = { "busy_polling", try_busy_polling },
	[KERNEL_ABILITY_FEATURES_ARRAY] = { "features_array", try_features_array },
	[KERNEL_ABILITY_FORK_OWNER] = { "fork_owner", try_fork_owner },
};

static int try_on_fresh_device(try_fn *try, const char **step, char *detail, size_t len)
{
	int fd, r;

	*step = VHOST_NET_DEVICE;
	fd = vhost_open();
	if (fd < 0)
		return fd;
	*step = "VHOST_SET_OWNER";
	r = vhost_set_owner(fd);
	if (!r)
		r = try(fd, step, detail, len);
	close(fd);
	return r;
}

void kernel_ability_try(enum kernel_ability_id id, struct kernel_ability *a)
{
	const char *step;
	int r;

	*a = (struct kernel_ability){ .name = tries[id].name, .state = KERNEL_ABILITY_OFFERED };
	r = try_on_fresh_device(tries[id].try, &step, a->detail, sizeof(a->detail));
	if (r == -ENOTTY) {
		a->state = KERNEL_ABILITY_NOT_OFFERED;
		snprintf(a->detail, sizeof(a->detail), "vhost-net does not know %s", step);
	} else if (r) {
		a->state = KERNEL_ABILITY_UNKNOWN;
		snprintf(a->detail, sizeof(a->detail), "%s: %s", step, error_text(r));
	}
}
