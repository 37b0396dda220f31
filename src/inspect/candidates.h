/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include "inspect.h"

/**
 * DOC: the taps of devices without a backend
 *
 * Theory of operation. A device has a tap as long as it has a backend. A guest that resets, a paused VM, a boot ROM
 * that ends: each takes the backend away, and then nothing in the kernel connects the device with its tap. But its
 * owner still has the tap open, to give it back. So the tap is one of those that the owner has open, and that are no
 * device's backend. One name is left of a VM with one network interface, whatever number of queues it has. It is sure.
 * Of a VM with two that are both without backend, two are left: a guess.
 */

/**
 * candidates_find() - fill in @tap, or else @candidates, of each device
 * @host: a complete look, with the devices in their order
 *
 * Only devices of vhost-net have candidates. The process in question is the owner; if that is gone, or not visible,
 * each process that holds the device.
 *
 * Return: 0 or -ENOMEM.
 */
int candidates_find(struct inspect_host *host);

#endif
