/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_JSON_H
#define DEVICE_JSON_H

#include <json-c/json_object.h>

#include "inspect.h"
#include "virtio/feature-list.h"

/**
 * DOC: what list and show both say of a device as JSON, by the same names
 */

/**
 * device_features() - the feature bits of a device and where their names are, which depends on its kind
 * @d: the device
 * @backend: its backend features
 * @bits: where to put the bits; has to outlive what is returned
 */
struct feature_list device_features(const struct inspect_device *d, bool backend, uint64_t *bits);

/**
 * device_json_number() - a number, or null
 * @value: the number
 * @known: there is one
 *
 * Return: The value, owned by the caller.
 */
struct json_object *device_json_number(uint64_t value, bool known);

/**
 * device_json_name() - add kind, device, pid, command and fd: which device it is
 * @obj: the object
 * @d: the device
 */
void device_json_name(struct json_object *obj, const struct inspect_device *d);

/**
 * device_json_add() - add what device_json_name() adds, and owned, owner, holders, features and backend_features
 * @obj: the object
 * @d: the device
 */
void device_json_add(struct json_object *obj, const struct inspect_device *d);

#endif
