// SPDX-License-Identifier: GPL-2.0-or-later
#include "net-queue.h"

#include <stdio.h>

const char *net_queue_name(unsigned int number, unsigned int pair, char *buf, size_t len)
{
	snprintf(buf, len, "%s%u", net_queue_is_rx(number) ? "rx" : "tx", pair);
	return buf;
}
