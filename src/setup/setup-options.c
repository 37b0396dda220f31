// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup-options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/parse.h"
#include "net/net-options.h"
#include "vhost/vhost-uapi.h"
#include "virtio/net-queue.h"
#include "virtio/vring.h"

#define MIB (UINT64_C(1) << 20)

static const char *const workers_names[] = { [WORKERS_SHARED] = "shared", [WORKERS_OWN] = "own", NULL };
static const char *const fork_names[] = {
	[VHOST_FORK_OWNER_KTHREAD] = "no", [VHOST_FORK_OWNER_TASK] = "yes", NULL,
};
static const char *const endian_names[] = {
	[VHOST_VRING_LITTLE_ENDIAN] = "little", [VHOST_VRING_BIG_ENDIAN] = "big", NULL,
};

const struct setup_opts setup_defaults = {
	.net = TAPNET_CONF_DEFAULTS,
	/* Not 0, so that a guest-physical address does not work as an offset. */
	.memory = { .size = 16 * MIB, .regions = 1, .gpa = UINT64_C(0x100000000) },
	.device = { .fork_from_owner = DEVICE_LEAVE, .endian = DEVICE_LEAVE },
	.rings = { .num = 256 },
};

/* Bytes, with K, M or G for powers of 1024. */
static const char *parse_size(void *field, const char *arg)
{
	static const char units[] = "KMG";
	static const char wrong[] = "is not a size like 4096, 64K, 16M or 1G";
	char digits[24];
	size_t len = strlen(arg);
	const char *unit = len ? strchr(units, arg[len - 1]) : NULL;
	uint64_t value;
	int shift;

	len -= unit != NULL;
	shift = unit ? 10 * (int)(unit - units + 1) : 0;
	if (len >= sizeof(digits))
		return wrong;
	memcpy(digits, arg, len);
	digits[len] = 0;
	if (parse_uint(digits, &value) || !value || value > (UINT64_C(1) << 62) >> shift)
		return wrong;
	*(uint64_t *)field = value << shift;
	return NULL;
}

static const char *parse_features(void *field, const char *arg)
{
	return feature_choose(net_features, arg, field);
}

static const char *parse_backend_features(void *field, const char *arg)
{
	const char *wrong = feature_choose(backend_features, arg, field);
	const struct feature_choice *choice = field;

	if (!wrong && (choice->on[1] || choice->off[1]))
		return "has a bit beyond 63";
	return wrong;
}

static const char *parse_gpa(void *field, const char *arg)
{
	uint64_t gpa;

	if (parse_uint(arg, &gpa) || gpa % 4096)
		return "is not an address of a page, a multiple of 4096";
	*(uint64_t *)field = gpa;
	return NULL;
}

static bool parse_fd(const char *arg, int *fd)
{
	uint64_t value;

	if (parse_uint(arg, &value) || value > INT_MAX)
		return false;
	*fd = (int)value;
	return true;
}

static const char *parse_fds(void *field, const char *arg)
{
	static const char wrong[] = "is not a list of up to 256 descriptors like 3:4:5";
	struct fd_list *list = field;
	char *copy = strdup(arg), *next = copy, *word;
	bool good = copy != NULL;

	list->count = 0;
	while (good && (word = strsep(&next, ":"))) {
		good = list->count < TAPNET_QUEUES_MAX && parse_fd(word, &list->fd[list->count]);
		list->count++;
	}
	free(copy);
	return good ? NULL : wrong;
}

void ring_name(unsigned int number, char name[8])
{
	net_queue_name(number, number / DEVICE_RINGS % TAPNET_QUEUES_MAX, name, 8);
}

static bool parse_ring_name(const char *name, unsigned int *number)
{
	bool rx = !strncmp(name, "rx", 2), tx = !strncmp(name, "tx", 2);
	uint64_t pair;

	if ((!rx && !tx) || parse_decimal(name + 2, strlen(name + 2), TAPNET_QUEUES_MAX - 1, &pair))
		return false;
	*number = (unsigned int)pair * DEVICE_RINGS + (rx ? VHOST_NET_VQ_RX : VHOST_NET_VQ_TX);
	return true;
}

static bool parse_eventfd(const char *value, int *fd)
{
	if (strcmp(value, "none"))
		return parse_fd(value, fd);
	*fd = DEVICE_FD_NONE;
	return true;
}

/* Which of the addresses were given, as bits. */
enum { GIVEN_DESC = 1, GIVEN_AVAIL = 2, GIVEN_USED = 4, GIVEN_ALL = 7 };

static const char *parse_ring_key(struct ring_opt *ring, unsigned int *given, const char *key, const char *value)
{
	const struct {
		const char *key;
		unsigned int bit;
		uint64_t *field;
	} addresses[] = {
		{ "desc", GIVEN_DESC, &ring->desc },
		{ "avail", GIVEN_AVAIL, &ring->avail },
		{ "used", GIVEN_USED, &ring->used },
	};
	const struct {
		const char *key;
		int *field;
	} fds[] = { { "kick", &ring->kick }, { "call", &ring->call }, { "err", &ring->err } };
	uint64_t number;

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		if (strcmp(key, addresses[i].key))
			continue;
		*given |= addresses[i].bit;
		return parse_uint(value, addresses[i].field) ? "has an address that is no number" : NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (!strcmp(key, fds[i].key))
			return parse_eventfd(value, fds[i].field) ? NULL :
			       "has an eventfd that is neither a descriptor's number nor none";
	if (!strcmp(key, "num")) {
		if (vring_parse_num(&number, value))
			return "has a num that is not a ring size: a power of two from 1 to 32768";
		ring->num = (unsigned int)number;
		return NULL;
	}
	if (!strcmp(key, "base")) {
		if (parse_uint(value, &number) || number > UINT16_MAX)
			return "has a base that is not an index from 0 to 65535";
		ring->base = (uint16_t)number;
		ring->base_given = true;
		return NULL;
	}
	return "has a key that is none of num, base, desc, avail, used, kick, call, err";
}

static const char *parse_ring_keys(struct ring_opt *ring, char *keys)
{
	unsigned int given = 0;
	char *word;

	while ((word = strsep(&keys, ","))) {
		char *value = strchr(word, '=');
		const char *wrong;

		if (!value)
			return "has a key without a value; it reads like tx0:num=512,call=none";
		*value++ = 0;
		wrong = parse_ring_key(ring, &given, word, value);
		if (wrong)
			return wrong;
	}
	if (given && given != GIVEN_ALL)
		return "has some of desc, avail and used; it takes all three or none";
	ring->placed = given != 0;
	return NULL;
}

static const char *add_ring(struct ring_opts *list, char *text)
{
	struct ring_opt ring = { .kick = DEVICE_FD_MAKE, .call = DEVICE_FD_MAKE, .err = DEVICE_FD_MAKE };
	char *keys = text, *name = strsep(&keys, ":");
	const char *wrong;

	if (!keys || !parse_ring_name(name, &ring.number))
		return "does not begin with a ring; it reads like tx0:num=512,call=none";
	for (int i = 0; i < list->count; i++)
		if (list->ring[i].number == ring.number)
			return "is about a ring that has one already";
	wrong = parse_ring_keys(&ring, keys);
	if (!wrong)
		list->ring[list->count++] = ring;	/* there is room: no ring comes twice */
	return wrong;
}

const char *parse_ring(void *field, const char *arg)
{
	char *copy = strdup(arg);
	const char *wrong = copy ? add_ring(field, copy) : "does not fit the memory";

	free(copy);
	return wrong;
}

static const struct opt file_options[] = {
	{ "file", 'f', OPT_FILE, 0, "FILE", "read options from FILE, - for standard input" },
	{ 0 },
};

#define MEMORY(f) offsetof(struct memory_opts, f)

static const struct opt memory_options[] = {
	{ "memory", 0, OPT_PARSE, MEMORY(size), "SIZE", "memory for rings and buffers (default 16M)",
	  .parse = parse_size },
	{ "regions", 0, OPT_UINT, MEMORY(regions), "N", "regions in the memory table (default 1)", 1, 65536 },
	{ "gpa", 0, OPT_PARSE, MEMORY(gpa), "ADDR", "its guest-physical address (default 0x100000000)",
	  .parse = parse_gpa },
	{ "hugepages", 0, OPT_FLAG, MEMORY(hugepages), .help = "take it from huge pages" },
	{ 0 },
};

#define DEVICE(f) offsetof(struct device_opts, f)

static const struct opt device_options[] = {
	{ "features", 0, OPT_PARSE, DEVICE(features), "LIST", "features to add or leave out: +NAME,-NAME",
	  .parse = parse_features },
	{ "backend-features", 0, OPT_PARSE, DEVICE(backend_features), "LIST", "the same for backend features",
	  .parse = parse_backend_features },
	{ "workers", 0, OPT_CHOICE, DEVICE(workers), "HOW", "shared, or own: one a ring (default shared)",
	  .choices = workers_names },
	{ "fork-from-owner", 0, OPT_CHOICE, DEVICE(fork_from_owner), "YES|NO", "make workers threads of this process",
	  .choices = fork_names },
	{ "endian", 0, OPT_CHOICE, DEVICE(endian), "ORDER", "byte order of legacy rings: little or big",
	  .choices = endian_names },
	{ "iotlb", 0, OPT_FLAG, DEVICE(iotlb), .help = "translate addresses through an IOTLB" },
	{ "log", 0, OPT_FLAG, DEVICE(log), .help = "log the pages that the device writes" },
	{ "vhostfds", 0, OPT_PARSE, DEVICE(vhostfds), "FDS", "use inherited devices, such as 3:4",
	  .parse = parse_fds },
	{ 0 },
};

#define RINGS(f) offsetof(struct all_rings_opts, f)

static const struct opt ring_options[] = {
	{ "num", 0, OPT_PARSE, RINGS(num), "N", "ring size, a power of two (default 256)", .parse = vring_parse_num },
	{ "base", 0, OPT_UINT, RINGS(base), "INDEX", "ring index to start at (default 0)", 0, UINT16_MAX },
	{ "busyloop-timeout", 0, OPT_UINT, RINGS(busyloop_timeout), "US", "busy polling, in microseconds", 0, INT_MAX },
	{ "ring", 0, OPT_PARSE, RINGS(own), "RING:K=V,...", "for one ring: num=512,base=0,call=none,...",
	  .parse = parse_ring },
	{ 0 },
};

const struct opt_group setup_groups[] = {
	{ "Options", file_options, 0 },
	{ "Tap", net_tap_options, offsetof(struct setup_opts, net) },
	{ "Link", net_link_options, offsetof(struct setup_opts, net) },
	{ "Memory", memory_options, offsetof(struct setup_opts, memory) },
	{ "Device", device_options, offsetof(struct setup_opts, device) },
	{ "Rings", ring_options, offsetof(struct setup_opts, rings) },
	{ 0 },
};
