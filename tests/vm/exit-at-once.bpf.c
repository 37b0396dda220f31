// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes a VM exit as soon as KVM has injected an interrupt: see exit-at-once.c.
 */

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* Of the kernel's types what is read here. */
struct kvm_queued_interrupt {
	_Bool injected;
} __attribute__((preserve_access_index));

struct kvm_vcpu_arch {
	struct kvm_queued_interrupt interrupt;
} __attribute__((preserve_access_index));

struct kvm_vcpu {
	struct kvm_vcpu_arch arch;
} __attribute__((preserve_access_index));

/*
 * Interrupts of the CPU are off here, between the decision to inject and the VMRUN. A signal from such a context waits
 * for an interrupt that the CPU sends to itself, and that interrupt is what ends the VM's turn. Signal 0 is none.
 */
SEC("raw_tp/kvm_entry")
int exit_at_once(struct bpf_raw_tracepoint_args *ctx)
{
	struct kvm_vcpu *vcpu = (void *)ctx->args[0];

	if (BPF_CORE_READ(vcpu, arch.interrupt.injected))
		bpf_send_signal(0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
