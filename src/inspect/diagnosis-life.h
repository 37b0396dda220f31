/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_LIFE_H
#define DIAGNOSIS_LIFE_H

#include "diagnosis.h"

/**
 * diagnosis_of_release() - does the release of a device block its thread?
 * @first: the device in the first look
 * @second: the device in the second look, with INSPECT_RELEASING
 * @f: filled in if so
 *
 * Return: DIAGNOSIS_FOUND or DIAGNOSIS_NOTHING. diagnose_start(), about the other end, is in the same file.
 */
enum diagnosis_result diagnosis_of_release(const struct inspect_device *first, const struct inspect_device *second,
					   struct diagnosis *f);

#endif
