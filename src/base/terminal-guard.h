/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TERMINAL_GUARD_H
#define TERMINAL_GUARD_H

#include "step.h"

/**
 * terminal_guard() - never type into a terminal again, nor let a descendant do it
 * @step: where to say what failed
 *
 * TIOCSTI puts a byte into the input of the controlling terminal, and TIOCLINUX pastes into a virtual console. The
 * shell there executes it as its own user, who may have more privileges than the command that it has started. Linux
 * before 6.2, and later ones with the sysctl dev.tty.legacy_tiocsti, allow that to everybody. From now on a seccomp
 * filter answers both with EPERM, also after an execve() and in children. Nothing takes the filter away again.
 *
 * The kernel accepts a filter only with no_new_privs or CAP_SYS_ADMIN. Without CAP_SYS_ADMIN no_new_privs is set;
 * otherwise it stays as it is, since it would also keep the command from a profile or domain of its own (AppArmor,
 * SELinux).
 *
 * Acts on the calling thread: call it while the process has no other thread.
 *
 * Return: 0 or -errno.
 */
int terminal_guard(struct step *step);

#endif
