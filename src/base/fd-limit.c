// SPDX-License-Identifier: GPL-2.0-or-later
#include "fd-limit.h"

#include <sys/resource.h>

void fd_limit_raise(uint64_t count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= count)
		return;
	limit.rlim_cur = count < limit.rlim_max ? count : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}
