// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * net-check [--hold] OPTION...: opens a tap as the options of setup and exec say, prints what tapnet and the tap's own
 * ioctls tell of it, and closes it, with --hold on SIGTERM. The network side is for ip(8) to tell.
 *
 * Status 1 and 2 as for vhostctl; 3: a failure left a descriptor or the wrong network namespace behind.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "net/net-options.h"
#include "net/tap.h"

/* What a failed tapnet_open() must leave as it was. */
struct surroundings {
	int fds;
	ino_t netns;
};

static struct surroundings look_around(void)
{
	struct surroundings s = { 0 };
	struct stat st = { 0 };
	DIR *d = opendir("/proc/self/fd");

	while (d && readdir(d))
		s.fds++;
	if (d)
		closedir(d);
	stat("/proc/thread-self/ns/net", &st);
	s.netns = st.st_ino;
	return s;
}

static bool same(const struct surroundings *a, const struct surroundings *b)
{
	return a->fds == b->fds && a->netns == b->netns;
}

/* One of the offloads that are on, as the kernel's side of the link has them. */
static unsigned int feature(const char *name, unsigned int command)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ethtool_value value = { .cmd = command };
	struct ifreq ifr = { .ifr_data = (char *)&value };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &ifr))
		value.data = 99;
	close(fd);
	return value.data;
}

static void print_queue(int fd)
{
	int sndbuf = -1, size = -1;

	tap_get_sndbuf(fd, &sndbuf);
	tap_get_vnet_hdr_size(fd, &size);
	printf("queue sndbuf %d vnet_hdr_size %d cloexec %d nonblock %d\n", sndbuf, size,
	       !!(fcntl(fd, F_GETFD) & FD_CLOEXEC), !!(fcntl(fd, F_GETFL) & O_NONBLOCK));
}

static void print_tap(const struct tapnet *t)
{
	printf("name %s\nexisted %d\nsndbuf %d\nvnet_hdr_size %d\n", t->name, t->existed, t->sndbuf, t->vnet_hdr_size);
	printf("link %d %s mtu %u up %d master %s mac %02x:%02x:%02x:%02x:%02x:%02x\n", t->link.ifindex, t->link.name,
	       t->link.mtu, t->link.up, t->link.master, t->link.mac[0], t->link.mac[1], t->link.mac[2],
	       t->link.mac[3], t->link.mac[4], t->link.mac[5]);
	printf("offload csum %u tso %u\n", feature(t->name, ETHTOOL_GTXCSUM), feature(t->name, ETHTOOL_GTSO));
	for (unsigned int i = 0; i < t->queues; i++)
		print_queue(t->fds[i]);
	printf("ready\n");
	fflush(stdout);
}

static int failed(const struct opt_places *places, const struct step *s, int err, const struct surroundings *before)
{
	const struct surroundings after = look_around();
	char where[192];

	fprintf(stderr, "%s: cannot %s: %s\n", s->key ? opts_where(places, s->key, s->item, where, sizeof(where)) : "",
		s->doing, s->why[0] ? s->why : strerror(-err));
	if (same(before, &after))
		return 2;
	fprintf(stderr, "%d descriptors, %d before; network namespace %lu, %lu before\n", after.fds, before->fds,
		(unsigned long)after.netns, (unsigned long)before->netns);
	return 3;
}

static const struct opt own_options[] = {
	{ "hold", 0, OPT_FLAG, 0, .help = "until SIGTERM" },
	{ "file", 'f', OPT_FILE, 0, "FILE", "options from a file" },
	{ 0 },
};

/* Returns the exit status. */
static int run(const struct tapnet_conf *conf, bool hold, const struct opt_places *places)
{
	const struct surroundings before = look_around();
	struct tapnet t;
	struct step step;
	sigset_t end;
	int r, sig;

	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	r = tapnet_check_conf(conf, &step);
	if (r) {
		failed(places, &step, r, &before);
		return 1;
	}
	r = tapnet_open(&t, conf, &step);
	if (r)
		return failed(places, &step, r, &before);
	print_tap(&t);
	r = tapnet_persist(&t, conf, &step);
	if (r) {
		tapnet_close(&t);
		return failed(places, &step, r, &before);
	}
	printf("done\n");
	fflush(stdout);
	if (hold)
		sigwait(&end, &sig);
	tapnet_close(&t);
	return 0;
}

int main(int argc, char **argv)
{
	struct tapnet_conf conf = TAPNET_CONF_DEFAULTS;
	bool hold = false;
	const struct opt_set sets[] = {
		{ own_options, &hold }, { net_tap_options, &conf }, { net_link_options, &conf }, { 0 },
	};
	struct opt_places places = { 0 };
	char err[512];
	int status = 1;

	if (opts_parse(argc, argv, OPTS_FIRST, sets, &places, err, sizeof(err)) < 0)
		fprintf(stderr, "%s\n", err);
	else
		status = run(&conf, hold, &places);
	opts_places_fini(&places);
	return status;
}
