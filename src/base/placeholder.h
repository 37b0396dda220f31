/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLACEHOLDER_H
#define PLACEHOLDER_H

/**
 * struct placeholder - a word in braces, and its replacement
 * @name: the word, with its braces
 * @value: the replacement
 */
struct placeholder {
	const char *name;
	const char *value;
};

/**
 * placeholder_fill() - replace every placeholder in a text
 * @text: the text; other words in braces stay as they are, since JSON is full of braces
 * @p: the placeholders, ended by one without a name
 *
 * Placeholders in a replacement are not replaced.
 *
 * Return: a new text for the caller to free, or NULL without memory.
 */
char *placeholder_fill(const char *text, const struct placeholder *p);

#endif
