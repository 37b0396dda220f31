/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ERROR_TEXT_H
#define ERROR_TEXT_H

/**
 * error_text() - the text of an error, and the limit to raise if one was reached
 * @err: -errno
 *
 * Return: a text that is valid until the next call of error_text() or strerror().
 */
const char *error_text(int err);

#endif
