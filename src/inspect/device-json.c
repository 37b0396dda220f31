// SPDX-License-Identifier: GPL-2.0-or-later
#include "device-json.h"

#include <stdio.h>

#include "base/out.h"
#include "virtio/feature-names.h"

/* Below this a feature bit belongs to the kind of device, from it on to all. */
#define FEATURES_COMMON 24

const char *device_feature_name(const struct inspect_device *d, bool backend, unsigned int bit, char buf[8])
{
	const struct feature *f = feature_find(backend ? backend_features : net_features, bit);
	const bool net = d->kind == INSPECT_NET;

	if (f && (net || backend || bit >= FEATURES_COMMON))
		return !net && !backend && f->alias ? f->alias : f->name;
	snprintf(buf, 8, "%u", bit);
	return buf;
}

static struct json_object *features_json(const struct inspect_device *d, bool backend)
{
	const uint64_t features = backend ? inspect_backend_features(d) : inspect_features(d);
	struct json_object *all = json_object_new_array();
	char buf[8];

	for (unsigned int bit = 0; bit < 64; bit++)
		if (features >> bit & 1)
			json_object_array_add(all, json_object_new_string(device_feature_name(d, backend, bit, buf)));
	return all;
}

struct json_object *device_json_number(uint64_t value, bool known)
{
	return known ? json_object_new_uint64(value) : NULL;
}

static void add_holder(struct json_object *obj, const struct inspect_holder *h)
{
	json_object_object_add(obj, "pid", device_json_number(h->process.pid, h->process.pid));
	json_object_object_add(obj, "command", *h->process.name ? out_json_string(h->process.name) : NULL);
	json_object_object_add(obj, "fd", h->fd >= 0 ? json_object_new_int(h->fd) : NULL);
}

static struct json_object *holders_json(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < d->holder_count; i++) {
		struct json_object *one = json_object_new_object();

		add_holder(one, &d->holders[i]);
		json_object_array_add(all, one);
	}
	return all;
}

void device_json_name(struct json_object *obj, const struct inspect_device *d)
{
	const struct inspect_holder who = inspect_who(d);
	const struct inspect_queue *tap = inspect_tap(d);

	json_object_object_add(obj, "kind", json_object_new_string(inspect_kind_name(d->kind)));
	json_object_object_add(obj, "device", tap ? out_json_string(tap->device) : NULL);
	add_holder(obj, &who);
}

void device_json_add(struct json_object *obj, const struct inspect_device *d)
{
	device_json_name(obj, d);
	json_object_object_add(obj, "owned", json_object_new_boolean(d->flags & INSPECT_HAS_OWNER));
	json_object_object_add(obj, "owner", device_json_number(d->owner.pid, d->owner.pid));
	json_object_object_add(obj, "holders", holders_json(d));
	json_object_object_add(obj, "features", features_json(d, false));
	json_object_object_add(obj, "backend_features", features_json(d, true));
}
