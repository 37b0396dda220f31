/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FD_LIMIT_H
#define FD_LIMIT_H

#include <stdint.h>

/**
 * fd_limit_raise() - raise the soft limit of open descriptors, up to the hard limit
 * @count: descriptors that the process needs
 *
 * Many queues take more than the usual soft limit of 1,024, which is there for programs that use select(). If the hard
 * limit is too low as well, the call that opens one descriptor too many fails. Children inherit the limit.
 */
void fd_limit_raise(uint64_t count);

#endif
