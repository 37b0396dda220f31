/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_DRIVER_H
#define DIAGNOSIS_DRIVER_H

#include "diagnosis-looks.h"

/**
 * diagnosis_of_driver() - why does the driver make no progress, if the device is not at fault?
 * @l: two looks at a queue in which diagnosis_of_device() found nothing
 * @f: filled in if something is found
 *
 * Return: DIAGNOSIS_FOUND or DIAGNOSIS_NOTHING.
 */
enum diagnosis_result diagnosis_of_driver(const struct looks *l, struct diagnosis *f);

#endif
