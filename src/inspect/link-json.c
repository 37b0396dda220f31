// SPDX-License-Identifier: GPL-2.0-or-later
#include "link-json.h"

#include "base/clock.h"
#include "virtio/net-queue.h"

static void add_string(struct json_object *obj, const char *key, const char *text)
{
	json_object_object_add(obj, key, text && *text ? json_object_new_string(text) : NULL);
}

static void add_number(struct json_object *obj, const char *key, uint64_t number)
{
	json_object_object_add(obj, key, json_object_new_uint64(number));
}

static void add_flag(struct json_object *obj, const char *key, bool flag)
{
	json_object_object_add(obj, key, json_object_new_boolean(flag));
}

static struct json_object *offloads_json(const struct inspect_link *l)
{
	struct json_object *all = json_object_new_array();

	for (unsigned int i = 0; i < LINK_OFFLOADS; i++)
		if (l->offloads & 1U << i)
			json_object_array_add(all, json_object_new_string(link_offload_name(i)));
	return all;
}

/* A queue that is turned off keeps the number that it had. */
static struct json_object *queue_json(const struct inspect_link *l, const struct inspect_tap_queue *q)
{
	const bool disabled = q->flags & TAP_QUEUE_DISABLED;
	struct json_object *obj = json_object_new_object();
	uint64_t ns;

	json_object_object_add(obj, "tap_queue", disabled ? NULL : json_object_new_int64(q->number));
	add_flag(obj, "enabled", !disabled);
	add_flag(obj, "vhost", q->flags & TAP_QUEUE_SERVED);
	add_number(obj, "fill", q->fill);
	add_number(obj, "size", q->size);
	add_number(obj, "header", link_header(q->tap_flags, q->header));
	json_object_object_add(obj, "sndbuf", json_object_new_int64(q->sndbuf));
	add_number(obj, "unsent", q->unsent);
	add_flag(obj, "stopped", q->flags & TAP_QUEUE_STOPPED);
	json_object_object_add(obj, "stopped_seconds", link_stopped_ns(l, q, &ns) ?
			       json_object_new_double(ns_to_s(ns)) : NULL);
	return obj;
}

static bool is_backend_of(const struct inspect_device *d, const struct inspect_tap_queue *tap)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].flags & INSPECT_BACKEND && d->queues[i].socket == tap->socket)
			return true;
	return false;
}

/* Those of other devices are with these: a tap of 250 queues with a device each would be told 250 times. */
static struct json_object *queues_json(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < d->link->queue_count; i++) {
		const struct inspect_tap_queue *q = &d->link->queues[i];

		if (!(q->flags & TAP_QUEUE_SERVED) || is_backend_of(d, q))
			json_object_array_add(all, queue_json(&d->link->link, q));
	}
	return all;
}

static struct json_object *link_json(const struct inspect_device *d)
{
	struct json_object *obj = json_object_new_object();
	const struct inspect_link *l = &d->link->link;

	add_string(obj, "type", link_type_name(l));
	add_flag(obj, "up", l->flags & LINK_UP);
	add_flag(obj, "carrier", l->flags & LINK_CARRIER);
	add_string(obj, "operstate", link_operstate_name(l->operstate));
	add_string(obj, "master", l->master);
	add_string(obj, "master_kind", l->master_kind);
	add_string(obj, "parent", l->parent);
	add_number(obj, "mtu", l->mtu);
	add_number(obj, "txqueuelen", l->txqueuelen);
	add_string(obj, "qdisc", l->qdisc);
	add_number(obj, "header", link_header(l->tap_flags, l->header));
	json_object_object_add(obj, "offloads", offloads_json(l));
	add_flag(obj, "backpressure", link_has_backpressure(l));
	add_number(obj, "queues", l->queues);
	json_object_object_add(obj, "tap_queues", queues_json(d));
	return obj;
}

static struct json_object *drops_json(const struct inspect_link *l)
{
	struct json_object *obj = json_object_new_object();
	const struct link_drops drops = link_drops(l);

	add_number(obj, "to_driver", drops.to_driver);
	add_number(obj, "from_driver", drops.from_driver);
	add_number(obj, "frame_errors", l->rx_frame_errors);
	return obj;
}

void link_json_add(struct json_object *obj, const struct inspect_device *d)
{
	json_object_object_add(obj, "link", d->link ? link_json(d) : NULL);
	json_object_object_add(obj, "drops", d->link ? drops_json(&d->link->link) : NULL);
}

void link_json_add_ring(struct json_object *obj, const struct inspect_device *d, const struct inspect_queue *q,
			const struct ring_peaks *peaks)
{
	const struct inspect_tap_queue *tap = net_queue_is_rx(q->number) ? inspect_tap_queue(d, q) : NULL;
	struct json_object *ring = tap ? json_object_new_object() : NULL;

	if (tap) {
		add_number(ring, "fill", tap->fill);
		add_number(ring, "highest", ring_peaks_of(peaks, tap));
		add_number(ring, "size", tap->size);
		add_number(ring, "batched", d->net.batched);
	}
	json_object_object_add(obj, "tap_ring", ring);
}
