// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks the conditions for loading a program, in the order in which they would fail. */
#include "probe-check.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/capability.h>

#include <bpf/bpf.h>

#include "base/array.h"

static bool exists(const char *path)
{
	return !access(path, F_OK);
}

/* CAP_SYS_ADMIN includes CAP_BPF and CAP_PERFMON, and the BTF of modules cannot be read without it. */
static bool has_sys_admin(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN);
}

/* Try a command of bpf(2) that needs nothing but the permission. */
static int check_bpf(char *why, size_t len)
{
	__u32 id;
	int err = bpf_prog_get_next_id(0, &id);

	if (err == -ENOSYS) {
		snprintf(why, len, "this kernel has no bpf(2); it needs one with CONFIG_BPF_SYSCALL");
		return err;
	}
	if (err != -EPERM && err != -EACCES)
		return 0;
	if (!has_sys_admin())
		snprintf(why, len, "CAP_SYS_ADMIN is missing (CAP_BPF and CAP_PERFMON do not suffice for the BTF of "
			 "modules); run it as root");
	else
		snprintf(why, len, "bpf(2) is refused in spite of CAP_SYS_ADMIN; run it outside of containers, user "
			 "namespaces and seccomp filters");
	return -EPERM;
}

/* Does the kernel accept a program that does nothing, or, with @reads, only reads the kernel's memory? */
static bool accepted(bool reads)
{
	const struct bpf_insn insns[] = {
		/* Read eight bytes from an invalid address to the stack. */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = reads ? BPF_FUNC_probe_read_kernel : BPF_FUNC_ktime_get_ns },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "trial", "GPL", insns, ARRAY_SIZE(insns), NULL);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/*
 * /sys/kernel/security/lockdown may not be mounted, so test it by loading: under lockdown "confidentiality" the kernel
 * refuses programs that read its memory, and only these.
 */
static bool locked_down(void)
{
	return !accepted(true) && accepted(false);
}

/* Only a loaded module has an initstate. A built-in vhost has its types in the kernel's own BTF. */
static int check_module(char *why, size_t len)
{
	if (exists("/sys/kernel/btf/vhost"))
		return 0;
	if (!exists("/sys/module/vhost")) {
		snprintf(why, len, "the module vhost is not loaded; load it with: modprobe vhost_net");
		return -ENOENT;
	}
	if (exists("/sys/module/vhost/initstate")) {
		snprintf(why, len, "the module vhost has no BTF (/sys/kernel/btf/vhost); it needs to be built with "
			 "CONFIG_DEBUG_INFO_BTF_MODULES, for this very kernel");
		return -ENOENT;
	}
	return 0;
}

int probe_check(bool vhost, char *why, size_t len)
{
	int err = check_bpf(why, len);

	if (err)
		return err;
	if (!exists("/sys/kernel/btf/vmlinux")) {
		snprintf(why, len, "this kernel has no BTF (/sys/kernel/btf/vmlinux); it needs one with "
			 "CONFIG_DEBUG_INFO_BTF, and /sys mounted");
		return -ENOENT;
	}
	if (locked_down()) {
		snprintf(why, len, "the kernel is locked down (lockdown: confidentiality), which forbids to read its "
			 "memory; boot without it");
		return -EPERM;
	}
	return vhost ? check_module(why, len) : 0;
}
