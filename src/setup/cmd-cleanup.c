// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "base/fail.h"
#include "base/format.h"
#include "base/out.h"
#include "net/tapnet.h"

struct cleanup_opts {
	bool remove;
	const char *netns;
};

static const struct cleanup_opts default_opts = { 0 };

static const struct opt options[] = {
	{ "remove", 0, OPT_FLAG, offsetof(struct cleanup_opts, remove), .help = "remove those that are not in use" },
	{ "netns", 0, OPT_STRING, offsetof(struct cleanup_opts, netns), "NAME",
	  "look in this network namespace: a name or a path" },
	{ 0 },
};

/* One tap in the output. */
struct row {
	const char *name;
	const char *state;
	bool in_use;
	bool removed;
	bool persist;
	bool multi_queue;
	uint32_t mtu;
	const char *mac;
	const char *bridge;
	const char *alias;
};

#define COL(f) offsetof(struct row, f)

static const struct out_col cols[] = {
	{ "name", "TAP", OUT_STRING, COL(name), -15 },
	{ NULL, "STATE", OUT_STRING, COL(state), -7 },
	{ "in_use", NULL, OUT_BOOL, COL(in_use) },
	{ "removed", NULL, OUT_BOOL, COL(removed) },
	{ "persist", NULL, OUT_BOOL, COL(persist) },
	{ "multi_queue", NULL, OUT_BOOL, COL(multi_queue) },
	{ "mtu", "MTU", OUT_U32, COL(mtu), 5 },
	{ "mac", "MAC", OUT_STRING, COL(mac), -17 },
	{ "bridge", "BRIDGE", OUT_STRING, COL(bridge), -15 },
	{ "alias", "ALIAS", OUT_STRING, COL(alias) },
	{ 0 },
};

static void print_tap(struct out *o, const struct link_info *link, bool in_use, bool removed)
{
	char mac[FORMAT_MAC_LEN];
	const struct row row = {
		.name = link->name,
		.state = removed ? "removed" : in_use ? "in use" : "unused",
		.in_use = in_use,
		.removed = removed,
		.persist = link->tun.persist || !strcmp(link->kind, "macvtap"),
		.multi_queue = link->tun.multi_queue,
		.mtu = link->mtu,
		.mac = mac,
		.bridge = link->master[0] ? link->master : NULL,
		.alias = link->alias,
	};

	format_mac(link->mac, mac);
	if (o->json)
		out_json(o, out_object("tap", cols, &row));
	else
		out_row(o, cols, &row);
}

/* Returns an exit status. */
static int do_tap(struct out *o, const struct cli *cli, const struct link_info *link, bool remove)
{
	bool in_use = tapnet_in_use(link);
	struct step step;
	int r = -EBUSY;

	if (remove && !in_use) {
		r = tapnet_remove(link, &step);
		in_use = r == -EBUSY;
	}
	print_tap(o, link, in_use, !r);
	if (!r || in_use || !remove)
		return STATUS_OK;
	return fail_step("cleanup", cli->places, &step, r);
}

/* Returns an exit status. */
static int do_taps(const struct cli *cli, bool remove)
{
	struct link_info *links;
	int status = STATUS_OK, err;
	struct step step;
	struct out o;
	size_t count;

	err = tapnet_list(&links, &count, &step);
	if (err)
		return fail_step("cleanup", cli->places, &step, err);
	out_init(&o, stdout, cli->json, cli->pretty, cli->color);
	if (count)
		out_header(&o, cols);
	else if (!o.json)
		fputs("No tap that vhostctl made is here.\n", o.file);
	for (size_t i = 0; i < count; i++) {
		int one = do_tap(&o, cli, &links[i], remove);

		status = status ? status : one;
	}
	free(links);
	return status ? status : fail_output("cleanup", &o, NULL, out_flush(&o));
}

static int run_cleanup(const struct cli *cli, const void *arg)
{
	const struct cleanup_opts *opts = arg;
	struct step step;
	int back, status, err;

	err = tapnet_enter_netns(opts->netns, &back, &step);
	if (err)
		return fail_step("cleanup", cli->places, &step, err);
	status = do_taps(cli, opts->remove);
	err = tapnet_leave_netns(back, &step);
	return err ? fail_step("cleanup", cli->places, &step, err) : status;
}

static const struct opt_group groups[] = { { "Options", options }, { 0 } };

const struct command cmd_cleanup = {
	.name = "cleanup",
	.summary = "list or remove taps that an earlier run left behind",
	.opts = groups,
	.opts_size = sizeof(struct cleanup_opts),
	.defaults = &default_opts,
	.run = run_cleanup,
};
