// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The queues of drivers: each fault is named, for split and packed rings, and each healthy state that is close to a
 * fault finds nothing. States are the same at any place of the ring.
 */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "inspect/virtio-diagnosis.h"
#include "tap-out.h"
#include "virtio-scene.h"

static void no_interrupts(struct scene *s)
{
	give_back(s);
	s->q[0].wants = s->q[1].wants = 1;	/* VRING_AVAIL_F_NO_INTERRUPT, VRING_PACKED_EVENT_FLAG_DISABLE */
}

static void later_interrupt(struct scene *s)
{
	give_back(s);
	if (s->layout == PACKED)
		set_word(s, PACKED_DRIVER_EVENT, off_wrap(s->base + 2u));
	else if (s->layout == SPLIT)
		set_word(s, SPLIT_USED_EVENT, s->base + 2u);
	else
		s->q[0].wants = s->q[1].wants = VRING_AVAIL_F_NO_INTERRUPT;
}

static void no_callback(struct scene *s)
{
	give_back(s);
	s->q[0].flags &= ~(uint32_t)VIRTQUEUE_CALLBACK;
	s->q[1].flags &= ~(uint32_t)VIRTQUEUE_CALLBACK;
}

static void driver_moves(struct scene *s)
{
	give_back(s);
	s->q[0].last_used = s->layout == PACKED ? off_wrap(s->base + 2 * NUM - 1u) : (uint16_t)(s->base - 1);
}

static void device_moves(struct scene *s)
{
	publish(s);
	if (s->layout == PACKED)
		mark_next(&s->q[1], true);
	else
		s->q[1].words[SPLIT_USED_IDX]++;
	s->q[1].wants = 1;
}

static void only_then(struct scene *s)
{
	publish(s);
	at_rest(&s->q[0], s->layout, s->base);
}

static void moving(struct scene *s)
{
	publish(s);
	s->q[1].flags |= VIRTQUEUE_MOVED;
}

static void not_decided(struct scene *s)
{
	publish(s);
	s->q[0].num_added = s->q[1].num_added = 2;
}

static void decided_since(struct scene *s)
{
	take(s);
	s->q[0].num_added = 2;
	of_kind(s, NET, "input.0");
}

/* It has taken the first three, and was kicked a moment ago for the fourth. */
static void kicked_since(struct scene *s)
{
	take(s);
	set_avail(&s->q[1], s->layout, s->base + 4u);
	s->q[1].num_free--;
}

static void breaks(struct scene *s)
{
	s->q[1].flags |= VIRTQUEUE_BROKEN;
}

static void irq_disabled_and_polled(struct scene *s)
{
	driver_moves(s);
	s->q[1].flags |= VIRTQUEUE_IRQ_DISABLED;
}

static void irq_disabled_and_down(struct scene *s)
{
	irq_disabled(s);
	of_kind(s, NET, "input.0");
	s->d[1].down = true;
}

/* Before the kernel has polled it. */
static void irq_shared_and_disabled_just_now(struct scene *s)
{
	irq_shared_and_disabled(s);
	s->d[1].time = s->d[0].time + UINT64_C(100000000);
}

static void idle_rx(struct scene *s)
{
	publish(s);
	of_kind(s, NET, "input.0");
}

static void unknown_kind(struct scene *s)
{
	publish(s);
	of_kind(s, UNKNOWN_KIND, "requests");
}

static void console_output(struct scene *s)
{
	give_back(s);
	of_kind(s, CONSOLE, "output");
}

static void interface_down(struct scene *s)
{
	give_back(s);
	of_kind(s, NET, "input.0");
	s->d[0].down = true;
}

/* In the first look, too, or else it has just been moved. */
static void elsewhere(struct scene *s, bool before, const char *queue)
{
	of_kind(s, NET, queue);
	s->d[0].elsewhere = before;
	s->d[1].elsewhere = true;
}

static void test_elsewhere(void)
{
	struct diagnosis f;
	struct scene s;

	for (enum layout layout = 0; layout < LAYOUTS; layout++) {
		const char *name = layout_names[layout];

		healthy(&s, layout, 5);
		elsewhere(&s, true, "input.0");
		ok(virtio_diagnose(&s.d[0], &s.d[1], 0, &f) == DIAGNOSIS_NOTHING, "%s: elsewhere, at rest", name);
		give_back(&s);
		ok(virtio_diagnose(&s.d[0], &s.d[1], 0, &f) == DIAGNOSIS_UNKNOWN, "%s: elsewhere, returned", name);
		elsewhere(&s, false, "input.0");
		ok(virtio_diagnose(&s.d[0], &s.d[1], 0, &f) == DIAGNOSIS_UNKNOWN, "%s: moved, returned", name);
		elsewhere(&s, true, "control");
		ok(virtio_diagnose(&s.d[0], &s.d[1], 0, &f) == DIAGNOSIS_FOUND, "%s: elsewhere, control", name);
		elsewhere(&s, true, "input.0");
		s.q[1].flags |= VIRTQUEUE_IRQ_DISABLED;
		ok(virtio_diagnose(&s.d[0], &s.d[1], 0, &f) == DIAGNOSIS_FOUND && f.level == LEVEL_SUSPECT,
		   "%s: elsewhere, its interrupt line is disabled", name);
	}
}

static void control_of_down(struct scene *s)
{
	take(s);
	of_kind(s, NET, "control");
	s->d[0].down = s->d[1].down = true;
}

static void bound_anew(struct scene *s)
{
	publish(s);
	s->q[1].address = 0x5000;
}

static void rest(struct scene *s)
{
	(void)s;
}

#define NOTHING DIAGNOSIS_KINDS

/* By layout: what is found. */
static const struct {
	const char *name;
	void (*set)(struct scene *s);
	enum diagnosis_kind found[LAYOUTS];
	enum diagnosis_level level;
} cases[] = {
	{ "at rest", rest, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "published, past the event", publish,
	  { DIAGNOSIS_KICK_SUPPRESSED, DIAGNOSIS_NOT_ANSWERED, DIAGNOSIS_KICK_SUPPRESSED }, LEVEL_SUSPECT },
	{ "taken and not returned", take,
	  { DIAGNOSIS_NOT_ANSWERED, DIAGNOSIS_NOT_ANSWERED, DIAGNOSIS_NOT_ANSWERED }, LEVEL_SUSPECT },
	{ "kicked a moment ago, and three wait since long", kicked_since,
	  { DIAGNOSIS_NOT_ANSWERED, DIAGNOSIS_NOT_ANSWERED, DIAGNOSIS_NOT_ANSWERED }, LEVEL_SUSPECT },
	{ "no kicks wanted", no_kicks,
	  { DIAGNOSIS_KICK_SUPPRESSED, DIAGNOSIS_KICK_SUPPRESSED, DIAGNOSIS_KICK_SUPPRESSED }, LEVEL_SUSPECT },
	{ "no decision on a kick", not_decided,
	  { DIAGNOSIS_NOT_KICKED, DIAGNOSIS_NOT_KICKED, DIAGNOSIS_NOT_KICKED }, LEVEL_STUCK },
	{ "a decision in between", decided_since, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "published in between", only_then, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "the device moves", device_moves, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "used during the look", moving, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "returned, an interrupt is due", give_back,
	  { DIAGNOSIS_NOT_COLLECTED, DIAGNOSIS_NOT_COLLECTED, DIAGNOSIS_NOT_COLLECTED }, LEVEL_STUCK },
	{ "returned, but the driver moves", driver_moves, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "its interrupt line is disabled", irq_disabled,
	  { DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED }, LEVEL_STUCK },
	{ "its interrupt line is disabled, and it is polled", irq_disabled_and_polled,
	  { DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED }, LEVEL_SUSPECT },
	{ "its interrupt line is disabled, and the interface down", irq_disabled_and_down,
	  { DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED }, LEVEL_SUSPECT },
	{ "its interrupt line is disabled, and the kernel polls it in vain", irq_shared_and_disabled,
	  { DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED }, LEVEL_STUCK },
	{ "its interrupt line is disabled, and the kernel will poll it", irq_shared_and_disabled_just_now,
	  { DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED, DIAGNOSIS_IRQ_DISABLED }, LEVEL_SUSPECT },
	{ "broken", broken, { DIAGNOSIS_BROKEN, DIAGNOSIS_BROKEN, DIAGNOSIS_BROKEN }, LEVEL_STUCK },
	{ "broken in between", breaks, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "an idle receive queue, past its event", idle_rx, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "a kind that is not known", unknown_kind, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "output of a console that nobody collects", console_output, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "an interface that comes up", interface_down, { NOTHING, NOTHING, NOTHING }, 0 },
	{ "the control queue of an interface that is down", control_of_down,
	  { DIAGNOSIS_NOT_ANSWERED, DIAGNOSIS_NOT_ANSWERED, DIAGNOSIS_NOT_ANSWERED }, LEVEL_SUSPECT },
	{ "a driver that was bound anew", bound_anew, { NOTHING, NOTHING, NOTHING }, 0 },
};

/* Bases at which something wraps, for both layouts. */
static const uint16_t bases[] = { 0, 1, NUM - 2, NUM - 1, NUM, 2 * NUM - 2, 2 * NUM - 1, 1000, 65533, 65534, 65535 };

static bool is_found(struct scene *s, enum diagnosis_kind wanted, enum diagnosis_level level)
{
	struct diagnosis f = { 0 };
	const enum diagnosis_result r = virtio_diagnose(&s->d[0], &s->d[1], 0, &f);

	if (wanted == NOTHING)
		return r == DIAGNOSIS_NOTHING;
	return r == DIAGNOSIS_FOUND && f.kind == wanted && f.level == level && *f.evidence && *f.remedy &&
	       strlen(f.evidence) < sizeof(f.evidence) - 1 && strlen(f.remedy) < sizeof(f.remedy) - 1;
}

static void test_cases(void)
{
	struct scene s;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (enum layout layout = 0; layout < LAYOUTS; layout++) {
			unsigned int wrong = 0;

			for (size_t b = 0; b < ARRAY_SIZE(bases); b++) {
				/* A packed index is one modulo two laps. */
				healthy(&s, layout, layout == PACKED ? bases[b] % (2 * NUM) : bases[b]);
				cases[i].set(&s);
				wrong += !is_found(&s, cases[i].found[layout], cases[i].level);
			}
			ok(!wrong, "%s: %s", layout_names[layout], cases[i].name);
		}
}

/* Returned buffers of which the driver wants to hear nothing, or not yet. */
static void test_returned(void)
{
	static void (*const silent[])(struct scene *) = { no_interrupts, later_interrupt, no_callback };
	struct diagnosis f;
	struct scene s;

	for (size_t i = 0; i < ARRAY_SIZE(silent); i++)
		for (enum layout layout = 0; layout < LAYOUTS; layout++) {
			healthy(&s, layout, 5);
			silent[i](&s);
			ok(virtio_diagnose(&s.d[0], &s.d[1], 0, &f) != DIAGNOSIS_FOUND ||
			   f.kind != DIAGNOSIS_NOT_COLLECTED, "%s: returned, and no interrupt is due, %zu",
			   layout_names[layout], i);
		}
	healthy(&s, SPLIT, 5);
	unread(&s);
	ok(virtio_diagnose(&s.d[0], &s.d[1], 0, &f) == DIAGNOSIS_UNKNOWN, "a ring that cannot be read");
	ok(virtio_diagnose(&s.d[0], &s.d[1], 1, &f) == DIAGNOSIS_NOTHING, "a queue that is not there");
}

/* The words that depend on the line and on the device. */
static void test_irq_disabled(void)
{
	struct diagnosis f;
	struct scene s;

	healthy(&s, SPLIT, 5);
	irq_disabled(&s);
	virtio_diagnose(&s.d[0], &s.d[1], 0, &f);
	ok(strstr(f.evidence, "2 returned buffers wait: the kernel has disabled interrupt 27, ") &&
	   !strstr(f.evidence, "poll"), "interrupt disabled: stuck");
	ok(strstr(f.remedy, "`echo virtio0 >/sys/bus/virtio/drivers/virtio_blk/unbind`, then "
		  "`echo virtio0 >/sys/bus/virtio/drivers/virtio_blk/bind`; by that what uses virtio0 fails"),
	   "interrupt disabled: how to bind a disk anew");
	irq_shared_and_disabled(&s);
	of_kind(&s, NET, "input.0");
	snprintf(s.d[1].label, sizeof(s.d[1].label), "eth0");
	virtio_diagnose(&s.d[0], &s.d[1], 0, &f);
	ok(strstr(f.evidence, "it polls the queue ten times a second") &&
	   strstr(f.remedy, "; by that eth0 loses its addresses"),
	   "interrupt disabled: without MSI-X, of an interface");
	memset(s.d[1].name, 'n', VIRTIO_NAME_LEN - 1);
	memset(s.d[1].driver, 'd', VIRTIO_NAME_LEN - 1);
	memset(s.d[1].label, 'l', VIRTIO_NAME_LEN - 1);
	virtio_diagnose(&s.d[0], &s.d[1], 0, &f);
	ok(strstr(f.remedy, "vhostctl-check(8)"), "interrupt disabled: long names fit");
}

int main(void)
{
	test_cases();
	test_returned();
	test_elsewhere();
	test_irq_disabled();
	return tap_done();
}
