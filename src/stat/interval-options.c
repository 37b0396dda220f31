// SPDX-License-Identifier: GPL-2.0-or-later
#include "interval-options.h"

#include "base/clock.h"
#include "base/command.h"
#include "base/fail.h"
#include "base/parse.h"

int parse_interval(const char *command, char **operands, uint64_t *interval, uint64_t *count)
{
	if (!operands[0])
		return STATUS_OK;
	if (parse_seconds(operands[0], interval) || *interval < NSEC_PER_MSEC) {
		fail(command, "'%s' is no interval; it takes seconds, 0.001 at least; devices are chosen by --dev",
		     operands[0]);
		return STATUS_USAGE;
	}
	if (!operands[1])
		return STATUS_OK;
	if (parse_uint(operands[1], count) || !*count) {
		fail(command, "'%s' is no number of intervals", operands[1]);
		return STATUS_USAGE;
	}
	if (!operands[2])
		return STATUS_OK;
	fail(command, "'%s' is not expected here; see --help", operands[2]);
	return STATUS_USAGE;
}
