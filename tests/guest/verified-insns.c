// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the verifier took for each BPF program that is loaded at the moment: a line "NAME INSTRUCTIONS" each, in the
 * order in which they were loaded. The number is the kernel's own (struct bpf_prog_info, since 5.16).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

/* Return: 0 or -errno; a program that went away meanwhile is none. */
static int print_program(__u32 id)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id), err;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (!err)
		printf("%s %u\n", info.name, info.verified_insns);
	return err;
}

int main(void)
{
	__u32 id = 0;
	int err = 0;

	while (!err && !bpf_prog_get_next_id(id, &id))
		err = print_program(id);
	if (!err && errno != ENOENT)
		err = -errno;
	if (err)
		fprintf(stderr, "verified-insns: %s\n", strerror(-err));
	return err ? 2 : 0;
}
