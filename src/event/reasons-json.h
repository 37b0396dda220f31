/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REASONS_JSON_H
#define REASONS_JSON_H

#include <json-c/json_object.h>

#include "decision.h"

/**
 * reasons_json() - counts of decisions by reason, as JSON
 * @reasons: by act (0: suppressed, 1: signalled) and reason
 *
 * Return: an object with the members "signal" and "suppress", each an object with a count for every reason; owned by
 * the caller.
 */
struct json_object *reasons_json(const __u64 reasons[2][REASON_COUNT]);

#endif
