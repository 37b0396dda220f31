// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command and the descriptors that it inherits: those it is given, in their order, and no others, up to the limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/child.h"
#include "tap-out.h"

#define LIMIT 40

/* The status of a shell's command that inherits @count descriptors, all of /dev/null, or -errno. */
static int run(const char *command, int count)
{
	char *const argv[] = { "sh", "-c", (char *)command, NULL };
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct child_fd fds[2 * LIMIT];
	struct child child;
	struct step step;
	int r, status;

	for (int i = 0; i < count; i++)
		fds[i] = (struct child_fd){ null, "null" };
	r = child_start(&child, argv, fds, count, &step);
	if (!r)
		r = child_wait(&child, &status);
	close(null);
	return r ? r : status;
}

int main(void)
{
	/* The seventh is that of the directory. */
	static const char *const listed = "set -- /proc/$$/fd/*; test $# = 7";
	int leaked;

	/* A test may inherit descriptors of its own. */
	closefrom(STDERR_FILENO + 1);
	ok(run("exit 7", 0) == 7, "the status of a command");
	ok(run("test $LISTEN_FDS = 3 && test $LISTEN_FDNAMES = null:null:null && test $LISTEN_PID = $$", 3) == 0,
	   "its descriptors by name");
	ok(run(listed, 3) == 0, "the standard ones and three, and none besides");
	leaked = open("/dev/null", O_RDWR);
	if (leaked < 0 || dup2(leaked, 30) < 0)
		exit(2);
	ok(run(listed, 3) == 1, "which would show");
	close(leaked);
	close(30);
	if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){ LIMIT, LIMIT }))
		exit(2);
	ok(run("true", 10) == 0, "as many as the limit allows");
	ok(run("true", LIMIT / 2) == -EMFILE, "more than the limit allows, with their copies");
	ok(run("true", LIMIT + 1) == -EMFILE, "more than the limit allows by themselves");
	return tap_done();
}
