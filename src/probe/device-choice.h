/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_CHOICE_H
#define DEVICE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/device-pattern.h"

/**
 * DOC: the choice of devices on the command line: [NETNS/]PATTERN[,...]
 *
 * PATTERN is the name of a tap, with the wildcards of fnmatch(3): "*", "?", "[a-z]", "[!a-z]". A backslash takes the
 * next character literally, also a comma, which otherwise separates patterns except within brackets. NETNS is a name of
 * /run/netns, or else the inode number of a network namespace.
 */

/**
 * device_choice_add() - add the patterns of a word
 * @c: the choice; to begin with, all 0
 * @word: the word
 *
 * Namespaces are looked up at once, so a name of /run/netns has to exist.
 *
 * Return: NULL, or what is wrong, to be put behind the word: "has more than 16 patterns".
 */
const char *device_choice_add(struct device_choice *c, const char *word);

/**
 * device_choice_matches() - is a device chosen?
 * @c: the choice
 * @netns: inode number of the tap's network namespace; 0: not known
 * @name: the tap's name, ended by 0; NULL: it has no tap, and only the choice of all devices has it
 */
bool device_choice_matches(const struct device_choice *c, uint32_t netns, const char *name);

#endif
