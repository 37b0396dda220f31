// SPDX-License-Identifier: GPL-2.0-or-later
#include "task-iterator.h"

#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

int task_iterator_begin(const struct bpf_program *prog, pid_t tid)
{
	union bpf_iter_link_info info = { .task.tid = (__u32)tid };
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));
	struct bpf_link *link = bpf_program__attach_iter(prog, &opts);
	int fd;

	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	bpf_link__destroy(link);
	return fd;
}

int task_iterator_run(const struct bpf_program *prog, pid_t tid)
{
	int fd = task_iterator_begin(prog, tid), err = fd < 0 ? fd : 0;
	char nothing;

	while (!err && read(fd, &nothing, 1) < 0)
		err = errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (fd >= 0)
		close(fd);
	return err;
}
