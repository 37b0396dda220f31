// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Open a file of /proc. Return: NULL, with errno, if it is not there or its path is too long. */
static FILE *__attribute__((format(printf, 1, 2))) open_file(const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return fopen(path, "re");
}

void scan_comm(const char *dir, pid_t tid, char comm[SCAN_COMM_LEN])
{
	FILE *f = open_file("%s/%d/comm", dir, tid);
	size_t len = 0;

	if (f) {
		len = fread(comm, 1, SCAN_COMM_LEN, f);
		fclose(f);
	}
	/* A name may contain line ends; only the last one belongs to the file. */
	if (len)
		len--;
	comm[len] = 0;
}

static bool has_comm(const char *dir, const char *tid, const char *comm)
{
	char buf[SCAN_COMM_LEN];

	scan_comm(dir, atoi(tid), buf);
	return !strcmp(buf, comm);
}

static int cpu_ns(const char *dir, const char *tid, uint64_t *ns)
{
	FILE *f = open_file("%s/%s/schedstat", dir, tid);
	int n;

	if (!f)
		return -errno;
	n = fscanf(f, "%" SCNu64, ns);
	fclose(f);
	return n == 1 ? 0 : -EPROTO;
}

int scan_thread_usage(const char *proc, pid_t tid, uint64_t *ns, uint64_t *sleeps)
{
	static const char key[] = "voluntary_ctxt_switches:";
	FILE *f = open_file("%s/%d/status", proc, tid);
	char line[256];
	int err = -EPROTO;

	if (!f)
		return -errno;
	while (err && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, sizeof(key) - 1))
			err = sscanf(line + sizeof(key) - 1, "%" SCNu64, sleeps) == 1 ? 0 : -EPROTO;
	fclose(f);
	snprintf(line, sizeof(line), "%d", tid);
	return err ? err : cpu_ns(proc, line, ns);
}

int scan_thread_cpu(const char *proc, pid_t tid)
{
	FILE *f = open_file("%s/%d/stat", proc, tid);
	char line[1024], *at;
	int cpu = -1;

	if (!f)
		return -errno;
	line[fread(line, 1, sizeof(line) - 1, f)] = 0;
	fclose(f);
	/* It is field 39; the second is the name, which may have any byte. */
	at = strrchr(line, ')');
	for (int field = 2; at && field < 39; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, "%d", &cpu) == 1 && cpu >= 0 ? cpu : -EPROTO;
}

/* PF_KTHREAD: /proc/TID/stat shows it, but no header for user space has it. */
#define KERNEL_THREAD 0x00200000

/* Any thread may have the name of a worker: check that it is a kernel thread. */
static bool is_kernel_thread(const char *proc, pid_t tid)
{
	FILE *f = open_file("%s/%d/stat", proc, tid);
	unsigned int flags = 0;
	const char *end;
	char line[512];

	if (!f)
		return false;
	line[fread(line, 1, sizeof(line) - 1, f)] = 0;
	fclose(f);
	end = strrchr(line, ')');
	return end && sscanf(end, ") %*c %*d %*d %*d %*d %*d %u", &flags) == 1 && flags & KERNEL_THREAD;
}

/*
 * Add up the CPU time of all threads in @dir whose name is @comm; @kernel: of kernel threads only. A thread that has
 * ended meanwhile does not count: its time is gone.
 */
static int sum_comm(const char *dir, const char *comm, bool kernel, uint64_t *sum)
{
	struct dirent *e;
	int r = -ENOENT;
	DIR *d = opendir(dir);

	if (!d)
		return -errno;
	*sum = 0;
	while ((e = readdir(d))) {
		uint64_t ns;

		if (!isdigit((unsigned char)e->d_name[0]) || !has_comm(dir, e->d_name, comm) ||
		    (kernel && !is_kernel_thread(dir, atoi(e->d_name))) || cpu_ns(dir, e->d_name, &ns))
			continue;
		*sum += ns;
		r = 0;
	}
	closedir(d);
	return r;
}

int scan_workers_cpu_ns(const char *proc, pid_t owner, uint64_t *ns)
{
	char dir[PATH_MAX], comm[16];
	int r;

	snprintf(comm, sizeof(comm), "vhost-%d", owner);
	snprintf(dir, sizeof(dir), "%s/%d/task", proc, owner);
	r = sum_comm(dir, comm, false, ns);
	return r == -ENOENT ? sum_comm(proc, comm, true, ns) : r;
}

static int append(struct scan_worker **workers, size_t *count, struct scan_worker one)
{
	struct scan_worker *more = realloc(*workers, (*count + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	*workers = more;
	more[(*count)++] = one;
	return 0;
}

/* The thread number in the name of a worker; 0 if it is no such name. */
static pid_t named_after(const char *comm)
{
	int owner, end = 0;

	return sscanf(comm, "vhost-%d%n", &owner, &end) == 1 && !comm[end] && owner > 0 ? owner : 0;
}

static int find_kernel_workers(const char *proc, struct scan_worker **workers, size_t *count)
{
	char comm[SCAN_COMM_LEN];
	struct dirent *e;
	int err = 0;
	DIR *d = opendir(proc);

	if (!d)
		return -errno;
	while (!err && (e = readdir(d))) {
		struct scan_worker one = { .tid = atoi(e->d_name) };

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		scan_comm(proc, one.tid, comm);
		one.owner = named_after(comm);
		if (one.owner && is_kernel_thread(proc, one.tid))
			err = append(workers, count, one);
	}
	closedir(d);
	return err;
}

static int find_threads(const char *proc, pid_t pid, struct scan_worker **workers, size_t *count)
{
	char dir[PATH_MAX], comm[SCAN_COMM_LEN];
	size_t kernel = *count;
	struct dirent *e;
	int err = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/%d/task", proc, pid);
	d = opendir(dir);
	while (d && !err && (e = readdir(d))) {
		struct scan_worker one = { .tid = atoi(e->d_name), .pid = pid };

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		for (size_t i = 0; i < kernel; i++)
			if ((*workers)[i].owner == one.tid)
				(*workers)[i].pid = pid;
		scan_comm(dir, one.tid, comm);
		one.owner = named_after(comm);
		if (one.owner && one.tid != pid)
			err = append(workers, count, one);
	}
	if (d)
		closedir(d);
	return err;
}

/* Keep only workers that exist and belong to a process with devices. */
static size_t keep_owned(const char *proc, struct scan_worker *workers, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		char tid[16];

		snprintf(tid, sizeof(tid), "%d", workers[i].tid);
		if (workers[i].pid && !cpu_ns(proc, tid, &workers[i].ns))
			workers[kept++] = workers[i];
	}
	return kept;
}

int scan_workers(const char *proc, const struct scan_devices *all, struct scan_worker **workers, size_t *count)
{
	int err;

	*workers = NULL;
	*count = 0;
	err = find_kernel_workers(proc, workers, count);
	for (size_t i = 0; !err && i < all->count; i++)
		if (!i || all->devices[i].pid != all->devices[i - 1].pid)
			err = find_threads(proc, all->devices[i].pid, workers, count);
	if (err) {
		free(*workers);
		*workers = NULL;
		*count = 0;
		return err;
	}
	*count = keep_owned(proc, *workers, *count);
	return 0;
}
