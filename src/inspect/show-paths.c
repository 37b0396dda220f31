// SPDX-License-Identifier: GPL-2.0-or-later
#include "show-report.h"

#include <inttypes.h>
#include <stdio.h>

#include "device-json.h"
#include "event/event-names.h"
#include "eventfd-paths.h"
#include "show-lines.h"

/* Room for all listeners of an eventfd. */
#define LISTENERS_TEXT ((INSPECT_LISTENERS_MAX + 1) * 64)
#define NOTE_TEXT 160

/* Append a listener. Return: its length. */
static int listener_text(const struct inspect_listener *l, char *buf, size_t len)
{
	static const char *const texts[LISTENER_KINDS] = {
		[LISTENER_IRQFD] = "KVM", [LISTENER_POLL] = "poll", [LISTENER_EPOLL] = "epoll",
		[LISTENER_IO_URING] = "io_uring", [LISTENER_READ] = "a blocked read",
		[LISTENER_VHOST] = "another vhost device",
	};
	int n;

	if (l->kind >= LISTENER_KINDS || !texts[l->kind])
		return snprintf(buf, len, "%.*s", INSPECT_SYMBOL_LEN, l->symbol);
	n = snprintf(buf, len, "%s", texts[l->kind]);
	if (l->pid)
		n += snprintf(buf + n, len - (size_t)n, " of process %u", l->pid);
	if (l->kind == LISTENER_IRQFD)
		n += snprintf(buf + n, len - (size_t)n, ", irqfd of GSI %u", l->gsi);
	return n;
}

/* Is it a process of its own, which the signal wakes up? */
static bool wakes_process(const struct inspect_listener *l)
{
	return l->kind == LISTENER_POLL || l->kind == LISTENER_EPOLL || l->kind == LISTENER_IO_URING ||
	       l->kind == LISTENER_READ;
}

/*
 * What follows from who listens. A VMM takes itself off the eventfd while its VM has the interrupt masked; but it may
 * also be about to poll again, so that nobody can be said to have masked it.
 */
static const char *listeners_note(const struct inspect_call *c, uint64_t unread, bool of_vm, char *buf, size_t len)
{
	*buf = 0;
	if (c->more)
		return buf;
	if (!c->count && unread)
		snprintf(buf, len, ": the count, %" PRIu64 ", grows with each signal, since nobody reads it%s", unread,
			 of_vm ? ", as while the VM has masked the interrupt" : "");
	else if (c->count == 1 && of_vm && wakes_process(c->listeners))
		snprintf(buf, len, "; it has to wake up and inject the interrupt");
	return buf;
}

static void print_listeners(struct out *o, const struct inspect_call *c, uint64_t unread, bool of_vm)
{
	char text[LISTENERS_TEXT] = "", note[NOTE_TEXT];
	size_t used = 0;

	for (unsigned int i = 0; i < c->count && i < INSPECT_LISTENERS_MAX; i++) {
		if (i)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "; ");
		used += (size_t)listener_text(&c->listeners[i], text + used, sizeof(text) - used);
	}
	if (c->more)
		snprintf(text + used, sizeof(text) - used, "%s",
			 used ? "; and perhaps others" : "not known, since it changes");
	else if (!c->count)
		snprintf(text, sizeof(text), "nobody at this moment");
	show_line(o, "  calls", "%s%s", text, listeners_note(c, unread, of_vm, note, sizeof(note)));
}

void show_paths_text(struct out *o, const struct show_device *s, const struct inspect_queue *q)
{
	static const char *const sources[] = {
		[KICK_SOURCE_IOEVENTFD] = "ioeventfd: by KVM, without an exit to userspace",
		[KICK_SOURCE_WRITE] = "write: by a process; of a VM, after an exit to userspace",
	};
	const struct inspect_call *c = eventfd_paths_call(s->paths, s->device, q);
	const enum kick_source source = eventfd_paths_kick(s->paths, q);

	if (source != KICK_SOURCE_UNKNOWN)
		show_line(o, "  kicks", "%s", sources[source]);
	if (c)
		print_listeners(o, c, q->call.count, source == KICK_SOURCE_IOEVENTFD || *s->device->vm);
}

static struct json_object *listener_json(const struct inspect_listener *l)
{
	const bool named = l->kind != LISTENER_UNKNOWN;
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "kind", json_object_new_string(listener_kind_name(l->kind)));
	json_object_object_add(obj, "gsi", device_json_number(l->gsi, l->kind == LISTENER_IRQFD));
	json_object_object_add(obj, "pid", device_json_number(l->pid, named && l->pid));
	if (!named)
		json_object_object_add(obj, "symbol", json_object_new_string(l->symbol));
	return obj;
}

static struct json_object *nobody_json(void)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "kind", json_object_new_string("nobody"));
	json_object_object_add(obj, "gsi", NULL);
	json_object_object_add(obj, "pid", NULL);
	return obj;
}

static struct json_object *listeners_json(const struct inspect_call *c)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < c->count && i < INSPECT_LISTENERS_MAX; i++)
		json_object_array_add(list, listener_json(&c->listeners[i]));
	if (!c->count && !c->more)
		json_object_array_add(list, nobody_json());
	return list;
}

void show_paths_json(struct json_object *obj, const struct show_device *s, const struct inspect_queue *q)
{
	const struct inspect_call *c = eventfd_paths_call(s->paths, s->device, q);
	const char *source = kick_source_name(eventfd_paths_kick(s->paths, q));

	json_object_object_add(obj, "kick_source", source ? json_object_new_string(source) : NULL);
	json_object_object_add(obj, "call_listeners", c ? listeners_json(c) : NULL);
	json_object_object_add(obj, "call_listeners_more", c ? json_object_new_boolean(c->more) : NULL);
}
