// SPDX-License-Identifier: GPL-2.0-or-later
#include "show-watch.h"

#include <stdio.h>

#include <json-c/json_object.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/terminal.h"

static void print_gone(struct out *o, const char *word)
{
	struct json_object *obj;

	if (!o->json) {
		out_printf(o, "%s is gone.", word);
		fputc('\n', o->file);
		return;
	}
	obj = json_object_new_object();
	json_object_object_add(obj, "type", json_object_new_string("gone"));
	json_object_object_add(obj, "target", json_object_new_string(word));
	out_json(o, obj);
}

/* Ends the loop when the device is gone. */
static int look_again(void *arg)
{
	const struct show_watch *w = arg;
	int count, err;

	if (!w->out->json && !w->redraw)
		fputs("\n--\n", w->out->file);
	count = w->show(w->arg);
	if (count < 0)
		return count;
	if (!count)
		print_gone(w->out, w->word);
	err = out_flush(w->out);
	return err || count ? err : LOOP_END;
}

bool show_redraws(const struct out *o, uint64_t interval)
{
	return interval && !o->json && terminal_has_escapes(fileno(o->file));
}

int show_watch(struct show_watch *w, uint64_t interval)
{
	struct loop_timer look = { .due = now_ns() + interval, .interval = interval, .fn = look_again, .arg = w };
	struct loop loop;
	int err = loop_open(&loop);

	loop_add_timer(&loop, &look);
	if (!err)
		err = loop_watch_output(&loop, fileno(w->out->file));
	if (!err)
		err = loop_run(&loop);
	loop_close(&loop);
	return err;
}
