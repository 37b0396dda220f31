/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_JSON_H
#define LINK_JSON_H

#include <json-c/json_object.h>

#include "inspect.h"
#include "ring-peaks.h"

/**
 * link_json_add() - add the members link and drops of a device; null where its tap is not known
 * @obj: the device's object
 * @d: the device
 */
void link_json_add(struct json_object *obj, const struct inspect_device *d);

/**
 * link_json_add_ring() - add the member tap_ring of a queue; null without one
 * @obj: the queue's object
 * @d: its device
 * @q: the queue
 * @peaks: how full its ring was at most
 */
void link_json_add_ring(struct json_object *obj, const struct inspect_device *d, const struct inspect_queue *q,
			const struct ring_peaks *peaks);

#endif
