/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef START_JSON_H
#define START_JSON_H

#include <stdint.h>

#include <json-c/json_object.h>

/**
 * DOC: the first object of a stream of JSON, and what objects of all commands share
 */

/**
 * start_json() - the "start" object
 * @time: when the command began to look, in nanoseconds of CLOCK_BOOTTIME
 *
 * "wall_offset" turns all times of the stream into Unix time: seconds to be added. It is taken once, at the start.
 *
 * Return: the object, owned by the caller, or NULL without memory.
 */
struct json_object *start_json(uint64_t time);

/**
 * worker_json() - a worker
 * @tid: its thread; 0: not known, or not visible
 * @name: its name; NULL or empty: not known
 *
 * Return: {"tid", "name"}, owned by the caller; NULL, which JSON prints as null, if nothing is known of it.
 */
struct json_object *worker_json(uint32_t tid, const char *name);

#endif
