/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTIO_DIAGNOSIS_H
#define VIRTIO_DIAGNOSIS_H

#include "diagnosis.h"
#include "virtio-devices.h"

/**
 * DOC: find stuck queues from inside of a virtual machine
 *
 * Theory of operation. The driver's queue is seen in full, while of the device only what it writes to the ring is. Two
 * looks are taken. A queue is judged only if neither side moved it between them.
 *
 * That buffers wait means nothing where they wait for something to come, as those for packets do. So only queues are
 * judged whose device has to answer, see device_must_answer(). There it is certain that nothing was done for all of the
 * wait, but not why: a slow disk looks like a dead one.
 *
 * The entry for which the device asked for a kick tells more. A device that has seen all that was published asks at the
 * driver's index. If the driver is past the entry, it has kicked once and sends no other before its index comes round:
 * if that kick was lost, nobody will act. So it is after a snapshot was restored whose device had a kick under way.
 */

/**
 * virtio_diagnose() - is a queue stuck?
 * @first: its device in the first look
 * @second: its device in the second look
 * @index: number of the queue
 * @f: filled in if so
 *
 * Return: DIAGNOSIS_UNKNOWN if its ring could not be read, or if packets wait and it is not known whether the interface
 * is up.
 */
enum diagnosis_result virtio_diagnose(const struct virtio_device_info *first, const struct virtio_device_info *second,
				      uint32_t index, struct diagnosis *f);

#endif
