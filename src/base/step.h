/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STEP_H
#define STEP_H

/**
 * struct step - the step that a module is at, for the error message
 * @key: the member of the module's conf that is to blame; its name is also the option's; NULL: none
 * @item: if that member is a list, the entry to blame, from 0; else -1
 * @doing: completes "cannot ..."
 * @why: the reason, if errno does not tell it; else empty
 */
struct step {
	const char *key;
	int item;
	char doing[160];
	char why[224];
};

/**
 * step_at() - note what the module does next
 * @s: the step
 * @key: the member of the conf that is to blame if it fails, or NULL
 * @fmt: completes "cannot ..."
 */
void step_at(struct step *s, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * step_why() - note why the step failed, if @err alone does not tell
 * @s: the step
 * @err: -errno
 * @fmt: the reason
 *
 * Return: @err.
 */
int step_why(struct step *s, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * step_no_process() - name the limits, if one of them was why fork() or pthread_create() failed
 * @s: the step
 * @err: -errno
 *
 * Return: @err.
 */
int step_no_process(struct step *s, int err);

#endif
