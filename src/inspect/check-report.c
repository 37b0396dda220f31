// SPDX-License-Identifier: GPL-2.0-or-later
#include "check-report.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/format.h"

#define COL(f) offsetof(struct check_summary, f)

static const struct out_col members[] = {
	{ "queues", NULL, OUT_U32, COL(queues) },
	{ "devices", NULL, OUT_U32, COL(devices) },
	{ "stuck", NULL, OUT_U32, COL(stuck) },
	{ "suspect", NULL, OUT_U32, COL(suspect) },
	{ "unknown", NULL, OUT_U32, COL(unknown) },
	{ "notes", NULL, OUT_U32, COL(notes) },
	{ 0 },
};

void check_count(struct check_summary *s, enum diagnosis_level level)
{
	s->stuck += level == LEVEL_STUCK;
	s->suspect += level == LEVEL_SUSPECT;
	s->notes += level == LEVEL_NOTE;
}

int check_look_after(uint64_t wait_ns, loop_fn *look, void *arg)
{
	struct loop_timer timer = { .due = now_ns() + wait_ns, .fn = look, .arg = arg };
	struct loop loop;
	int err = loop_open(&loop);

	loop_add_timer(&loop, &timer);
	if (!err)
		err = loop_run(&loop);
	loop_close(&loop);
	return err;
}

static void print_summary(struct out *o, const struct check_summary *s)
{
	char notes[24] = "";

	if (o->json) {
		out_json(o, out_object("summary", members, s));
		return;
	}
	if (s->stuck + s->suspect + s->notes)
		fputc('\n', o->file);
	if (s->notes)
		snprintf(notes, sizeof(notes), ", %u note%s", s->notes, plural(s->notes));
	fprintf(o->file, "%u queue%s of %u device%s: %u stuck, %u suspect, %u could not be examined%s\n",
		s->queues, plural(s->queues), s->devices, plural(s->devices), s->stuck, s->suspect, s->unknown, notes);
}

int check_conclude(struct out *o, const struct check_summary *s, const struct column_options *opts, int err)
{
	int status;

	if (err) {
		fail("check", "%s", error_text(err));
		return STATUS_REFUSED;
	}
	if (!opts->no_header)
		print_summary(o, s);
	status = fail_output("check", o, NULL, out_flush(o));
	if (status)
		return status;
	return s->stuck + s->suspect ? STATUS_FOUND : STATUS_OK;
}
