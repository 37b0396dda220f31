/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FORMAT_H
#define FORMAT_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: values as text, the opposite of parse.h
 */

/* Room for "00:00:00:00:00:00". */
#define FORMAT_MAC_LEN 18

/* Room for a number of bytes with its unit. */
#define FORMAT_SIZE_LEN 32

/* Room for a time with its unit; 64 bits of nanoseconds as seconds are the longest. */
#define FORMAT_DURATION_LEN 16

/**
 * format_cut() - make a name fit: "cni-0123+" for one that is too long, "+456/tap0" if it has a slash
 * @name: the name; what is behind a slash tells more than what is before it
 * @width: the most characters
 * @buf: filled in, of @width + 1 bytes at least
 *
 * Return: @buf.
 */
const char *format_cut(const char *name, size_t width, char *buf);

/**
 * plural() - the ending of a noun: no plural "s" for 1
 * @n: how many
 *
 * Return: "" or "s".
 */
static inline const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/**
 * ratio() - a quotient, or a substitute for it
 * @a: dividend
 * @b: divisor
 * @none: the substitute, unless @b is positive
 */
static inline double ratio(double a, double b, double none)
{
	return b > 0 ? a / b : none;
}

/* Room for a word of @n bytes with its quotes. */
#define FORMAT_SHELL_WORD_LEN(n) (4 * (n) + 8)

/**
 * format_shell_word() - a word as a shell takes it: quoted if it has anything but letters, digits and the like
 * @word: the word; names of interfaces may have any bytes but blanks and slashes
 * @buf: filled in
 * @len: size of @buf, FORMAT_SHELL_WORD_LEN() of the word's length; a longer word is cut
 *
 * Return: @buf.
 */
const char *format_shell_word(const char *word, char *buf, size_t len);

/**
 * format_mac() - an Ethernet address, as parse_mac() reads it
 * @mac: its bytes
 * @buf: where to write
 *
 * Return: @buf.
 */
const char *format_mac(const uint8_t mac[6], char buf[FORMAT_MAC_LEN]);

/**
 * format_size() - bytes in the largest unit, up to GiB, that leaves a whole number: "4 KiB", "4097 bytes"
 * @size: how many bytes
 * @buf: where to write
 *
 * Return: @buf.
 */
const char *format_size(uint64_t size, char buf[FORMAT_SIZE_LEN]);

/**
 * format_short() - a number with three digits, or all before the point: "0.12", "1.23", "12.3", "1234"
 * @value: the number; a negative one means none and gives "-"
 * @buf: where to write
 * @len: size of @buf
 *
 * Return: @buf.
 */
const char *format_short(double value, char *buf, size_t len);

/**
 * format_duration() - a time in the largest unit, up to seconds, that leaves a number of three digits: "512ns",
 * "8.19us", "16.4ms", "1.07s", "3600s"
 * @ns: nanoseconds, rounded to whole ones below 1 us; a negative number means none and gives "-"
 * @buf: where to write
 *
 * Return: @buf.
 */
const char *format_duration(double ns, char buf[FORMAT_DURATION_LEN]);

#endif
