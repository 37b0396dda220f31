/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NET_QUEUE_H
#define NET_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * DOC: the queues of a virtio-net device by number (virtio 1.2, 5.1.2)
 *
 * 0 is receiveq1, 1 is transmitq1, 2 is receiveq2 and so on. vhost-net has one device for each pair, and numbers its
 * two queues 0 and 1.
 */

/**
 * net_queue_is_rx() - does the driver receive on a queue?
 * @number: the queue's number
 */
static inline bool net_queue_is_rx(unsigned int number)
{
	return number % 2 == 0;
}

/**
 * net_queue_name() - "rx0", "tx0", "rx1" and so on
 * @number: the queue's number, which gives the direction
 * @pair: number of its pair, from 0
 * @buf: where to write
 * @len: size of @buf; 8 is enough for pairs below 65536
 *
 * Return: @buf.
 */
const char *net_queue_name(unsigned int number, unsigned int pair, char *buf, size_t len);

#endif
