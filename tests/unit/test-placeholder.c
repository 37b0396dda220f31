// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Placeholders in the words of a command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/placeholder.h"
#include "tap-out.h"

static const struct placeholder placeholders[] = {
	{ "{tapfds}", "5:6" },
	{ "{vhostfds}", "3:4" },
	/* A replacement that looks like another placeholder. */
	{ "{again}", "{tapfds}" },
	{ "{nothing}", "" },
	{ 0 },
};

static const struct {
	const char *text, *filled;
} cases[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "{tapfds}", "5:6" },
	{ "tap,id=n0,fds={tapfds},vhostfds={vhostfds},vhost=on", "tap,id=n0,fds=5:6,vhostfds=3:4,vhost=on" },
	{ "{tapfds}{tapfds}{vhostfds}", "5:65:63:4" },
	{ "{again}", "{tapfds}" },
	{ "<{nothing}>", "<>" },
	/* JSON, which QEMU also accepts, and words that are not quite placeholders. */
	{ "{\"driver\":\"null-co\",\"a\":{}}", "{\"driver\":\"null-co\",\"a\":{}}" },
	{ "{\"fds\":\"{tapfds}\"}", "{\"fds\":\"5:6\"}" },
	{ "{tapfds", "{tapfds" },
	{ "tapfds}", "tapfds}" },
	{ "{TAPFDS}", "{TAPFDS}" },
	{ "{ tapfds}", "{ tapfds}" },
	{ "{{tapfds}}", "{5:6}" },
	{ "{tap{tapfds}fds}", "{tap5:6fds}" },
	{ "{}", "{}" },
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *filled = placeholder_fill(cases[i].text, placeholders);

		if (!ok(filled && !strcmp(filled, cases[i].filled), "'%s'", cases[i].text))
			diag("got '%s', wanted '%s'", filled ? filled : "nothing", cases[i].filled);
		free(filled);
	}
	return tap_done();
}
