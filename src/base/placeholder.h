/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLACEHOLDER_H
#define PLACEHOLDER_H

/**
 * struct placeholder - a word in braces, and what comes in its place
 * @name: the word, with its braces
 * @value: what it stands for
 */
struct placeholder {
	const char *name;
	const char *value;
};

/**
 * placeholder_fill() - replace every placeholder in a text
 * @text: the text; braces with another word in them stay, since JSON is full of braces
 * @p: the placeholders, ended by one without a name
 *
 * What has come in is not looked at again.
 *
 * Return: a new text for the caller to free, or NULL without memory.
 */
char *placeholder_fill(const char *text, const struct placeholder *p);

#endif
