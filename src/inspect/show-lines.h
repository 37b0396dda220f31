/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHOW_LINES_H
#define SHOW_LINES_H

#include "base/out.h"

/**
 * DOC: the parts of text of which show composes a device, vhost's or virtio's
 *
 * A queue is a table: on the left its side of the kernel, on the right the shared memory.
 */

/**
 * show_line() - print a label and a text, wrapped beside the label
 * @o: the output
 * @label: the label; indented, of a queue
 * @fmt: the text, as for printf()
 */
void show_line(struct out *o, const char *label, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * show_title() - print a name in bold and a text, wrapped beside the name
 * @o: the output
 * @name: the name
 * @fmt: the text, as for printf()
 */
void show_title(struct out *o, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * show_heads() - print the heads of a table
 * @o: the output
 * @left: width of its left half
 * @side: head of the left half
 */
void show_heads(struct out *o, int left, const char *side);

/**
 * show_rule() - print a line across a table
 * @o: the output
 * @left: width of its left half
 * @with: the character between the halves
 */
void show_rule(struct out *o, int left, char with);

#endif
