/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IRQ_LINES_H
#define IRQ_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * DOC: the interrupt lines of this kernel, by the names of their handlers
 */

/* Where sysfs has them. */
#define IRQ_SYSFS "/sys/kernel/irq"

/* Room for the names of a line's handlers; those that do not fit are left out. */
#define IRQ_ACTIONS_LEN 128

/**
 * enum irq_users - who has a line
 * @IRQ_OF_QUEUE: a queue, as with a vector of MSI-X for each
 * @IRQ_OF_DEVICE: all queues of a device, as with one vector of MSI-X for them
 * @IRQ_SHARED: a device without MSI-X, also of virtio-mmio, and others that may share the line
 */
enum irq_users { IRQ_OF_QUEUE, IRQ_OF_DEVICE, IRQ_SHARED };

/**
 * struct irq_line - a line that has a handler
 * @number: its number, as in /proc/interrupts
 * @actions: the names of its handlers, separated by commas
 */
struct irq_line {
	uint32_t number;
	char actions[IRQ_ACTIONS_LEN];
};

/**
 * struct irq_lines - all lines
 * @all: the lines; owned
 * @count: how many
 * @room: allocated elements of @all
 */
struct irq_lines {
	struct irq_line *all;
	size_t count, room;
};

/**
 * irq_lines_scan() - find the lines in sysfs
 * @l: the result, for irq_lines_free()
 * @sysfs: IRQ_SYSFS
 *
 * Return: 0 or -errno. It is no error if this kernel does not show them.
 */
int irq_lines_scan(struct irq_lines *l, const char *sysfs);

/* Release all. */
void irq_lines_free(struct irq_lines *l);

/**
 * irq_lines_find() - find the line of a virtqueue
 * @l: the lines
 * @device: "virtio0"
 * @queue: name of the queue
 * @users: if a line is found: who has it
 *
 * A device has a line for each queue, one for all of them, or a single one. Names of queues need not differ:
 * virtio_console calls all of its ports' queues "input" and "output", so that the lines of these are not known.
 *
 * Return: the line; NULL if there is none, or more than one of that name.
 */
const struct irq_line *irq_lines_find(const struct irq_lines *l, const char *device, const char *queue,
				      enum irq_users *users);

#endif
