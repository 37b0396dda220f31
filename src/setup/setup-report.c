// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup-report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/format.h"
#include "virtio/feature-list.h"

/**
 * struct ring_row - a ring in the output: as configured, but @base and @busyloop_timeout are read back
 */
struct ring_row {
	const char *queue;
	uint32_t num;
	uint16_t base;
	uint64_t desc, avail, used;
	int32_t kick, call, err;
	int32_t worker;
	uint32_t busyloop_timeout;
};

#define ROW(f) offsetof(struct ring_row, f)

static const struct out_col ring_cols[] = {
	{ "queue", "VQ", OUT_STRING, ROW(queue), -5 },
	{ "num", "NUM", OUT_U32, ROW(num), 5 },
	{ "base", "BASE", OUT_U16, ROW(base), 5 },
	{ "desc", "DESC", OUT_HEX, ROW(desc), 11 },
	{ "avail", "AVAIL", OUT_HEX, ROW(avail), 11 },
	{ "used", "USED", OUT_HEX, ROW(used), 11 },
	{ "kick", "KICK", OUT_INDEX, ROW(kick), 4 },
	{ "call", "CALL", OUT_INDEX, ROW(call), 4 },
	{ "err", "ERR", OUT_INDEX, ROW(err), 4 },
	{ "busyloop_timeout", "BUSYLOOP", OUT_U32, ROW(busyloop_timeout), 8 },
	{ "worker_id", NULL, OUT_INDEX, ROW(worker) },
	{ 0 },
};

static int fill_row(struct ring_row *row, const struct setup *s, unsigned int number, struct step *step)
{
	const struct device *d = &s->devices[number / DEVICE_RINGS];
	const struct device_ring *r = &d->rings[number % DEVICE_RINGS];
	struct device_ring_state state;
	int err = device_read(d, number % DEVICE_RINGS, &state, step);

	*row = (struct ring_row){
		.queue = r->conf.place.name, .num = r->conf.place.num, .base = state.base,
		.desc = r->conf.place.desc, .avail = r->conf.place.avail, .used = r->conf.place.used,
		.kick = r->kick, .call = r->call, .err = r->err,
		.worker = r->worker, .busyloop_timeout = state.busyloop_timeout,
	};
	return err;
}

/* Read all rings before anything is printed, so that after an error only the error is. The caller frees @rows. */
static int read_rows(const struct setup *s, struct ring_row **rows, struct step *step)
{
	int r = 0;

	step_at(step, NULL, "take memory for the output");
	*rows = calloc(s->count * DEVICE_RINGS, sizeof(**rows));
	if (!*rows)
		return -ENOMEM;
	for (unsigned int i = 0; !r && i < s->count * DEVICE_RINGS; i++)
		r = fill_row(&(*rows)[i], s, i, step);
	if (r)
		free(*rows);
	return r;
}

static struct feature_list acked(const struct setup_conf *c, bool backend)
{
	return (struct feature_list){
		.table = backend ? backend_features : net_features,
		.words = backend ? &c->device.backend_features : c->device.features,
		.count = backend ? 1 : VHOST_FEATURES_WORDS,
	};
}

static void print_features(struct out *o, const char *label, const struct setup_conf *c, bool backend)
{
	const struct feature_list list = acked(c, backend);
	char *text = features_text(&list);

	fprintf(o->file, "%-9s", label);
	out_wrapped(o, 9, text && *text ? text : "none");
	free(text);
}

static struct json_object *acked_json(const struct setup_conf *c, bool backend)
{
	const struct feature_list list = acked(c, backend);

	return features_json(&list);
}

/* Persistent now, or already when it was opened. */
static bool persistent(const struct setup_conf *c, const struct setup *s)
{
	return c->net.persist || s->net.link.tun.persist || (s->net.macvtap && s->net.existed);
}

static void print_text(struct out *o, const struct setup_conf *c, const struct setup *s)
{
	const struct link_info *link = &s->net.link;
	const int fork = device_fork_from_owner(&s->devices[0]);
	char mac[FORMAT_MAC_LEN], size[FORMAT_SIZE_LEN];

	format_mac(link->mac, mac);
	out_printf(o, "%s %s, %s%s, %u queue%s, vnet header %d", s->net.macvtap ? "macvtap " : "tap     ", s->net.name,
		   s->net.existed ? "was there" : "new", persistent(c, s) ? " and persistent" : "", s->net.queues,
		   plural(s->net.queues), s->net.vnet_hdr_size);
	fputc('\n', o->file);
	out_printf(o, "link     %s, mtu %u, %s", mac, link->mtu, link->up ? "up" : "down");
	if (s->net.macvtap)
		out_printf(o, ", on %s, %s", *link->macvtap.lower ? link->macvtap.lower : "a link elsewhere",
			   macvtap_mode_name(link->macvtap.mode));
	out_printf(o, "%s%s", *link->master ? ", port of " : "", link->master);
	out_printf(o, "%s%s", c->net.netns ? ", in namespace " : "", c->net.netns ? c->net.netns : "");
	fputc('\n', o->file);
	fprintf(o->file, "memory   %s at 0x%" PRIx64 ", %u region%s%s\n", format_size(s->mem.size, size), s->mem.gpa,
		s->mem.regions, plural(s->mem.regions), c->mem.hugepages ? ", huge pages" : "");
	print_features(o, "features", c, false);
	if (c->device.backend_features)
		print_features(o, "backend", c, true);
	if (fork != DEVICE_LEAVE)
		fprintf(o->file, "workers  threads of %s\n", fork ? "this process" : "the kernel");
	out_header(o, ring_cols);
}

/* The name of a network namespace that was given by its name or path; NULL: it has none. */
static const char *netns_name(const char *given)
{
	static const char dir[] = "/run/netns/";
	const size_t len = sizeof(dir) - 1;

	if (!given || !strchr(given, '/'))
		return given;
	return !strncmp(given, dir, len) && given[len] && !strchr(given + len, '/') ? given + len : NULL;
}

static struct json_object *tap_json(const struct setup_conf *c, const struct setup *s)
{
	const struct link_info *link = &s->net.link;
	struct json_object *obj = json_object_new_object();
	const char *name = netns_name(c->net.netns);
	char mac[FORMAT_MAC_LEN];

	format_mac(link->mac, mac);
	json_object_object_add(obj, "name", json_object_new_string(s->net.name));
	json_object_object_add(obj, "kind", json_object_new_string(s->net.macvtap ? "macvtap" : "tap"));
	json_object_object_add(obj, "lower", s->net.macvtap && *link->macvtap.lower ?
			       json_object_new_string(link->macvtap.lower) : NULL);
	json_object_object_add(obj, "mode", s->net.macvtap ?
			       json_object_new_string(macvtap_mode_name(link->macvtap.mode)) : NULL);
	json_object_object_add(obj, "existed", json_object_new_boolean(s->net.existed));
	json_object_object_add(obj, "persistent", json_object_new_boolean(persistent(c, s)));
	json_object_object_add(obj, "queues", json_object_new_int((int)s->net.queues));
	json_object_object_add(obj, "vnet_hdr_size", json_object_new_int(s->net.vnet_hdr_size));
	json_object_object_add(obj, "backpressure", json_object_new_boolean(c->net.backpressure));
	json_object_object_add(obj, "sndbuf", json_object_new_int(s->net.sndbuf));
	json_object_object_add(obj, "mac", json_object_new_string(mac));
	json_object_object_add(obj, "mtu", json_object_new_int((int)link->mtu));
	json_object_object_add(obj, "up", json_object_new_boolean(link->up));
	json_object_object_add(obj, "bridge", *link->master ? json_object_new_string(link->master) : NULL);
	json_object_object_add(obj, "netns", s->net.netns ? json_object_new_uint64(s->net.netns) : NULL);
	json_object_object_add(obj, "netns_name", name ? json_object_new_string(name) : NULL);
	return obj;
}

static struct json_object *memory_json(const struct guestmem *mem, bool hugepages)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "size", json_object_new_uint64(mem->size));
	json_object_object_add(obj, "gpa", json_object_new_uint64(mem->gpa));
	json_object_object_add(obj, "regions", json_object_new_int((int)mem->regions));
	json_object_object_add(obj, "hugepages", json_object_new_boolean(hugepages));
	return obj;
}

static struct json_object *setup_json(const struct setup_conf *c, const struct setup *s, const struct ring_row *rows,
				      unsigned int count)
{
	const struct device_conf *d = &c->device;
	const int fork = device_fork_from_owner(&s->devices[0]);
	struct json_object *obj = json_object_new_object(), *queues = json_object_new_array();

	json_object_object_add(obj, "type", json_object_new_string("setup"));
	json_object_object_add(obj, "schema", json_object_new_int(JSON_SCHEMA));
	json_object_object_add(obj, "pid", json_object_new_int(getpid()));
	json_object_object_add(obj, "tap", tap_json(c, s));
	json_object_object_add(obj, "memory", memory_json(&s->mem, c->mem.hugepages));
	json_object_object_add(obj, "features", acked_json(c, false));
	json_object_object_add(obj, "backend_features", acked_json(c, true));
	json_object_object_add(obj, "fork_from_owner", fork == DEVICE_LEAVE ? NULL : json_object_new_boolean(fork));
	json_object_object_add(obj, "iotlb", json_object_new_boolean(d->iotlb));
	json_object_object_add(obj, "log", json_object_new_boolean(c->log));
	for (unsigned int i = 0; i < count; i++)
		json_object_array_add(queues, out_object(NULL, ring_cols, &rows[i]));
	json_object_object_add(obj, "queues", queues);
	return obj;
}

int setup_report(struct out *o, const struct setup_conf *c, const struct setup *s, struct step *step)
{
	const unsigned int count = s->count * DEVICE_RINGS;
	struct ring_row *rows;
	int r = read_rows(s, &rows, step);

	if (r)
		return r;
	if (o->json) {
		out_json(o, setup_json(c, s, rows, count));
	} else {
		print_text(o, c, s);
		for (unsigned int i = 0; i < count; i++)
			out_row(o, ring_cols, &rows[i]);
	}
	free(rows);
	step_at(step, NULL, "write to standard output");
	return out_flush(o);
}

/**
 * struct error_row - an error in the output
 */
struct error_row {
	const char *queue;
	struct {
		uint16_t index, head, desc, flags, next;
		uint64_t addr;
		uint32_t len;
	} v;
	const char *text;
};

#define ERROR(f) offsetof(struct error_row, f)

static const struct out_col error_cols[] = {
	{ "queue", NULL, OUT_STRING, ERROR(queue) },
	{ "index", NULL, OUT_U16, ERROR(v.index) },
	{ "head", NULL, OUT_U16, ERROR(v.head) },
	{ "desc", NULL, OUT_U16, ERROR(v.desc) },
	{ "addr", NULL, OUT_HEX, ERROR(v.addr) },
	{ "len", NULL, OUT_U32, ERROR(v.len) },
	{ "flags", NULL, OUT_U16, ERROR(v.flags) },
	{ "next", NULL, OUT_U16, ERROR(v.next) },
	{ "text", NULL, OUT_STRING, ERROR(text) },
	{ 0 },
};

static void report_error(struct out *o, const struct watch_event *e)
{
	const struct desc_finding *f = &e->finding;
	char text[256];
	const struct error_row row = {
		.queue = e->ring,
		.v = { f->index, f->head, f->number, f->desc.flags, f->desc.next, f->desc.addr, f->desc.len },
		.text = text,
	};

	desc_finding_text(f, e->ring, text, sizeof(text));
	if (o->json)
		out_json(o, out_object("error", error_cols, &row));
	else
		fprintf(o->file, "error    %s\n", text);
}

static const struct out_col dirty_cols[] = {
	{ "gpa", NULL, OUT_HEX, offsetof(struct watch_event, addr) },
	{ "length", NULL, OUT_U64, offsetof(struct watch_event, len) },
	{ 0 },
};

static void report_dirty(struct out *o, const struct watch_event *e)
{
	if (o->json)
		out_json(o, out_object("log", dirty_cols, e));
	else
		fprintf(o->file, "written  0x%" PRIx64 " to 0x%" PRIx64 ", %" PRIu64 " page%s\n", e->addr,
			e->addr + e->len - 1, e->len / VHOST_PAGE_SIZE, plural(e->len / VHOST_PAGE_SIZE));
}

static const char *perm_text(uint8_t perm)
{
	return perm == VHOST_ACCESS_RO ? "read" : perm == VHOST_ACCESS_WO ? "write" : "read and write";
}

static void report_miss(struct out *o, const struct watch_event *e)
{
	struct json_object *obj;

	if (!o->json) {
		fprintf(o->file, "miss     0x%" PRIx64 ", to %s: it is not in the memory\n", e->addr,
			perm_text(e->perm));
		return;
	}
	obj = json_object_new_object();
	json_object_object_add(obj, "type", json_object_new_string("miss"));
	json_object_object_add(obj, "iova", json_object_new_uint64(e->addr));
	json_object_object_add(obj, "access", json_object_new_string(perm_text(e->perm)));
	out_json(o, obj);
}

void setup_report_event(struct out *o, const struct watch_event *e)
{
	switch (e->kind) {
	case WATCH_ERROR:
		report_error(o, e);
		break;
	case WATCH_DIRTY:
		report_dirty(o, e);
		break;
	case WATCH_MISS:
		report_miss(o, e);
		break;
	}
}

#define WATCH(f) offsetof(struct watch, f)

static const struct out_col end_cols[] = {
	{ "errors", NULL, OUT_U64, WATCH(errors) },
	{ "dirty_pages", NULL, OUT_U64, WATCH(dirty_pages) },
	{ "answered", NULL, OUT_U64, WATCH(answered) },
	{ "unanswered", NULL, OUT_U64, WATCH(unanswered) },
	{ "untranslated", NULL, OUT_U64, WATCH(untranslated) },
	{ 0 },
};

static const struct out_col end_ring_cols[] = {
	{ "queue", "VQ", OUT_STRING, ROW(queue), -5 },
	{ "base", "BASE", OUT_U16, ROW(base), 5 },
	{ 0 },
};

static struct json_object *end_json(const struct watch *w, double seconds, const struct ring_row *rows,
				    unsigned int count)
{
	struct json_object *obj = out_object("end", end_cols, w), *queues = json_object_new_array();

	for (unsigned int i = 0; i < count; i++)
		json_object_array_add(queues, out_object(NULL, end_ring_cols, &rows[i]));
	json_object_object_add(obj, "seconds", json_object_new_double(seconds));
	json_object_object_add(obj, "queues", queues);
	return obj;
}

static void print_end(struct out *o, const struct watch *w, double seconds, const struct ring_row *rows,
		      unsigned int count)
{
	fprintf(o->file, "held for %.3f s: %" PRIu64 " error%s", seconds, w->errors, plural(w->errors));
	if (w->s->log_fd >= 0)
		fprintf(o->file, ", %" PRIu64 " page%s written", w->dirty_pages, plural(w->dirty_pages));
	if (w->iotlb)
		fprintf(o->file, ", %" PRIu64 " misses answered, %" PRIu64 " not, %" PRIu64 " look%s without "
			"translation", w->answered, w->unanswered, w->untranslated, plural(w->untranslated));
	fputc('\n', o->file);
	out_header(o, end_ring_cols);
	for (unsigned int i = 0; i < count; i++)
		out_row(o, end_ring_cols, &rows[i]);
}

int setup_report_end(struct out *o, const struct watch *w, double seconds, struct step *step)
{
	const unsigned int count = w->s->count * DEVICE_RINGS;
	struct ring_row *rows;
	int r = read_rows(w->s, &rows, step);

	if (r)
		return r;
	if (o->json)
		out_json(o, end_json(w, seconds, rows, count));
	else
		print_end(o, w, seconds, rows, count);
	free(rows);
	step_at(step, NULL, "write to standard output");
	return out_flush(o);
}
