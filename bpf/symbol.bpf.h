/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOL_BPF_H
#define SYMBOL_BPF_H

#include <stdbool.h>

/* Room for the name of a kernel function that is compared, and for the character behind it. */
#define SYMBOL_LEN 32

/* %ps adds " [MODULE]" to the name of a function, and some compilers ".SUFFIX". @len: of @name, with its 0 */
static __always_inline bool is_symbol(const char *text, const char *name, int len)
{
	/* Unrolled, @name becomes a part of the instructions. bpftool 7.1 cannot link a section of strings. */
#pragma clang loop unroll(full)
	for (int i = 0; i < len - 1; i++)
		if (text[i] != name[i])
			return false;
	return !text[len - 1] || text[len - 1] == ' ' || text[len - 1] == '.';
}

#endif
