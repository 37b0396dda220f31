/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HARMLESS_H
#define HARMLESS_H

#include <stdio.h>

/**
 * DOC: text that others chose, made harmless
 *
 * Processes, taps, network namespaces and files are named by whoever makes them, and most bytes are allowed. On a
 * terminal a control character (C0, DEL, C1) of such a name moves the cursor, changes colours or types an answer, and
 * a character that sets the direction of writing (bidi) makes the rest of the line read as something else.
 *
 * All output passes one of these functions: cells and words harmless_byte(), JSON harmless_json(), errors
 * harmless_line().
 */

/**
 * harmless_byte() - a byte for a place where every byte is to take one column
 * @c: the byte
 *
 * Return: @c if it is printable ASCII, else '?'.
 */
static inline char harmless_byte(char c)
{
	return c >= ' ' && c <= '~' ? c : '?';
}

/**
 * harmless_line() - make a line of text harmless that may have foreign words in it
 * @text: changed in place; other characters stay, so that a name in any script can be read. Each harmful one, a line
 *        break among them, and each byte that is not UTF-8 becomes '?'
 */
void harmless_line(char *text);

/**
 * harmless_json() - print JSON so that its strings are harmless
 * @json: JSON as json-c prints it: it escapes C0 controls, and copies all other bytes of a string
 * @file: the stream
 *
 * A harmful character is written as \uXXXX, which means the same, and a byte that is not UTF-8 as U+FFFD, the
 * replacement character, since JSON has to be UTF-8.
 */
void harmless_json(const char *json, FILE *file);

#endif
