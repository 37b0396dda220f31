/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_JSON_H
#define DEVICE_JSON_H

#include <json-c/json_object.h>

#include "inspect.h"

/**
 * DOC: what list and show both say of a device as JSON, by the same names
 */

/**
 * device_feature_name() - what a feature bit of a device is called, which for those below 24 depends on its kind
 * @d: the device
 * @backend: it is a backend feature
 * @bit: its number, which is the name of one that has none
 */
const char *device_feature_name(const struct inspect_device *d, bool backend, unsigned int bit, char buf[8]);

/* A number, or null. */
struct json_object *device_json_number(uint64_t value, bool known);

/* Add kind, device, pid, command and fd: which device it is. */
void device_json_name(struct json_object *obj, const struct inspect_device *d);

/* Add that, owned, owner, holders, features and backend_features. */
void device_json_add(struct json_object *obj, const struct inspect_device *d);

#endif
