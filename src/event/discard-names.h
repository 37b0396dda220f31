/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DISCARD_NAMES_H
#define DISCARD_NAMES_H

#include <json-c/json_object.h>

#include "bpf/discard.h"

/**
 * discard_reason_name() - "too_short", "header", "failed"
 * @reason: an enum discard_reason
 *
 * Return: The name; "?" for any other number.
 */
const char *discard_reason_name(unsigned int reason);

/* Packets that vhost threw away, for any reason. */
__u64 discards_sum(const __u64 discards[DISCARD_REASONS]);

/* The same as a JSON object, by reason; owned by the caller. */
struct json_object *discards_json(const __u64 discards[DISCARD_REASONS]);

#endif
