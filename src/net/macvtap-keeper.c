// SPDX-License-Identifier: GPL-2.0-or-later
#include "macvtap-keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "link.h"

/* Names to try for a pattern: more than a host has links. */
#define NAMES_MAX 65536

/* What we write to the keeper. */
#define STAY '+'
#define GO '-'

/**
 * struct made - the keeper's answer
 * @err: 0 or -errno
 * @ifindex: the macvtap's
 */
struct made {
	int err, ifindex;
};

static int make_link(const struct macvtap_wish *w, char name[IFNAMSIZ])
{
	const char *percent = strchr(w->name, '%');
	const int before = percent ? (int)(percent - w->name) : 0;
	int r = -EEXIST;

	if (!percent) {
		snprintf(name, IFNAMSIZ, "%s", w->name);
		return link_add_macvlan(w->kind, name, w->lower, w->mode);
	}
	for (int i = 0; i < NAMES_MAX && r == -EEXIST; i++) {
		if (snprintf(name, IFNAMSIZ, "%.*s%d%s", before, w->name, i, percent + 2) >= IFNAMSIZ)
			return -ENFILE;
		r = link_add_macvlan(w->kind, name, w->lower, w->mode);
	}
	return r;
}

static struct made make(const struct macvtap_wish *w)
{
	struct link_info link = { 0 };
	char name[IFNAMSIZ];
	int r = make_link(w, name);

	if (!r)
		r = link_get(name, &link);
	/* Somebody renamed it in this moment, so that we do not know which one it is. */
	if (r == -ENODEV || (!r && strcmp(link.kind, w->kind)))
		return (struct made){ .err = -ESTALE };
	if (!r) {
		r = link_set_alias(link.ifindex, w->alias);
		if (r)
			link_delete(link.ifindex);
	}
	return (struct made){ .err = r, .ifindex = link.ifindex };
}

/* Somebody may have taken it over, and marked it as his own. */
static void delete(int ifindex, const struct macvtap_wish *w)
{
	struct link_info link;

	if (!link_get_index(ifindex, &link) && !strcmp(link.kind, w->kind) && !strcmp(link.alias, w->alias))
		link_delete(ifindex);
}

/* Wait until nobody can write any more; then we know whether the macvtap stays. */
static bool wait_for_end(int fd)
{
	bool stays = false;
	ssize_t n;
	char word;

	do {
		n = read(fd, &word, 1);
		if (n == 1)
			stays = word == STAY;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return stays;
}

/* Become independent of whoever started us, and keep no file that somebody may wait for. Return: @fd's new number. */
static int detach(int fd)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	int null;

	setsid();
	prctl(PR_SET_NAME, "macvtap-keeper");
	/* A service manager sends them to all processes of the service at once, and we are to be the last one. */
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_IGN);
	/* Out of the way of the three that become /dev/null. */
	fd = fcntl(fd, F_DUPFD, 3);
	null = open("/dev/null", O_RDWR);
	for (int i = 0; null >= 0 && i < 3; i++)
		dup2(null, i);
	if (fd > 3)
		close_range(3, (unsigned int)fd - 1, 0);
	close_range((unsigned int)fd + 1, UINT_MAX, 0);
	(void)!chdir("/");
	return fd;
}

_Noreturn static void keep(const struct macvtap_wish *w, int fd)
{
	struct made made;

	fd = detach(fd);
	made = make(w);
	send(fd, &made, sizeof(made), MSG_NOSIGNAL);
	if (!made.err && !wait_for_end(fd))
		delete(made.ifindex, w);
	_exit(0);
}

/* A child of a child has no parent. */
static int start(const struct macvtap_wish *w, int fd)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (!pid) {
		pid = fork();
		if (!pid)
			keep(w, fd);
		_exit(pid < 0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EAGAIN;
}

static ssize_t receive(int fd, void *to, size_t len)
{
	ssize_t n;

	do
		n = recv(fd, to, len, 0);
	while (n < 0 && errno == EINTR);
	return n;
}

int macvtap_keeper_start(struct macvtap_keeper *k, const struct macvtap_wish *wish, int *ifindex)
{
	struct made made = { 0 };
	int pair[2], r;

	k->fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	k->fd = pair[0];
	r = start(wish, pair[1]);
	close(pair[1]);
	if (!r)
		r = receive(k->fd, &made, sizeof(made)) == sizeof(made) ? made.err : -EPIPE;
	*ifindex = made.ifindex;
	if (r)
		macvtap_keeper_stop(k);
	return r;
}

int macvtap_keeper_persist(const struct macvtap_keeper *k, bool persist)
{
	return send(k->fd, &(const char){ persist ? STAY : GO }, 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int macvtap_keeper_inherit(const struct macvtap_keeper *k)
{
	return k->fd >= 0 && fcntl(k->fd, F_SETFD, 0) ? -errno : 0;
}

void macvtap_keeper_stop(struct macvtap_keeper *k)
{
	char none;

	if (k->fd < 0)
		return;
	shutdown(k->fd, SHUT_WR);
	receive(k->fd, &none, 1);
	close(k->fd);
	k->fd = -1;
}
