/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STEP_H
#define STEP_H

/**
 * struct step - what a module is at, for the message should it fail
 * @key: which member of the module's conf is to blame, by its name, which is also the option's; NULL: none
 * @item: of a member that is a list: which one, from 0; else -1
 * @doing: completes "cannot ..."
 * @why: the reason, where the errno does not tell; else empty
 */
struct step {
	const char *key;
	int item;
	char doing[160];
	char why[224];
};

/**
 * step_at() - note what is tried next
 * @s: the step
 * @key: the member of the conf that it is for, or NULL
 * @fmt: completes "cannot ..."
 */
void step_at(struct step *s, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * step_why() - note why it failed, where @err alone does not tell
 *
 * Return: @err.
 */
int step_why(struct step *s, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
