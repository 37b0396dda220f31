/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OPTIONS_FILE_H
#define OPTIONS_FILE_H

#include "options.h"

/**
 * opts_read_file() - set the options that a file gives; vhostctl.conf(5) describes it
 * @sets: as for opts_parse()
 * @places: filled in with the file and the places of its options
 * @path: the file, or "-" for standard input
 * @err: as for opts_parse()
 * @errlen: size of @err
 *
 * Return: 0; with @err filled in, -EINVAL if the file is wrong, -EIO if it cannot be read.
 */
int opts_read_file(const struct opt_set *sets, struct opt_places *places, const char *path, char *err, size_t errlen);

#endif
