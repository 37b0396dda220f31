// SPDX-License-Identifier: GPL-2.0-or-later
#include "error-text.h"

#include <errno.h>
#include <string.h>

const char *error_text(int err)
{
	switch (-err) {
	case EMFILE:
		return "Too many open files; the limit is that of ulimit -n";
	case ENFILE:
		return "Too many open files in system; the limit is that of the sysctl fs.file-max";
	default:
		return strerror(-err);
	}
}
