// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-report.h"

#include <stdio.h>
#include <string.h>

#include <json-c/json_object.h>

#include "base/clock.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/format.h"
#include "base/loop.h"
#include "base/stop.h"
#include "base/terminal.h"

/* Move the cursor home, and clear the screen below it. */
#define CLEAR "\033[H\033[J"

/**
 * struct show_virtio - one run of the command
 * @out: the output
 * @look: the program
 * @word: the user's word for the device
 * @redraw: each look overwrites the one before
 * @others: number of other devices in the last look
 */
struct show_virtio {
	struct out out;
	struct virtio_look *look;
	const char *word;
	bool redraw;
	size_t others;
};

/* Return: the number of devices shown, or -errno. */
static int show_all(struct show_virtio *sh)
{
	struct virtio_devices v;
	int count = 0, err = virtio_look(sh->look, &v);

	if (err)
		return err;
	if (sh->redraw)
		fputs(CLEAR, sh->out.file);
	for (size_t i = 0; i < v.count; i++) {
		if (!virtio_device_is(&v.all[i], sh->word))
			continue;
		if (count++ && !sh->out.json)
			fputc('\n', sh->out.file);
		if (sh->out.json)
			virtio_json(&sh->out, &v.all[i]);
		else
			virtio_text(&sh->out, &v.all[i]);
	}
	sh->others = v.count - (size_t)count;
	virtio_devices_free(&v);
	return count;
}

static void show_gone(struct show_virtio *sh)
{
	struct json_object *obj;

	if (!sh->out.json) {
		out_printf(&sh->out, "%s is gone.", sh->word);
		fputc('\n', sh->out.file);
		return;
	}
	obj = json_object_new_object();
	json_object_object_add(obj, "type", json_object_new_string("gone"));
	json_object_object_add(obj, "target", json_object_new_string(sh->word));
	out_json(&sh->out, obj);
}

/* Ends the loop when the device is gone. */
static int look_again(void *arg)
{
	struct show_virtio *sh = arg;
	int count, err;

	if (!sh->out.json && !sh->redraw)
		fputs("\n--\n", sh->out.file);
	count = show_all(sh);
	if (count < 0)
		return count;
	if (!count)
		show_gone(sh);
	err = out_flush(&sh->out);
	return err || count ? err : LOOP_END;
}

/* Look again until the device is gone or a stop request comes. Return: 0 or -errno. */
static int watch(struct show_virtio *sh, uint64_t interval)
{
	struct loop_timer look = { .due = now_ns() + interval, .interval = interval, .fn = look_again, .arg = sh };
	struct loop loop;
	int err = loop_open(&loop);

	loop_add_timer(&loop, &look);
	if (!err)
		err = loop_watch_output(&loop, fileno(sh->out.file));
	if (!err)
		err = loop_run(&loop);
	loop_close(&loop);
	return err;
}

static int show(struct show_virtio *sh, uint64_t interval)
{
	int r = show_all(sh);

	if (!r) {
		fail("show", "there is no virtio device '%s'%s; see vhostctl list --driver", sh->word,
		     sh->others ? "" : ", and no other");
		return STATUS_REFUSED;
	}
	if (r > 0)
		r = out_flush(&sh->out);
	if (!r && interval)
		r = watch(sh, interval);
	return fail_output("show", &sh->out, "looking at the devices", r);
}

int show_driver(const struct cli *cli, const char *word, uint64_t interval)
{
	struct show_virtio sh = { .word = word };
	int status, err = stop_init();

	if (err) {
		fail("show", "catching signals: %s", error_text(err));
		return STATUS_REFUSED;
	}
	out_init(&sh.out, stdout, cli->json, cli->pretty, cli->color);
	sh.redraw = interval && !sh.out.json && terminal_has_escapes(fileno(sh.out.file));
	status = virtio_report_open(&sh.look, "show");
	if (status)
		return status;
	status = show(&sh, interval);
	virtio_look_close(sh.look);
	return status;
}
