/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STEER_H
#define STEER_H

#include "base/step.h"

/**
 * DOC: steer each packet through its own pair of queues
 *
 * By default a tap with several queues chooses a packet's queue by a hash of its flow, which is the same for all frames
 * that are not IP; and a packet that comes out of the tap does not tell its queue. So every frame carries the number of
 * its pair, and two small programs in the kernel read it: one chooses the tap's queue, the other the socket at the far
 * end. Neither is needed with a single pair.
 *
 * In case a program does not work as it should, the receiver checks the number, too (frame_is_stray()).
 */

/**
 * steer_to_queues() - deliver each packet that the host sends into a tap to the queue of its pair
 * @tap: a queue of the tap; pair n has the n-th queue opened
 * @step: where to say what failed
 *
 * Return: 0 or -errno: -EPERM without CAP_BPF.
 */
int steer_to_queues(int tap, struct step *step);

/**
 * steer_to_sockets() - deliver each packet that comes out of a tap to the socket of its pair only
 * @socks: receiving packet sockets, bound to the tap; the n-th belongs to pair n
 * @count: how many, 1 to 256
 * @step: where to say what failed
 *
 * Do not close any of them before the last packet has arrived: that would change the numbers of the others.
 *
 * Return: 0 or -errno.
 */
int steer_to_sockets(const int *socks, unsigned int count, struct step *step);

#endif
