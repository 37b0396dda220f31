// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "base/array.h"

/* Lines are "FUNCTION [MODULE] (COUNT) FLAGS...". */
static uint32_t count_functions(FILE *f, char *name, size_t len)
{
	char line[512];
	uint32_t count = 0;

	while (fgets(line, sizeof(line), f)) {
		if (!strstr(line, " [vhost"))
			continue;
		line[strcspn(line, " ")] = 0;
		if (!count++)
			snprintf(name, len, "%s()", line);
	}
	return count;
}

/* Is it the BTF of a module of vhost? Functions of a kernel that has vhost built in are not told from others. */
static int is_vhost(__u32 btf_id)
{
	char name[32] = "";
	struct bpf_btf_info info = { .name = (uintptr_t)name, .name_len = sizeof(name) };
	__u32 size = sizeof(info);
	int fd = btf_id ? bpf_btf_get_fd_by_id(btf_id) : -1, err;

	if (fd < 0)
		return 0;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	return !err && !strncmp(name, "vhost", 5);
}

static void program_name(__u32 id, char *name, size_t len)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
		snprintf(name, len, "%.*s", (int)sizeof(info.name), info.name);
	if (fd >= 0)
		close(fd);
}

static uint32_t count_links(char *name, size_t len)
{
	uint32_t count = 0;
	__u32 id = 0;

	while (!bpf_link_get_next_id(id, &id)) {
		struct bpf_link_info info = { 0 };
		__u32 size = sizeof(info);
		int fd = bpf_link_get_fd_by_id(id);

		/* It may be gone already. */
		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &size) && info.type == BPF_LINK_TYPE_TRACING &&
		    is_vhost(info.tracing.target_obj_id) && !count++)
			program_name(info.prog_id, name, len);
		close(fd);
	}
	return count;
}

uint32_t tracers_count(char *name, size_t len)
{
	static const char *const paths[] = {
		"/sys/kernel/tracing/enabled_functions", "/sys/kernel/debug/tracing/enabled_functions",
	};

	*name = 0;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		FILE *f = fopen(paths[i], "re");
		uint32_t count;

		if (!f)
			continue;
		count = count_functions(f, name, len);
		fclose(f);
		return count;
	}
	return count_links(name, len);
}
