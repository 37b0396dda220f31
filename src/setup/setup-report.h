/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SETUP_REPORT_H
#define SETUP_REPORT_H

#include "base/out.h"
#include "base/step.h"
#include "setup-watch.h"
#include "setup.h"

/**
 * setup_report() - print what was set up, as the kernel confirms it
 * @o: the output
 * @c: what was asked for
 * @s: what is there
 * @step: where to say what could not be read back
 *
 * Return: 0 or -errno.
 */
int setup_report(struct out *o, const struct setup_conf *c, const struct setup *s, struct step *step);

/**
 * setup_report_event() - print what was seen while a setup is held
 * @o: the output
 * @e: what was seen
 */
void setup_report_event(struct out *o, const struct watch_event *e);

/**
 * setup_report_end() - print what it all came to
 * @seconds: for how long it was held
 */
int setup_report_end(struct out *o, const struct watch *w, double seconds, struct step *step);

#endif
