/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REASON_WORDS_H
#define REASON_WORDS_H

#include "bpf/events.h"

/**
 * reason_words() - the meaning of a reason, as a sentence or two
 * @type: EVENT_CALL or EVENT_DRIVER_KICK
 * @signalled: the decision is to signal, or to kick
 * @reason: the reason
 *
 * Return: the text, or NULL if nobody decides so for this reason.
 */
const char *reason_words(enum event_type type, bool signalled, enum reason reason);

#endif
