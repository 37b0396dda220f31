// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/eventfd-paths.h"

#include <errno.h>
#include <string.h>

#include "tap-out.h"

static void test_kicks(void)
{
	int32_t ids[] = { 7, 9, INSPECT_IOEVENTFDS_MORE };
	struct eventfd_paths p = { .owner = 1, .ioeventfds = ids, .ioeventfd_count = 2 };
	struct inspect_queue q = { .kick.id = 9 };

	ok(eventfd_paths_kick(&p, &q) == KICK_SOURCE_IOEVENTFD, "an ioeventfd of the owner's KVM");
	q.kick.id = 8;
	ok(eventfd_paths_kick(&p, &q) == KICK_SOURCE_WRITE, "none: it is written");
	p.ioeventfd_count = 3;
	ok(eventfd_paths_kick(&p, &q) == KICK_SOURCE_UNKNOWN, "not all are known: it may be one");
	q.kick.id = 7;
	ok(eventfd_paths_kick(&p, &q) == KICK_SOURCE_IOEVENTFD, "not all are known, but this one is");
	q.kick.id = -1;
	ok(eventfd_paths_kick(&p, &q) == KICK_SOURCE_UNKNOWN, "no kick eventfd, which is not the mark for more");
	p = (struct eventfd_paths){ .ioeventfd_err = -ESRCH };
	q.kick.id = 7;
	ok(eventfd_paths_kick(&p, &q) == KICK_SOURCE_UNKNOWN, "an owner that is not visible");
}

static void test_calls(void)
{
	struct inspect_call calls[] = {
		{ .id = 1, .number = 0, .eventfd = 5 }, { .id = 1, .number = 1, .eventfd = 6 },
		{ .id = 2, .number = 1, .eventfd = -1 },
	};
	const struct eventfd_paths p = { .holder = 1, .calls = calls, .call_count = 3 }, none = { 0 };
	const struct inspect_device d = { .id = 1 }, other = { .id = 2 };
	struct inspect_queue q = { .number = 1, .call.id = 6 };

	ok(eventfd_paths_call(&p, &d, &q) == &calls[1], "the listeners of a queue");
	q.call.id = 4;
	ok(!eventfd_paths_call(&p, &d, &q), "another eventfd than a moment ago: not known");
	q.call.id = -1;
	ok(!eventfd_paths_call(&p, &other, &q), "no call eventfd, then and now");
	q.number = 2;
	ok(!eventfd_paths_call(&p, &d, &q), "a queue that was not found");
	q = (struct inspect_queue){ .call.id = 5 };
	ok(!eventfd_paths_call(&none, &d, &q), "nothing is known");
}

int main(void)
{
	test_kicks();
	test_calls();
	ok(!strcmp(listener_kind_name(LISTENER_KINDS), "unknown"), "a number that is no kind");
	return tap_done();
}
