// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks-try.h"

#include <stdio.h>

#include "bpf/events.h"
#include "bpf/trace.skel.h"
#include "trace-programs.h"

static void tell_missing(struct hook_result out[TRACE_HOOKS], const struct bpf_programs *p)
{
	for (int i = 0; i < TRACE_HOOKS; i++) {
		out[i].function = p->functions[i];
		if (!out[i].function && !out[i].why[0])
			snprintf(out[i].why, sizeof(out[i].why), "this kernel has no function %s to attach to; it is "
				 "inlined, or its module lacks BTF or is not loaded", p->hooks[i].candidates[0]);
	}
}

static void attach_each(struct bpf_programs *p, struct hook_result out[TRACE_HOOKS])
{
	for (int i = 0; i < TRACE_HOOKS; i++)
		if (p->functions[i])
			bpf_programs_attach_hook(p, i, out[i].why, sizeof(out[i].why));
	tell_missing(out, p);
}

void hooks_try(struct hook_result out[TRACE_HOOKS])
{
	struct trace_bpf *skel = NULL;
	char why[PROBE_WHY_MAX] = "";
	struct session s = { 0 };
	int err;

	for (int i = 0; i < TRACE_HOOKS; i++)
		out[i] = (struct hook_result){ .name = trace_hook_table[i].name, .shows = trace_hook_table[i].shows };
	err = trace_programs_open(&s, &skel, UINT32_MAX, why, sizeof(why));
	if (!err)
		err = session_load(&s, why, sizeof(why));
	if (!err)
		attach_each(&s.programs, out);
	session_end(&s);
	trace_bpf__destroy(skel);
	/* The failure is not that of one hook: give the reason for each of them. */
	for (int i = 0; err && i < TRACE_HOOKS; i++)
		snprintf(out[i].why, sizeof(out[i].why), "%s", why);
}
