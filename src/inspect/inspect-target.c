// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect.h"

static int parse_number(const char *word, int *value, char **end)
{
	long n;

	if (word[0] < '0' || word[0] > '9')
		return -EINVAL;
	errno = 0;
	n = strtol(word, end, 10);
	if (errno || n > INT_MAX)
		return -EINVAL;
	*value = n;
	return 0;
}

static int parse_pid(struct inspect_target *t, const char *word)
{
	char *end;
	int pid;

	if (parse_number(word, &pid, &end) || !pid)
		return -EINVAL;
	t->pid = pid;
	if (!*end)
		return 0;
	return *end == ':' && !parse_number(end + 1, &t->fd, &end) && !*end ? 0 : -EINVAL;
}

int inspect_target_parse(struct inspect_target *t, const char *word)
{
	*t = (struct inspect_target){ .fd = -1 };
	/* A name cannot have a colon, and who calls a tap by a number has to say it by its owner. */
	if (strchr(word, ':') || strspn(word, "0123456789") == strlen(word))
		return parse_pid(t, word);
	if (strlen(word) >= sizeof(t->device) || strchr(word, '/'))
		return -EINVAL;
	strcpy(t->device, word);
	return 0;
}

static bool held_by(const struct inspect_target *t, const struct inspect_device *d)
{
	for (size_t i = 0; i < d->holder_count; i++)
		if (d->holders[i].process.pid == t->pid && (t->fd < 0 || d->holders[i].fd == t->fd))
			return true;
	return false;
}

/* What is no tap has no name: not that of its kind either, which a tap may be called, too. */
static bool has_tap(const struct inspect_device *d, const char *name)
{
	const struct inspect_queue *tap = inspect_tap(d);

	return tap && !strcmp(tap->device, name);
}

bool inspect_target_matches(const struct inspect_target *t, const struct inspect_device *d)
{
	if (t->pid && !held_by(t, d) && !(t->fd < 0 && d->owner.pid == t->pid))
		return false;
	return !t->device[0] || has_tap(d, t->device);
}
