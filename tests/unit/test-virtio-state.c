// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The queues of drivers: who has which buffers, what each side waits for, and that in words. Which kinds of devices are
 * known.
 */
#include <string.h>

#include "inspect/virtio-devices.h"
#include "tap-out.h"
#include "virtio-scene.h"
#include "virtio/device-kinds.h"

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
	test_state();
	test_words();
	test_kinds();
	return tap_done();
}
