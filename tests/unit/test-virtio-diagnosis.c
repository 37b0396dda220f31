// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The queues of drivers: each fault is named, for split and packed rings, and each healthy state that is close to a
 * fault finds nothing. States are the same at any place of the ring.
 */
#include <stdio.h>
#include <string.h>

#include <linux/virtio_ring.h>

#include "base/array.h"
#include "inspect/virtio-diagnosis.h"
#include "inspect/virtio-state.h"
#include "tap-out.h"
#include "virtio/device-kinds.h"

#define NET 1
#define BLK 2
#define CONSOLE 3
#define UNKNOWN_KIND 99

#define NUM 8
#define WRAP 0x8000u

enum layout { SPLIT, FLAGS, PACKED, LAYOUTS };

static const char *const layout_names[] = { "split", "split without EVENT_IDX", "packed" };

/* Two looks at a device with one queue; @base is the queue's index at rest. */
struct scene {
	struct virtqueue_record q[2];
	struct virtio_device_info d[2];
	enum layout layout;
	uint16_t base;
};

/* Of a packed ring: an index as offset and wrap counter. */
static uint16_t off_wrap(unsigned int index)
{
	return (uint16_t)(index % NUM | (index / NUM % 2 ? 0 : WRAP));
}

static void set_word(struct scene *s, int word, unsigned int value)
{
	s->q[0].words[word] = s->q[1].words[word] = (uint16_t)value;
}

/* The driver's index. */
static void set_avail(struct virtqueue_record *q, enum layout layout, unsigned int index)
{
	q->flags &= ~(uint32_t)VIRTQUEUE_AVAIL_WRAP;
	if (layout == PACKED) {
		q->avail = (uint16_t)(index % NUM);
		q->flags |= off_wrap(index) & WRAP ? VIRTQUEUE_AVAIL_WRAP : 0;
	} else {
		q->avail = q->words[SPLIT_AVAIL_IDX] = (uint16_t)index;
	}
}

/* Mark the next descriptor of a packed ring as the device's or the driver's. */
static void mark_next(struct virtqueue_record *q, bool returned)
{
	const bool wrap = q->last_used & WRAP;

	q->words[PACKED_NEXT_FLAGS] = (uint16_t)((wrap ? 1 << 7 : 0) | (wrap == returned ? 1 << 15 : 0));
}

/* Each side waits for the other, at the same index. */
static void at_rest(struct virtqueue_record *q, enum layout layout, uint16_t base)
{
	*q = (struct virtqueue_record){
		.address = 0x1000, .ring = 0x2000, .num = NUM, .num_free = NUM, .flags = VIRTQUEUE_CALLBACK,
		.name = "req.0",
	};
	if (layout == PACKED) {
		q->flags |= VIRTQUEUE_PACKED;
		q->last_used = off_wrap(base);
		q->wants = q->words[PACKED_DRIVER_FLAGS] = q->words[PACKED_DEVICE_FLAGS] = VRING_PACKED_EVENT_FLAG_DESC;
		q->words[PACKED_DRIVER_EVENT] = q->words[PACKED_DEVICE_EVENT] = off_wrap(base);
		mark_next(q, false);
	} else {
		q->flags |= layout == SPLIT ? VIRTQUEUE_EVENT_IDX : 0;
		q->last_used = q->words[SPLIT_USED_IDX] = base;
		q->words[SPLIT_USED_EVENT] = q->words[SPLIT_AVAIL_EVENT] = layout == SPLIT ? base : 0;
	}
	set_avail(q, layout, base);
}

static void healthy(struct scene *s, enum layout layout, uint16_t base)
{
	memset(s, 0, sizeof(*s));
	s->layout = layout;
	s->base = base;
	for (int i = 0; i < 2; i++) {
		at_rest(&s->q[i], layout, base);
		s->d[i] = (struct virtio_device_info){
			.name = "virtio0", .id = BLK, .driver = "virtio_blk",
			.time = (uint64_t)(i + 1) * UINT64_C(1000000000), .queues = &s->q[i], .queue_count = 1,
		};
	}
}

static void of_kind(struct scene *s, uint32_t id, const char *queue)
{
	for (int i = 0; i < 2; i++) {
		s->d[i].id = id;
		snprintf(s->q[i].name, sizeof(s->q[i].name), "%s", queue);
	}
}

/* The driver publishes three buffers, and the device has not moved. */
static void publish(struct scene *s)
{
	for (int i = 0; i < 2; i++) {
		set_avail(&s->q[i], s->layout, s->base + 3u);
		s->q[i].num_free = NUM - 3;
	}
}

/* The device takes all and asks for the next. */
static void take(struct scene *s)
{
	publish(s);
	set_word(s, s->layout == PACKED ? PACKED_DEVICE_EVENT : SPLIT_AVAIL_EVENT,
		 s->layout == PACKED ? off_wrap(s->base + 3u) : s->layout == SPLIT ? s->base + 3u : 0);
}

/* The device returns two of three buffers, and the driver takes none back. */
static void give_back(struct scene *s)
{
	take(s);
	if (s->layout != PACKED)
		set_word(s, SPLIT_USED_IDX, s->base + 2u);
	for (int i = 0; s->layout == PACKED && i < 2; i++)
		mark_next(&s->q[i], true);
}

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

static void no_kicks(struct scene *s)
{
	take(s);
	if (s->layout == PACKED)
		set_word(s, PACKED_DEVICE_FLAGS, VRING_PACKED_EVENT_FLAG_DISABLE);
	else if (s->layout == FLAGS)
		set_word(s, SPLIT_USED_FLAGS, VRING_USED_F_NO_NOTIFY);
	else
		set_word(s, SPLIT_AVAIL_EVENT, s->base - 1u);
}

static void broken(struct scene *s)
{
	s->q[0].flags |= VIRTQUEUE_BROKEN;
	s->q[1].flags |= VIRTQUEUE_BROKEN;
}

static void breaks(struct scene *s)
{
	s->q[1].flags |= VIRTQUEUE_BROKEN;
}

static void irq_disabled(struct scene *s)
{
	give_back(s);
	s->q[1].flags |= VIRTQUEUE_IRQ_DISABLED;
	s->q[1].irq = 27;
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

/* Without MSI-X, where the kernel polls the line. */
static void irq_shared_and_disabled(struct scene *s)
{
	irq_disabled(s);
	s->q[1].flags |= VIRTQUEUE_IRQ_OF_DEVICE | VIRTQUEUE_IRQ_SHARED;
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

static void unread(struct scene *s)
{
	publish(s);
	s->q[1].flags |= VIRTQUEUE_UNREAD;
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

static void test_state(void)
{
	struct virtio_state v;
	struct scene s;

	healthy(&s, SPLIT, 65534);
	give_back(&s);
	virtio_state_of(&s.q[1], &v);
	ok(v.with_device == 1 && v.returned == 2 && v.interrupt_due && v.passed == VIRTIO_NOT_PASSED &&
	   v.kick_at == 1, "split: who has what, across the wrap");
	no_kicks(&s);
	set_word(&s, SPLIT_USED_IDX, s.base);
	virtio_state_of(&s.q[1], &v);
	ok(v.with_device == 3 && v.passed == VIRTIO_PASSED_LONG_AGO, "split: the device was awake behind its event");
	healthy(&s, SPLIT, 10);
	set_word(&s, SPLIT_AVAIL_EVENT, 10 + NUM / 2);
	virtio_state_of(&s.q[1], &v);
	ok(v.passed == VIRTIO_NOT_PASSED, "split: an event that is still to come");
	healthy(&s, PACKED, NUM - 1);
	publish(&s);
	virtio_state_of(&s.q[1], &v);
	ok(v.with_device == 3 && !v.returned && v.passed == VIRTIO_PASSED, "packed: who has what, across the wrap");
	healthy(&s, PACKED, NUM - 1);
	set_avail(&s.q[1], PACKED, s.base + NUM);
	s.q[1].num_free = 0;
	virtio_state_of(&s.q[1], &v);
	ok(v.with_device == NUM && v.passed == VIRTIO_PASSED, "packed: a whole ring is not an empty one");
	healthy(&s, PACKED, NUM + 1);
	set_word(&s, PACKED_NEXT_FLAGS, 1 << 7 | 1 << 15);
	virtio_state_of(&s.q[1], &v);
	ok(!v.returned && !v.with_device, "packed: a descriptor returned in the lap before");
	give_back(&s);
	virtio_state_of(&s.q[1], &v);
	ok(v.returned == VIRTIO_UNKNOWN && v.with_device == VIRTIO_UNKNOWN && v.interrupt_due,
	   "packed: how many were returned is not known");
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

static void test_words(void)
{
	char lines[VIRTIO_LINES][VIRTIO_LINE];
	struct scene s;

	healthy(&s, SPLIT, 5);
	publish(&s);
	ok(virtio_state_text(&s.q[1], lines) == 3 && !strcmp(lines[0], "the device has 3 buffers") &&
	   !strcmp(lines[1], "avail_event, 5, is passed: the driver sends no kick") &&
	   !strcmp(lines[2], "the device interrupts when used reaches 6"), "a queue in words");
	healthy(&s, SPLIT, 65535);
	ok(virtio_state_text(&s.q[1], lines) == 3 &&
	   !strcmp(lines[1], "the driver kicks with the next buffer, when avail reaches 0") &&
	   !strcmp(lines[2], "the device interrupts when used reaches 0"), "an idle queue in words, across the wrap");
	healthy(&s, PACKED, 5);
	publish(&s);
	ok(virtio_state_text(&s.q[1], lines) == 3 && strstr(lines[1], "no kick: it is past entry 5") &&
	   strstr(lines[2], "when it returns entry 5"), "a packed queue in words");
	irq_disabled(&s);
	ok(virtio_state_text(&s.q[1], lines) == 3 && strstr(lines[2], "disabled line 27"),
	   "a queue without interrupts in words");
	irq_shared_and_disabled(&s);
	ok(virtio_state_text(&s.q[1], lines) == 3 && strstr(lines[2], "polls ten times a second"),
	   "one that the kernel polls in words");
	broken(&s);
	ok(virtio_state_text(&s.q[1], lines) == 1 && strstr(lines[0], "broken"), "a broken queue in words");
	unread(&s);
	ok(virtio_state_text(&s.q[1], lines) == 1 && strstr(lines[0], "cannot be read"), "an unread one");
}

static void test_kinds(void)
{
	ok(!strcmp(device_kind_name(NET), "net") && !device_kind_name(UNKNOWN_KIND) && !device_kind_name(7),
	   "kinds have names");
	ok(device_must_answer(NET, "output.3") && device_must_answer(NET, "control") &&
	   !device_must_answer(NET, "input.3"), "net: what has to be answered");
	ok(device_must_answer(8, "request_3") && !device_must_answer(8, "event") && device_must_answer(BLK, "req.7") &&
	   device_must_answer(9, "requests") && !device_must_answer(CONSOLE, "output"), "other kinds");
	ok(device_is_collected(BLK) && !device_is_collected(CONSOLE) && !device_is_collected(UNKNOWN_KIND),
	   "whose drivers take back all");
}

int main(void)
{
	test_cases();
	test_returned();
	test_elsewhere();
	test_state();
	test_irq_disabled();
	test_words();
	test_kinds();
	return tap_done();
}
