// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "event/device-names.h"
#include "tap-out.h"

#define OWN 10
#define BLUE 11
#define PLAIN 12

static void is(const struct device_name *n, const char *wanted, const char *what)
{
	if (!ok(n && !strcmp(n->text, wanted), "%s", what))
		diag("got '%s', wanted '%s'", n ? n->text : "nothing", wanted);
}

static void test_texts(void)
{
	struct device_names all = { .own_netns = OWN };
	const struct device_name *blue = device_names_add(&all, "tap0", BLUE, "blue"), *own, *plain, *other;

	is(blue, "tap0", "one tap: its name alone");
	other = device_names_add(&all, "tap1", PLAIN, NULL);
	is(blue, "tap0", "another name elsewhere: its name alone");
	plain = device_names_add(&all, "tap0", PLAIN, NULL);
	is(plain, "12/tap0", "the same name elsewhere: the number of a namespace without a name");
	is(blue, "blue/tap0", "and the one before: the name of its namespace");
	own = device_names_add(&all, "tap0", OWN, "ours");
	is(own, "tap0", "our own namespace: the name alone");
	is(other, "tap1", "another name stays as it is");
	ok(device_names_add(&all, "tap0", BLUE, "blue") == blue && all.count == 4, "the same tap is found");
	device_names_free(&all);
}

static void test_reused_inode(void)
{
	struct device_names all = { .own_netns = OWN };
	const struct device_name *first = device_names_add(&all, "tap0", BLUE, NULL);
	const struct device_name *named = device_names_add(&all, "tap0", BLUE, "blue"), *reused;

	is(first, "tap0", "a namespace that gets a name is still the same one");
	is(named, "tap0", "under its name, too");
	reused = device_names_add(&all, "tap0", BLUE, "green");
	is(reused, "green/tap0", "a number that is used again, for a namespace of another name");
	is(named, "blue/tap0", "and the one before");
	device_names_free(&all);
}

static void test_bounds(void)
{
	struct device_names all = { .own_netns = OWN };
	char name[NAME_LEN];
	int added = 0;

	ok(!device_names_add(&all, "", BLUE, NULL) && !device_names_add(&all, "tap0", 0, NULL),
	   "nothing without a name or a namespace");
	for (int i = 0; i < 2 * DEVICE_NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "tap%d", (i * 7919) % (2 * DEVICE_NAMES_MAX));
		added += !!device_names_add(&all, name, BLUE, "blue");
	}
	ok(added == DEVICE_NAMES_MAX && all.count == DEVICE_NAMES_MAX, "no more than there is room for");
	for (size_t i = 1; i < all.count; i++)
		added -= strcmp(all.names[i - 1]->device, all.names[i]->device) < 0;
	ok(added == 1, "sorted");
	device_names_free(&all);
}

int main(void)
{
	test_texts();
	test_reused_inode();
	test_bounds();
	return tap_done();
}
