// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The soft limit of descriptors: raised, never lowered, and not beyond the hard limit.
 */
#include <stdlib.h>
#include <sys/resource.h>

#include "base/fd-limit.h"
#include "tap-out.h"

#define HARD 200

static rlim_t soft_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_max != HARD)
		exit(2);
	return limit.rlim_cur;
}

int main(void)
{
	if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 50, HARD }))
		exit(2);
	fd_limit_raise(50);
	ok(soft_limit() == 50, "what is there already is enough");
	fd_limit_raise(10);
	ok(soft_limit() == 50, "less than there is lowers nothing");
	fd_limit_raise(120);
	ok(soft_limit() == 120, "more raises it");
	fd_limit_raise(HARD + 1);
	ok(soft_limit() == HARD, "more than the hard limit raises it as far as it goes");
	fd_limit_raise(UINT64_MAX);
	ok(soft_limit() == HARD, "so does the largest number, which is RLIM_INFINITY");
	return tap_done();
}
