// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-programs.h"

#include "bpf/events.h"
#include "bpf/trace.skel.h"
#include "trace-hooks.h"

int trace_programs_open(struct session *s, struct trace_bpf **skel, uint32_t events, char *why, size_t len)
{
	const struct session_conf conf = {
		.hooks = trace_hook_table, .count = TRACE_PROGRAM_HOOKS, .vhost = events & EVENTS_VHOST,
		.verbose = true,
	};
	int err = session_begin(s, &conf, why, len);

	*skel = NULL;
	if (err)
		return err;
	*skel = trace_bpf__open_opts(session_open_opts(s));
	return session_opened(s, *skel ? (*skel)->skeleton : NULL, events, why, len);
}
