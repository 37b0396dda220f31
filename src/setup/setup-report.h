/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETUP_REPORT_H
#define SETUP_REPORT_H

#include "base/out.h"
#include "base/step.h"
#include "setup-watch.h"
#include "setup.h"

/**
 * setup_report() - print a setup, with the values that the kernel reports back
 * @o: the output
 * @c: its conf
 * @s: the setup
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int setup_report(struct out *o, const struct setup_conf *c, const struct setup *s, struct step *step);

/**
 * setup_report_event() - print an event of a setup that is held
 * @o: the output
 * @e: the event
 */
void setup_report_event(struct out *o, const struct watch_event *e);

/**
 * setup_report_end() - print the counts and the rings' indexes at the end
 * @o: the output
 * @w: the setup and its counts
 * @seconds: for how long it was held
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int setup_report_end(struct out *o, const struct watch *w, double seconds, struct step *step);

#endif
