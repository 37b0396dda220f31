/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_DEVICE_H
#define DIAGNOSIS_DEVICE_H

#include "diagnosis-looks.h"

/**
 * diagnosis_of_device() - why does the device make no progress?
 * @l: two looks at a queue with a backend: it did not move, its worker slept in both, its indexes could be read
 * @more: what else is known of the queue
 * @f: filled in if something is found
 *
 * Return: DIAGNOSIS_FOUND or DIAGNOSIS_NOTHING.
 */
enum diagnosis_result diagnosis_of_device(const struct looks *l, const struct diagnosis_more *more,
					  struct diagnosis *f);

/**
 * diagnosis_of_no_backend() - does a driver use a queue that has no backend?
 * @l: two looks at a queue without backend
 * @more: what else is known of the queue
 * @f: filled in if something is found
 *
 * Return: DIAGNOSIS_FOUND or DIAGNOSIS_NOTHING.
 */
enum diagnosis_result diagnosis_of_no_backend(const struct looks *l, const struct diagnosis_more *more,
					      struct diagnosis *f);

#endif
