// SPDX-License-Identifier: GPL-2.0-or-later
#include "reason-words.h"

#include <stddef.h>

static const char *const call_words[2][REASON_COUNT] = {
	[0] = {
		[REASON_NO_CALL_FD] = "The queue has no call eventfd: the owner polls, or has not set the queue up "
			"in full, or has masked the interrupt.",
		[REASON_FLAGS] = "The driver did not ack EVENT_IDX, and has set VRING_AVAIL_F_NO_INTERRUPT: it wants "
			"no signal. A driver that sleeps with this flag set sleeps for ever.",
		[REASON_NOT_REACHED] = "The entries used do not reach used_event.",
		[REASON_UNSTABLE] = "The driver changed its word more than once while vhost decided: vhost has read "
			"a value that the line does not have. Nothing is wrong.",
		[REASON_UNEXPLAINED] = "No value of the driver's word explains the decision. If the totals of trace "
			"tell of no missed signals, please report it.",
	},
	[1] = {
		[REASON_FIRST] = "It is the first decision since the queue was started, or 65536 entries were used "
			"since the last one: there is no old to compare with, and vhost signals to be safe.",
		[REASON_EMPTY] = "The driver acked VIRTIO_F_NOTIFY_ON_EMPTY, and has no buffers left in the ring: "
			"vhost signals, whatever used_event or the flags are.",
		[REASON_FLAGS] = "The driver did not ack EVENT_IDX, and has not set VRING_AVAIL_F_NO_INTERRUPT: it "
			"wants a signal for everything.",
		[REASON_CROSSED] = "The entries used reach used_event.",
		[REASON_FAULT] = "Vhost could not read used_event or the flags, and signals to be safe: the owner has "
			"taken away the memory that the ring is in.",
		[REASON_UNSTABLE] = "The driver changed its word more than once while vhost decided: vhost has read "
			"a value that the line does not have. Nothing is wrong.",
		[REASON_UNEXPLAINED] = "No value of the driver's word explains the decision. Please report it.",
	},
};

static const char *const kick_words[2][REASON_COUNT] = {
	[0] = {
		[REASON_FLAGS] = "The device asks for no kicks, by VRING_USED_F_NO_NOTIFY in a split ring and by its "
			"event suppression flags in a packed one: it polls, or is at work.",
		[REASON_NOT_REACHED] = "The buffers published do not reach avail_event.",
		[REASON_UNSTABLE] = "The device changed its word more than once while the driver decided: the driver "
			"has read a value that the line does not have. Nothing is wrong.",
		[REASON_UNEXPLAINED] = "No value of the device's word explains the decision. Please report it.",
	},
	[1] = {
		[REASON_FLAGS] = "The device asks for kicks by a flag, and not at a certain buffer: it gets one for "
			"everything.",
		[REASON_CROSSED] = "The buffers published reach avail_event.",
		[REASON_FAULT] = "The device's word could not be read.",
		[REASON_UNSTABLE] = "The device changed its word more than once while the driver decided: the driver "
			"has read a value that the line does not have. Nothing is wrong.",
		[REASON_UNEXPLAINED] = "No value of the device's word explains the decision. Please report it.",
	},
};

const char *reason_words(enum event_type type, bool signalled, enum reason reason)
{
	return type == EVENT_CALL ? call_words[signalled][reason] : kick_words[signalled][reason];
}
