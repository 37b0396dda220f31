// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes each VM of this machine exit as soon as KVM has injected an interrupt into it, until it is killed. For KVM on
 * the SVM that QEMU emulates. QEMU's VMRUN delivers an injected interrupt, and leaves its number behind as a pending
 * exception. Nearly always the VM's next exit clears that. If the emulated CPU has to stop before, for a timer or for a
 * device, it delivers the interrupt once more, whether the VM has interrupts on or not: the VM counts an interrupt that
 * nobody sent, or spins for ever on a lock that it holds itself.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/vm/exit-at-once.skel.h"

int main(void)
{
	struct exit_at_once_bpf *obj = exit_at_once_bpf__open_and_load();
	int err = obj ? exit_at_once_bpf__attach(obj) : -1;

	if (err) {
		fprintf(stderr, "exit-at-once: cannot be loaded: %s\n", strerror(errno));
		return 1;
	}
	puts("ready");
	fclose(stdout);
	pause();
	return 1;
}
