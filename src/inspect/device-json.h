/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_JSON_H
#define DEVICE_JSON_H

#include <json-c/json_object.h>

#include "inspect.h"
#include "virtio/feature-list.h"

/**
 * DOC: the JSON members of a device that list and show have in common
 */

/**
 * device_features() - the feature bits of a device, with the table of names for its kind
 * @d: the device
 * @backend: its backend features
 * @words: filled in; the list points to it, so it must live as long
 */
struct feature_list device_features(const struct inspect_device *d, bool backend, uint64_t words[2]);

/**
 * device_json_number() - a number, or null
 * @value: the number
 * @known: @value is valid
 *
 * Return: The value, owned by the caller.
 */
struct json_object *device_json_number(uint64_t value, bool known);

/* Return: the names of the taps that the device can have, an array owned by the caller. */
struct json_object *device_json_candidates(const struct inspect_device *d);

/**
 * device_json_name() - add the members that identify a device: kind, device, netns, netns_name, candidates if there are
 *		      any, pid, tid, command, fd and vm
 * @obj: the object
 * @d: the device
 */
void device_json_name(struct json_object *obj, const struct inspect_device *d);

/**
 * device_json_add() - add the members of device_json_name(), and cid (of vsock), target (of scsi), state, held (of a
 *		       device that is being released), owned, owner, descriptors, holders, features and backend_features
 * @obj: the object
 * @d: the device
 */
void device_json_add(struct json_object *obj, const struct inspect_device *d);

#endif
