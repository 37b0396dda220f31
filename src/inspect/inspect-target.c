// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/parse.h"
#include "inspect.h"

/* PID, PID:FD or TID:FD */
static int parse_pid(struct inspect_target *t, const char *word)
{
	const size_t digits = strcspn(word, ":");
	uint64_t pid, fd;

	if (parse_decimal(word, digits, INT_MAX, &pid) || !pid)
		return -EINVAL;
	t->pid = (uint32_t)pid;
	if (!word[digits])
		return 0;
	word += digits + 1;
	if (parse_decimal(word, strlen(word), INT_MAX, &fd))
		return -EINVAL;
	t->fd = (int)fd;
	return 0;
}

const char *inspect_target_parse(struct inspect_target *t, const char *word)
{
	const size_t digits = strspn(word, "0123456789");

	*t = (struct inspect_target){ .fd = -1 };
	/*
	 * A tap's name has no colon, and names of other devices begin with a letter. A tap with a name of digits only
	 * can be chosen by its owner's pid.
	 */
	if (!strchr(word, '/') && (!word[digits] || (digits && strchr(word, ':'))))
		return parse_pid(t, word) ? "is neither a tap's name, nor PID, PID:FD or TID:FD" : NULL;
	return device_choice_add(&t->taps, word);
}

const char *inspect_target_operand(void *field, const char *word)
{
	(void)field;
	(void)word;
	return "is written without the option here, as DEV; see --help";
}

static bool has_descriptor(const struct inspect_holder *h, int fd)
{
	if (h->fd == fd)
		return true;
	for (size_t i = 0; i < h->more_count; i++)
		if (h->more[i] == fd)
			return true;
	return false;
}

static bool held_by(const struct inspect_target *t, const struct inspect_device *d)
{
	for (size_t i = 0; i < d->holder_count; i++) {
		const struct inspect_holder *h = &d->holders[i];

		if (t->fd < 0 ? h->process.pid == t->pid || h->tid == t->pid : h->tid == t->pid &&
		    has_descriptor(h, t->fd))
			return true;
	}
	return false;
}

/* The kind of a device does not count as a name: a tap may have that name. */
static bool is_chosen(const struct inspect_netdev *tap, const void *choice)
{
	return device_choice_matches(choice, tap->netns, tap->name);
}

bool inspect_target_matches(const struct inspect_target *t, const struct inspect_device *d)
{
	if (t->pid && !held_by(t, d) && !(t->fd < 0 && d->owner.pid == t->pid))
		return false;
	if (*d->name)
		return device_choice_matches(&t->taps, 0, d->name);
	return !t->taps.count || inspect_may_be(d, is_chosen, &t->taps);
}
