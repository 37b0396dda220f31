// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program that an owner of a device becomes. It puts its own mark where the owner's ring was (inspect-check.h),
 * says so, and ends when it is told to. Linked statically, so that a thousand of them start soon.
 */
#include "inspect-check.h"

int main(void)
{
	if (!inspect_fill(OTHER) || write(TALK_FD, "!", 1) != 1)
		return 1;
	inspect_hear(TALK_FD);
	return 0;
}
