// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which tap a device without a backend can have: from the records of a look to names.
 */
#include <stdlib.h>
#include <string.h>

#include "inspect/candidates.h"
#include "tap-out.h"

#define QEMU 100
#define OTHER 200
#define OURS 4026531840u
#define BLUE 4026532999u

/* The files of taps, by their sockets. */
enum { NONE, A0, A1, A2, B0, C0, BLUE_A0 };

/* Who owns and holds a device, and what its two queues have as backends. */
struct scene_device {
	enum inspect_kind kind;
	uint32_t owner, holder;
	uint64_t backend[2];
};

/* Room for one look. */
struct scene {
	struct inspect_device devices[4];
	struct inspect_queue queues[4][2];
	struct inspect_holder holders[4];
	struct inspect_host host;
};

static const char *tap_of(uint64_t socket)
{
	static const char *const names[] = {
		[A0] = "a", [A1] = "a", [A2] = "a", [B0] = "b", [C0] = "c", [BLUE_A0] = "a",
	};

	return names[socket];
}

static struct inspect_process process(uint32_t pid)
{
	return (struct inspect_process){ .pid = pid, .start = pid * UINT64_C(10) };
}

static struct inspect_device *add(struct scene *s, const struct scene_device *from)
{
	const size_t i = s->host.count++;
	struct inspect_device *d = &s->devices[i];

	*d = (struct inspect_device){
		.id = i + 1, .kind = from->kind, .owner = process(from->owner), .queues = s->queues[i],
		.queue_count = 2, .holders = &s->holders[i], .holder_count = 1,
	};
	s->holders[i] = (struct inspect_holder){ .process = process(from->holder), .tid = from->holder };
	for (int k = 0; k < 2; k++) {
		struct inspect_queue *q = &s->queues[i][k];

		*q = (struct inspect_queue){ .number = (uint32_t)k, .socket = from->backend[k] };
		if (!from->backend[k])
			continue;
		q->flags = INSPECT_BACKEND;
		strcpy(q->device, tap_of(from->backend[k]));
		q->ifindex = q->device[0];
		q->netns = OURS;
	}
	s->host.devices = s->devices;
	return d;
}

static void open_tap(struct scene *s, uint32_t pid, uint64_t socket)
{
	struct inspect_tap_file *more = realloc(s->host.taps, (s->host.tap_count + 1) * sizeof(*more)), *t;

	if (!more)
		abort();
	s->host.taps = more;
	t = &more[s->host.tap_count++];
	*t = (struct inspect_tap_file){
		.socket = socket, .kind = INSPECT_TAP_FILE, .pid = pid, .start = pid * UINT64_C(10),
		.netns = socket == BLUE_A0 ? BLUE : OURS,
	};
	strcpy(t->name, tap_of(socket));
	t->ifindex = (uint32_t)t->name[0];
}

/* "a": it is sure. "b?c": one of these. */
static void is(const struct inspect_device *d, const char *names, const char *what)
{
	char got[64];

	snprintf(got, sizeof(got), "%s", d->tap.name);
	for (size_t i = 0; i < d->candidate_count; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s", i ? "?" : "", d->candidates[i].name);
	if (!ok(!strcmp(got, names), "%s", what))
		diag("got '%s', expected '%s'", got, names);
}

static void find(struct scene *s)
{
	if (candidates_find(&s->host))
		abort();
}

static void done(struct scene *s)
{
	for (size_t i = 0; i < s->host.count; i++)
		free(s->devices[i].candidates);
	free(s->host.taps);
	*s = (struct scene){ 0 };
}

static const struct scene_device stopped = { INSPECT_NET, QEMU, QEMU, { NONE, NONE } };

static void one_device(void)
{
	struct scene s = { 0 };
	struct inspect_device *d;

	d = add(&s, &stopped);
	find(&s);
	is(d, "", "no tap");
	done(&s);

	d = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	find(&s);
	is(d, "a", "one tap");
	ok(d->tap.ifindex == 'a' && d->tap.netns == OURS, "one tap: its interface and namespace");
	done(&s);

	d = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, A1);
	open_tap(&s, QEMU, A0);
	find(&s);
	is(d, "a", "several queues of one tap, one of them twice");
	done(&s);

	d = add(&s, &stopped);
	open_tap(&s, QEMU, B0);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, A1);
	open_tap(&s, QEMU, C0);
	find(&s);
	is(d, "b?a?c", "several taps: in the order of their descriptors, each once");
	done(&s);

	d = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, BLUE_A0);
	find(&s);
	is(d, "a", "one name in two namespaces: the name is sure");
	ok(!d->tap.netns && !d->tap.ifindex, "one name in two namespaces: which of them is not known");
	done(&s);

	d = add(&s, &(struct scene_device){ INSPECT_VSOCK, QEMU, QEMU, { NONE, NONE } });
	open_tap(&s, QEMU, A0);
	find(&s);
	is(d, "", "a device that is not vhost-net's");
	done(&s);

	d = add(&s, &(struct scene_device){ INSPECT_NET, QEMU, QEMU, { NONE, A0 } });
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, B0);
	find(&s);
	is(d, "a", "one queue has a backend: no other tap");
	done(&s);
}

static void several_devices(void)
{
	struct scene s = { 0 };
	struct inspect_device *d, *e;

	add(&s, &(struct scene_device){ INSPECT_NET, QEMU, QEMU, { A0, A0 } });
	d = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, B0);
	find(&s);
	is(&s.devices[0], "a", "one device runs");
	is(d, "b", "the other has the tap that is left");
	done(&s);

	d = add(&s, &stopped);
	e = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, B0);
	find(&s);
	is(d, "a?b", "two devices, two taps: a guess");
	is(e, "a?b", "for both");
	done(&s);

	d = add(&s, &stopped);
	e = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, A1);
	find(&s);
	is(d, "a", "two devices, two queues of one tap: sure");
	is(e, "a", "for both");
	done(&s);

	/* Only one of the queues is in use; the tap is the same. */
	add(&s, &(struct scene_device){ INSPECT_NET, QEMU, QEMU, { A0, A0 } });
	d = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, A1);
	find(&s);
	is(d, "a", "a further queue of a tap that is in use");
	done(&s);
}

static void several_processes(void)
{
	struct scene s = { 0 };
	struct inspect_device *d;

	d = add(&s, &stopped);
	open_tap(&s, OTHER, A0);
	find(&s);
	is(d, "", "another process's tap");
	done(&s);

	d = add(&s, &(struct scene_device){ INSPECT_NET, QEMU, OTHER, { NONE, NONE } });
	open_tap(&s, OTHER, A0);
	open_tap(&s, QEMU, B0);
	find(&s);
	is(d, "b", "the owner's taps, not those of who holds the device, too");
	done(&s);

	d = add(&s, &(struct scene_device){ INSPECT_NET, 0, OTHER, { NONE, NONE } });
	open_tap(&s, OTHER, A0);
	find(&s);
	is(d, "a", "without an owner those of the holder");
	done(&s);

	/* The number belongs to another process now. */
	d = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	s.host.taps[0].start++;
	find(&s);
	is(d, "", "a process that had the same number");
	done(&s);

	/* What one process uses, another may have open. */
	add(&s, &(struct scene_device){ INSPECT_NET, OTHER, OTHER, { A0, A0 } });
	d = add(&s, &stopped);
	open_tap(&s, QEMU, A0);
	open_tap(&s, QEMU, A1);
	open_tap(&s, QEMU, B0);
	find(&s);
	is(d, "a?b", "a backend of another process's device is not free");
	done(&s);
}

int main(void)
{
	one_device();
	several_devices();
	several_processes();
	return tap_done();
}
