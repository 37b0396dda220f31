/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHOW_REPORT_H
#define SHOW_REPORT_H

#include <json-c/json_object.h>

#include "base/out.h"
#include "forecast.h"
#include "inspect.h"

/**
 * enum show_detail - how much of a device is printed as text
 * @SHOW_ALL: all of it
 * @SHOW_INDEXES: what changes while it works: indexes of both sides, and what follows from them
 * @SHOW_BRIEF: three lines a queue
 * @SHOW_DETAILS: number of these
 */
enum show_detail { SHOW_ALL, SHOW_INDEXES, SHOW_BRIEF, SHOW_DETAILS };

/**
 * struct show_device - a device, with facts that are not in its look
 * @device: the device
 * @before: the device that was printed before it; NULL: it is the first one
 * @eventfds: the eventfds that its owner has open; the caller's; NULL: not known
 * @eventfd_err: why they could not be read: -errno, or 0
 * @paths: how its notifications come and go; the caller's
 * @peaks: how full the rings of taps were at most; the caller's
 * @netns: inode number of our own network namespace; 0 if not known
 */
struct show_device {
	const struct inspect_device *device, *before;
	const struct held_eventfds *eventfds;
	int eventfd_err;
	const struct eventfd_paths *paths;
	const struct ring_peaks *peaks;
	uint64_t netns;
};

/**
 * show_role() - the direction of a queue, for forecast_of()
 * @d: the queue's device
 * @q: the queue
 */
enum forecast_role show_role(const struct inspect_device *d, const struct inspect_queue *q);

/* Is the queue at @i the first one of the device with its worker? */
bool show_first_with_worker(const struct inspect_device *d, size_t i);

/**
 * show_logs() - does the device log the pages that it writes (VHOST_F_LOG_ALL)?
 * @d: the device
 */
bool show_logs(const struct inspect_device *d);

/**
 * show_task_state() - a task's state as a word: "running", "asleep", "blocked" or "stopped"
 * @state: bits INSPECT_TASK_*; 0: it runs or is ready to run
 */
const char *show_task_state(uint32_t state);

/**
 * show_paths_text() - print how the notifications of a queue come and go, as far as that is known: two lines
 * @o: the output
 * @s: its device
 * @q: the queue
 */
void show_paths_text(struct out *o, const struct show_device *s, const struct inspect_queue *q);

/**
 * show_paths_json() - add the members kick_source, call_listeners and call_listeners_more of a queue
 * @obj: the queue's object
 * @s: its device
 * @q: the queue
 */
void show_paths_json(struct json_object *obj, const struct show_device *s, const struct inspect_queue *q);

/**
 * show_link_text() - print the link of a device's tap and what it has dropped, as far as that is known
 * @o: the output
 * @s: the device
 */
void show_link_text(struct out *o, const struct show_device *s);

/**
 * show_ring_text() - print how full the tap's ring is, for a queue that receives from one
 * @o: the output
 * @s: the device
 * @q: its queue
 */
void show_ring_text(struct out *o, const struct show_device *s, const struct inspect_queue *q);

/**
 * show_text() - print a device as text, for a terminal of 80 columns
 * @o: the output
 * @s: the device
 * @detail: how much
 */
void show_text(struct out *o, const struct show_device *s, enum show_detail detail);

/**
 * show_json() - print a device as one JSON object
 * @o: the output
 * @s: the device
 */
void show_json(struct out *o, const struct show_device *s);

#endif
