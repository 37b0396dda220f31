/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STEER_H
#define STEER_H

#include "base/step.h"

/**
 * DOC: each packet through its own pair of queues
 *
 * Left to itself, a tap with several queues chooses the one for a packet by a hash of its flow, and that is the same
 * for all frames that are not IP; and what comes out of it looks alike whichever queue it was. So every frame has the
 * number of its pair in it, and two small programs in the kernel read it there: one chooses the tap's queue, one the
 * socket at the far end. Neither is needed with a single pair.
 *
 * A program may fail to do what it should, so whoever receives a packet looks at the number too (frame_is_stray()).
 */

/**
 * steer_to_queues() - have each packet that goes into a tap come out of its pair's queue
 * @tap: a queue of the tap; pair n has the n-th that was opened
 * @step: where to say what failed
 *
 * Return: 0 or -errno: -EPERM without CAP_BPF.
 */
int steer_to_queues(int tap, struct step *step);

/**
 * steer_to_sockets() - have each packet that comes out of a tap go to its pair's socket only
 * @socks: packet sockets, bound to the tap, to receive; the n-th is pair n's
 * @count: how many, 1 to 256
 * @step: where to say what failed
 *
 * None of them may be closed before the last packet is in: that would change the numbers of the others.
 *
 * Return: 0 or -errno.
 */
int steer_to_sockets(const int *socks, unsigned int count, struct step *step);

#endif
