/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_KINDS_H
#define DEVICE_KINDS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * DOC: kinds of virtio devices, and what their queues are for
 *
 * Queues are told apart by the names that Linux' drivers give them.
 */

/**
 * device_kind_name() - "net", "blk" and so on
 * @id: the device's id, a VIRTIO_ID_*
 *
 * Return: the name, or NULL for a kind that has none here.
 */
const char *device_kind_name(uint32_t id);

/**
 * device_must_answer() - has the device to give back each buffer of a queue without waiting for anything else?
 * @id: the device's id
 * @queue: the queue's name
 *
 * So it is with requests and with what is sent. It is not with buffers that wait for something to come, such as a
 * packet, a key or an event, and not with the output of a console, which waits for its reader.
 *
 * Return: false also for kinds that are not known here.
 */
bool device_must_answer(uint32_t id, const char *queue);

/**
 * device_is_collected() - do the drivers of this kind take back all returned buffers once an interrupt comes?
 * @id: the device's id
 *
 * That of a console does not: what nobody reads stays in the ring.
 *
 * Return: false also for kinds that are not known here.
 */
bool device_is_collected(uint32_t id);

/**
 * device_is_data_queue() - is it a queue of a network device that rests while the interface is down?
 * @id: the device's id
 * @queue: the queue's name
 */
bool device_is_data_queue(uint32_t id, const char *queue);

#endif
