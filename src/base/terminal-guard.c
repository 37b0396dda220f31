// SPDX-License-Identifier: GPL-2.0-or-later
#include "terminal-guard.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <cap-ng.h>
#include <seccomp.h>

#include "array.h"

/*
 * Architectures whose programs run on the same kernel. A call by one that the filter does not know ends the program,
 * which is libseccomp's default.
 */
static const uint32_t families[][3] = {
	{ SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32 },
	{ SCMP_ARCH_AARCH64, SCMP_ARCH_ARM },
	{ SCMP_ARCH_PPC64, SCMP_ARCH_PPC },
	{ SCMP_ARCH_S390X, SCMP_ARCH_S390 },
};

static const unsigned int refused[] = { TIOCSTI, TIOCLINUX };

static bool contains(const uint32_t family[3], uint32_t arch)
{
	return family[0] == arch || family[1] == arch || family[2] == arch;
}

/* libseccomp has the native architecture in the filter already. */
static int add_family(scmp_filter_ctx filter)
{
	const uint32_t native = seccomp_arch_native();
	int r = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(families); i++) {
		if (!contains(families[i], native))
			continue;
		for (unsigned int k = 0; !r && k < ARRAY_SIZE(families[i]); k++)
			if (families[i][k] && families[i][k] != native)
				r = seccomp_arch_add(filter, families[i][k]);
	}
	return r;
}

/* The kernel takes the lower 32 bits of the request, the filter sees 64. */
static int add_rules(scmp_filter_ctx filter)
{
	int r = 0;

	for (unsigned int i = 0; !r && i < ARRAY_SIZE(refused); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
				     SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, refused[i]));
	return r;
}

static bool have_sys_admin(void)
{
	return !capng_get_caps_process() && capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN);
}

static int load(scmp_filter_ctx filter, struct step *step)
{
	int r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, !have_sys_admin());

	/* Let seccomp_load() return what the kernel says. */
	if (!r)
		r = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
	if (!r)
		r = seccomp_load(filter);
	return r == -EINVAL || r == -ENOSYS ? step_why(step, r, "the kernel refuses seccomp filters") : r;
}

int terminal_guard(struct step *step)
{
	scmp_filter_ctx filter;
	int r;

	step_at(step, NULL, "keep the command from typing into the terminal");
	filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter)
		return -ENOMEM;
	r = add_family(filter);
	if (!r)
		r = add_rules(filter);
	if (!r)
		r = load(filter, step);
	seccomp_release(filter);
	return r;
}
