// SPDX-License-Identifier: GPL-2.0-or-later
#include "interval-loop.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"

/* If the duration is over as well, leave the rest to the end: this interval is the last one. */
static int on_interval(void *arg)
{
	struct interval_loop *l = arg;

	return now_ns() < l->end.due ? l->due(l->arg) : LOOP_END;
}

int interval_loop_open(struct interval_loop *l, const struct interval_loop_conf *c)
{
	const uint64_t now = now_ns();
	int err;

	*l = (struct interval_loop){
		.end = { .due = c->duration ? now + c->duration : LOOP_NEVER, .fn = loop_end },
		.interval = {
			.due = c->interval ? now + c->interval : LOOP_NEVER, .interval = c->interval,
			.fn = on_interval, .arg = l,
		},
		.asked = { .number = SIGUSR1, .fn = c->asked, .arg = c->arg },
		.due = c->due,
		.arg = c->arg,
	};
	err = loop_open(&l->loop);
	if (!err)
		err = loop_watch_output(&l->loop, STDOUT_FILENO);
	if (!err)
		err = loop_add_signal(&l->loop, &l->asked);
	if (err)
		return err;
	loop_add_timer(&l->loop, &l->end);
	loop_add_timer(&l->loop, &l->interval);
	return 0;
}
