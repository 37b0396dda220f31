/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACE_OPTIONS_H
#define TRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * DOC: the options that choose events and decisions
 */

/* For OPT_PARSE: names of reasons, separated by commas, into bits of enum reason in a uint32_t. */
const char *parse_reasons(void *field, const char *arg);

/*
 * For OPT_PARSE: names of events and of groups of them, "all" (of vhost) and "driver", separated by commas, into bits
 * of enum event_type in a uint32_t.
 */
const char *parse_events(void *field, const char *arg);

#endif
