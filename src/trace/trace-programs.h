/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACE_PROGRAMS_H
#define TRACE_PROGRAMS_H

#include "probe/session.h"

struct trace_bpf;

/**
 * trace_programs_open() - open the programs that trace, and choose the functions for them
 * @s: the session, for session_end()
 * @skel: the programs, for trace_bpf__destroy() after that; NULL if they could not be opened
 * @events: bits of enum event_type; the module vhost is needed only for those of vhost
 * @why: on failure: the reason
 * @len: size of @why
 *
 * Return: 0 or -errno, as session_begin() and session_opened().
 */
int trace_programs_open(struct session *s, struct trace_bpf **skel, uint32_t events, char *why, size_t len);

#endif
