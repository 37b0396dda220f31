/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONFIG_FIELDS_H
#define CONFIG_FIELDS_H

#include "event-fields.h"

/**
 * DOC: the fields of an ioctl of the owner
 */

/**
 * config_fill() - fill in what a line has of an ioctl, except the note
 * @l: the line, with the fields that all events have
 * @e: a struct config_event
 */
void config_fill(struct event_line *l, const struct event *e);

/**
 * config_note() - fill in the note of an ioctl: its error, and as much of its argument as there is room for
 * @l: the line, filled in by config_fill()
 * @room: columns for the reason and the note
 */
void config_note(struct event_line *l, int room);

/**
 * config_json_add() - add all of an ioctl's argument to an object; null stands for what could not be read
 * @obj: the object
 * @c: the event
 */
void config_json_add(struct json_object *obj, const struct config_event *c);

#endif
