// SPDX-License-Identifier: GPL-2.0-or-later
#include "device-json.h"

#include <linux/virtio_ids.h>

#include "base/out.h"
#include "link-json.h"
#include "virtio/kind-features.h"

struct feature_list device_features(const struct inspect_device *d, bool backend, uint64_t words[2])
{
	static const uint32_t ids[INSPECT_KINDS] = {
		[INSPECT_NET] = VIRTIO_ID_NET, [INSPECT_VSOCK] = VIRTIO_ID_VSOCK, [INSPECT_SCSI] = VIRTIO_ID_SCSI,
	};

	if (backend)
		words[0] = inspect_backend_features(d);
	else
		inspect_features(d, words);
	return (struct feature_list){
		.table = backend ? backend_features : net_features,
		.words = words,
		.count = backend ? 1 : 2,
		.own = backend ? NULL : kind_features(ids[d->kind < INSPECT_KINDS ? d->kind : INSPECT_NET]),
	};
}

static struct json_object *device_features_json(const struct inspect_device *d, bool backend)
{
	uint64_t words[2];
	const struct feature_list list = device_features(d, backend, words);

	return features_json(&list);
}

struct json_object *device_json_number(uint64_t value, bool known)
{
	return known ? json_object_new_uint64(value) : NULL;
}

/* Descriptors of one process that are listed: it may have a million of the same device. */
#define LISTED_MAX 64

static void add_holder(struct json_object *obj, const struct inspect_holder *h, int fd)
{
	json_object_object_add(obj, "pid", device_json_number(h->process.pid, h->process.pid));
	json_object_object_add(obj, "tid", device_json_number(h->tid, h->tid));
	json_object_object_add(obj, "command", *h->process.name ? json_object_new_string(h->process.name) : NULL);
	json_object_object_add(obj, "fd", fd >= 0 ? json_object_new_int(fd) : NULL);
}

static void append_holder(struct json_object *all, const struct inspect_holder *h, int fd)
{
	struct json_object *one = json_object_new_object();

	add_holder(one, h, fd);
	json_object_array_add(all, one);
}

/* One object for each descriptor. */
static struct json_object *holders_json(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < d->holder_count; i++) {
		const struct inspect_holder *h = &d->holders[i];

		append_holder(all, h, h->fd);
		for (size_t k = 0; k < h->more_count && k < LISTED_MAX - 1; k++)
			append_holder(all, h, h->more[k]);
	}
	return all;
}

struct json_object *device_json_candidates(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < d->candidate_count; i++)
		json_object_array_add(all, json_object_new_string(d->candidates[i].name));
	return all;
}

void device_json_name(struct json_object *obj, const struct inspect_device *d)
{
	const struct inspect_holder who = inspect_who(d);
	const struct inspect_netdev *tap = inspect_tap(d);
	const char *name = inspect_name(d);

	json_object_object_add(obj, "kind", json_object_new_string(inspect_kind_name(d->kind)));
	json_object_object_add(obj, "device", name ? json_object_new_string(name) : NULL);
	json_object_object_add(obj, "netns", device_json_number(tap ? tap->netns : 0, tap && tap->netns));
	json_object_object_add(obj, "netns_name", d->shown && *d->shown->netns_name ?
			       json_object_new_string(d->shown->netns_name) : NULL);
	if (d->candidate_count)
		json_object_object_add(obj, "candidates", device_json_candidates(d));
	add_holder(obj, &who, who.fd);
	json_object_object_add(obj, "vm", *d->vm ? json_object_new_string(d->vm) : NULL);
}

void device_json_add(struct json_object *obj, const struct inspect_device *d)
{
	device_json_name(obj, d);
	if (d->kind == INSPECT_VSOCK)
		json_object_object_add(obj, "cid", device_json_number(d->cid, d->cid));
	if (d->kind == INSPECT_SCSI)
		json_object_object_add(obj, "target", *d->target ? json_object_new_string(d->target) : NULL);
	json_object_object_add(obj, "state", json_object_new_string(inspect_state_name(inspect_state(d))));
	if (d->flags & INSPECT_RELEASING)
		json_object_object_add(obj, "held", json_object_new_int64(d->release.held));
	json_object_object_add(obj, "owned", json_object_new_boolean(d->flags & INSPECT_HAS_OWNER));
	json_object_object_add(obj, "owner", device_json_number(d->owner.pid, d->owner.pid));
	json_object_object_add(obj, "descriptors", json_object_new_uint64(inspect_descriptors(d)));
	json_object_object_add(obj, "holders", holders_json(d));
	json_object_object_add(obj, "features", device_features_json(d, false));
	json_object_object_add(obj, "backend_features", device_features_json(d, true));
	link_json_add(obj, d);
}
