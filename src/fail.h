/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAIL_H
#define FAIL_H

/**
 * fail() - print the one line that an error is
 * @command: the command's name
 * @fmt: what, which argument or step, what to do
 *
 * For commands and main only; modules return -errno.
 */
void fail(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * fail_vhost_open() - print why /dev/vhost-net could not be opened and what to do
 * @command: the command's name
 * @err: what vhost_open() returned
 *
 * Return: STATUS_REFUSED.
 */
int fail_vhost_open(const char *command, int err);

#endif
