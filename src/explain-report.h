/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXPLAIN_REPORT_H
#define EXPLAIN_REPORT_H

#include "base/out.h"
#include "virtio/event-idx.h"

/**
 * DOC: the EVENT_IDX rule with numbers in it, as text and JSON
 */

/**
 * struct explain_case - a decision to be worked out
 * @rule: the rule's
 * @num: the ring size; 0 if it is not known
 * @packed: the ring's indexes, for a packed ring with known size; NULL for a split one
 */
struct explain_case {
	struct event_idx_decision rule;
	uint32_t num;
	const struct packed_indexes *packed;
};

/**
 * explain_split() - a decision about a split ring, or about indexes of the rule
 * @old: see event_idx_apply()
 * @new: likewise
 * @event: likewise
 * @num: the ring size or 0
 */
struct explain_case explain_split(uint16_t old, uint16_t new, uint16_t event, uint32_t num);

/**
 * explain_packed() - a decision about a packed ring
 * @p: its indexes; the case points to them
 */
struct explain_case explain_packed(const struct packed_indexes *p);

/* "notify" or "suppress". */
const char *explain_answer(bool notify);

/**
 * explain_text() - print each step, the answer, a picture and the mistakes
 * @o: the output
 * @c: the case
 */
void explain_text(struct out *o, const struct explain_case *c);

/**
 * explain_json_add() - add the same to an object
 * @obj: the object
 * @c: the case
 */
void explain_json_add(struct json_object *obj, const struct explain_case *c);

#endif
