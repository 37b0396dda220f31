/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIST_PROC_H
#define LIST_PROC_H

#include "inspect.h"
#include "list-row.h"

/**
 * typedef list_row_fn - take a row
 * @arg: the caller's
 * @row: the row, not yet completed; what it owns is the callee's, also on failure
 *
 * Return: 0 or -errno.
 */
typedef int list_row_fn(void *arg, const struct list_row *row);

/**
 * list_proc() - without BPF: the devices that /proc shows, a row for each descriptor
 * @target: those that are wanted
 * @fn: called with each row
 * @arg: for @fn
 * @hidden: number of processes whose descriptors could not be read without ptrace access
 *
 * Return: 0 or -errno.
 */
int list_proc(const struct inspect_target *target, list_row_fn *fn, void *arg, size_t *hidden);

#endif
