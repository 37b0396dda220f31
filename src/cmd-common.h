/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_COMMON_H
#define CMD_COMMON_H

/**
 * fail_vhost_open() - print why /dev/vhost-net could not be opened and what to do
 * @command: the command's name
 * @err: what vhost_open() returned
 *
 * Return: STATUS_REFUSED.
 */
int fail_vhost_open(const char *command, int err);

#endif
