// SPDX-License-Identifier: GPL-2.0-or-later
#include "show-report.h"

#include <string.h>

#include <linux/virtio_ring.h>

#include "base/array.h"
#include "device-json.h"
#include "event/start-json.h"
#include "held-eventfds.h"
#include "link-json.h"

/**
 * struct queue_row - a queue in the types that struct out_col needs
 */
struct queue_row {
	const char *queue;
	uint32_t number, busyloop;
	int32_t num, kick, call, err;
	int32_t last_avail_idx, avail_idx, last_used_idx, signalled_used, used_flags;
	int32_t ring_avail_idx, ring_avail_flags, used_event, ring_used_idx, ring_used_flags, avail_event;
	int32_t waiting, taken, call_at, kick_at;
	bool valid, event_idx, notifications, moved;
	const char *backend, *tap, *state;
	int32_t tap_queue;
};

#define ROW(f) offsetof(struct queue_row, f)

static const struct out_col queue_cols[] = {
	{ "queue", NULL, OUT_STRING, ROW(queue) },
	{ "vq", NULL, OUT_U32, ROW(number) },
	{ "num", NULL, OUT_INDEX, ROW(num) },
	{ "backend", NULL, OUT_STRING, ROW(backend) },
	{ "tap", NULL, OUT_STRING, ROW(tap) },
	{ "tap_queue", NULL, OUT_INDEX, ROW(tap_queue) },
	{ "busyloop_timeout", NULL, OUT_U32, ROW(busyloop) },
	{ "kick", NULL, OUT_INDEX, ROW(kick) },
	{ "call", NULL, OUT_INDEX, ROW(call) },
	{ "err", NULL, OUT_INDEX, ROW(err) },
	{ "worker_state", NULL, OUT_STRING, ROW(state) },
	{ "event_idx", NULL, OUT_BOOL, ROW(event_idx) },
	{ "last_avail_idx", NULL, OUT_INDEX, ROW(last_avail_idx) },
	{ "avail_idx", NULL, OUT_INDEX, ROW(avail_idx) },
	{ "last_used_idx", NULL, OUT_INDEX, ROW(last_used_idx) },
	{ "signalled_used", NULL, OUT_INDEX, ROW(signalled_used) },
	{ "signalled_used_valid", NULL, OUT_BOOL, ROW(valid) },
	{ "used_flags", NULL, OUT_INDEX, ROW(used_flags) },
	{ "notifications", NULL, OUT_BOOL, ROW(notifications) },
	{ "ring_avail_idx", NULL, OUT_INDEX, ROW(ring_avail_idx) },
	{ "ring_avail_flags", NULL, OUT_INDEX, ROW(ring_avail_flags) },
	{ "used_event", NULL, OUT_INDEX, ROW(used_event) },
	{ "ring_used_idx", NULL, OUT_INDEX, ROW(ring_used_idx) },
	{ "ring_used_flags", NULL, OUT_INDEX, ROW(ring_used_flags) },
	{ "avail_event", NULL, OUT_INDEX, ROW(avail_event) },
	{ "moved", NULL, OUT_BOOL, ROW(moved) },
	{ "waiting", NULL, OUT_INDEX, ROW(waiting) },
	{ "taken", NULL, OUT_INDEX, ROW(taken) },
	{ "call_at", NULL, OUT_INDEX, ROW(call_at) },
	{ "kick_at", NULL, OUT_INDEX, ROW(kick_at) },
	{ 0 },
};

static int32_t word(const struct inspect_word *w)
{
	return w->state == INSPECT_OK ? w->value : -1;
}

static int32_t notice_at(const struct forecast_notice *n)
{
	return n->when == FORECAST_AT ? n->at : -1;
}

static const char *backend_word(const struct inspect_queue *q)
{
	static const char *const words[] = {
		[BACKEND_OTHER] = "other", [BACKEND_TUN] = "tap", [BACKEND_TAP] = "macvtap",
		[BACKEND_SOCKET] = "socket", [BACKEND_VSOCK] = "vsock", [BACKEND_SCSI] = "scsi",
	};

	return q->flags & INSPECT_BACKEND ? words[q->backend] : NULL;
}

static int32_t descriptor(const struct show_device *s, const struct inspect_eventfd *e)
{
	return s->eventfds ? held_eventfds_find(s->eventfds, e->id) : -1;
}

static struct queue_row make_row(const struct show_device *s, const struct inspect_queue *q, const struct forecast *p,
				 const char *name)
{
	const bool has_tap = q->backend == BACKEND_TUN || q->backend == BACKEND_TAP;

	return (struct queue_row){
		.queue = name, .number = q->number, .num = q->num ? (int32_t)q->num : -1,
		.backend = backend_word(q), .tap = *q->device ? q->device : NULL, .tap_queue = has_tap ? q->pair : -1,
		.busyloop = q->busyloop,
		.kick = descriptor(s, &q->kick), .call = descriptor(s, &q->call), .err = descriptor(s, &q->err),
		.state = q->worker ? show_task_state(q->worker_state) : NULL,
		.event_idx = q->flags & INSPECT_EVENT_IDX,
		.last_avail_idx = q->last_avail_idx, .avail_idx = q->avail_idx, .last_used_idx = q->last_used_idx,
		.signalled_used = q->signalled_used, .valid = q->flags & INSPECT_VALID, .used_flags = q->used_flags,
		.notifications = !(q->used_flags & VRING_USED_F_NO_NOTIFY),
		.ring_avail_idx = word(&q->ring_avail_idx), .ring_avail_flags = word(&q->ring_avail_flags),
		.used_event = word(&q->ring_used_event), .ring_used_idx = word(&q->ring_used_idx),
		.ring_used_flags = word(&q->ring_used_flags), .avail_event = word(&q->ring_avail_event),
		.moved = q->flags & INSPECT_MOVED, .waiting = p->waiting, .taken = p->taken,
		.call_at = notice_at(&p->call), .kick_at = notice_at(&p->kick),
	};
}

static struct json_object *address(uint64_t addr)
{
	return addr ? json_object_new_uint64(addr) : NULL;
}

/* Add the counters of the eventfds; null where there is none. */
static void add_counts(struct json_object *obj, const struct inspect_queue *q)
{
	const struct {
		const char *key;
		const struct inspect_eventfd *e;
	} fds[] = { { "kick_count", &q->kick }, { "call_count", &q->call }, { "err_count", &q->err } };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		json_object_object_add(obj, fds[i].key,
				       fds[i].e->id < 0 ? NULL : json_object_new_uint64(fds[i].e->count));
}

/* Why words of the ring that exist are null. */
static struct json_object *unread_json(const struct inspect_queue *q)
{
	const struct {
		const char *key;
		const struct inspect_word *w;
	} words[] = {
		{ "ring_avail_idx", &q->ring_avail_idx }, { "ring_avail_flags", &q->ring_avail_flags },
		{ "used_event", &q->ring_used_event }, { "ring_used_idx", &q->ring_used_idx },
		{ "ring_used_flags", &q->ring_used_flags }, { "avail_event", &q->ring_avail_event },
	};
	struct json_object *obj = json_object_new_object();

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (words[i].w->state != INSPECT_OK && words[i].w->state != INSPECT_UNSET)
			json_object_object_add(obj, words[i].key, json_object_new_string(forecast_unread(words[i].w)));
	return obj;
}

static struct json_object *queue_json(const struct show_device *s, const struct inspect_queue *q)
{
	struct json_object *obj, *lines = json_object_new_array();
	char name[INSPECT_QUEUE_NAME];
	struct queue_row row;
	struct forecast p;

	forecast_of(q, show_role(s->device, q), &p);
	row = make_row(s, q, &p, inspect_queue_name(s->device, q, name));
	obj = out_object(NULL, queue_cols, &row);
	json_object_object_add(obj, "desc", address(q->desc));
	json_object_object_add(obj, "avail", address(q->avail));
	json_object_object_add(obj, "used", address(q->used));
	json_object_object_add(obj, "log_addr",
			       q->flags & INSPECT_LOG_USED ? json_object_new_uint64(q->log_addr) : NULL);
	add_counts(obj, q);
	show_paths_json(obj, s, q);
	json_object_object_add(obj, "worker", worker_json(q->worker, q->worker_name));
	json_object_object_add(obj, "worker_ns", device_json_number(q->worker_ns, q->worker || q->worker_ns));
	link_json_add_ring(obj, s->device, q, s->peaks);
	json_object_object_add(obj, "unread", unread_json(q));
	for (unsigned int i = 0; i < p.count; i++)
		json_object_array_add(lines, json_object_new_string(p.lines[i]));
	json_object_object_add(obj, "prospect", lines);
	return obj;
}

static struct json_object *regions_json(const struct inspect_device *d)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < d->region_count; i++) {
		struct json_object *obj = json_object_new_object();

		json_object_object_add(obj, "gpa", json_object_new_uint64(d->regions[i].start));
		json_object_object_add(obj, "size", json_object_new_uint64(d->regions[i].size));
		json_object_object_add(obj, "address", json_object_new_uint64(d->regions[i].addr));
		json_object_array_add(list, obj);
	}
	return list;
}

/* As list has them. */
static struct json_object *workers_json(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < d->queue_count; i++) {
		const struct inspect_queue *q = &d->queues[i];
		struct json_object *one;

		if ((!q->worker && !q->worker_ns) || !show_first_with_worker(d, i))
			continue;
		one = json_object_new_object();
		json_object_object_add(one, "worker", worker_json(q->worker, q->worker_name));
		json_object_object_add(one, "worker_ns", json_object_new_uint64(q->worker_ns));
		placement_json_add(one, placement_of(d, q->worker));
		json_object_array_add(all, one);
	}
	return all;
}

static void add_tap(struct json_object *obj, const struct show_device *s)
{
	const struct inspect_netdev *tap = inspect_tap(s->device);

	json_object_object_add(obj, "ifindex", device_json_number(tap ? tap->ifindex : 0, tap && tap->ifindex));
}

void show_json(struct out *o, const struct show_device *s)
{
	const struct inspect_device *d = s->device;
	struct json_object *obj = json_object_new_object(), *queues = json_object_new_array();

	json_object_object_add(obj, "type", json_object_new_string("device"));
	device_json_add(obj, d);
	add_tap(obj, s);
	json_object_object_add(obj, "iotlb", json_object_new_boolean(d->flags & INSPECT_HAS_IOTLB));
	json_object_object_add(obj, "log", json_object_new_boolean(show_logs(d)));
	json_object_object_add(obj, "nregions", json_object_new_int64(d->nmaps));
	json_object_object_add(obj, "regions", regions_json(d));
	json_object_object_add(obj, "nqueues", json_object_new_int64(d->nvqs));
	for (size_t i = 0; i < d->queue_count; i++)
		json_object_array_add(queues, queue_json(s, &d->queues[i]));
	json_object_object_add(obj, "queues", queues);
	json_object_object_add(obj, "workers", workers_json(d));
	out_json(o, obj);
}
