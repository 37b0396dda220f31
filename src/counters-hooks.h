/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COUNTERS_HOOKS_H
#define COUNTERS_HOOKS_H

#include "programs.h"

/* What is counted: the bits of the hooks. */
#define COUNT_DECISIONS (1U << 0)
#define COUNT_RUNS (1U << 1)
#define COUNT_HISTS (1U << 2)

#define COUNTERS_HOOKS 11

extern const struct hook counters_hook_table[COUNTERS_HOOKS];

#endif
