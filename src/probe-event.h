/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_EVENT_H
#define PROBE_EVENT_H

#include "probe.h"

/**
 * probe_decode() - from what the programs saw to a decision with its explanation
 * @e: the event
 * @d: the decision
 */
void probe_decode(const struct decision_event *e, struct probe_decision *d);

#endif
