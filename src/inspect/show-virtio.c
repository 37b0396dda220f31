// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-report.h"

#include <stdio.h>

#include "base/error-text.h"
#include "base/fail.h"
#include "base/stop.h"
#include "show-watch.h"

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
static int show_all(void *arg)
{
	struct show_virtio *sh = arg;
	struct virtio_devices v;
	int count = 0, err = virtio_look(sh->look, &v);

	if (err)
		return err;
	if (sh->redraw)
		fputs(SHOW_CLEAR, sh->out.file);
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

static int show(struct show_virtio *sh, uint64_t interval)
{
	struct show_watch w = {
		.out = &sh->out, .word = sh->word, .redraw = sh->redraw, .show = show_all, .arg = sh,
	};
	int r = show_all(sh);

	if (!r) {
		fail("show", "there is no virtio device '%s'%s; see vhostctl list --driver", sh->word,
		     sh->others ? "" : ", and no other");
		return STATUS_REFUSED;
	}
	if (r > 0)
		r = out_flush(&sh->out);
	if (!r && interval)
		r = show_watch(&w, interval);
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
	sh.redraw = show_redraws(&sh.out, interval);
	status = virtio_report_open(&sh.look, "show");
	if (status)
		return status;
	status = show(&sh, interval);
	virtio_look_close(sh.look);
	return status;
}
