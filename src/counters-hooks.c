// SPDX-License-Identifier: GPL-2.0-or-later
#include "counters-hooks.h"

/* As for tracing, see probe-hooks.c; but the decisions have no program at the entry. */
const struct hook counters_hook_table[COUNTERS_HOOKS] = {
	{ "eventfd", { "eventfd_signal", "eventfd_signal_mask" }, { "eventfd_signalled" }, COUNT_DECISIONS },
	{ "used_one", { "vhost_add_used_and_signal" }, { NULL, "add_one_return" }, COUNT_DECISIONS },
	{ "used_many", { "vhost_add_used_and_signal_n" }, { NULL, "add_many_return" }, COUNT_DECISIONS },
	{ "signal", { "vhost_signal" }, { NULL, "no_add_return" }, .serves = COUNT_DECISIONS },
	{ "started", { "vhost_vq_init_access" }, { "started_entry" }, .serves = COUNT_DECISIONS },
	{ "closed", { "vhost_dev_cleanup" }, { "closed_entry" }, .serves = COUNT_DECISIONS },
	{ "send", { "handle_tx" }, { NULL, "send_return" }, COUNT_RUNS },
	{ "receive", { "handle_rx" }, { NULL, "receive_return" }, COUNT_RUNS },
	{ "kick", { "vhost_poll_wakeup" }, { "poll_woken" }, COUNT_HISTS },
	{ "send", { "handle_tx" }, { "send_entry" }, COUNT_HISTS },
	{ "receive", { "handle_rx" }, { "receive_entry" }, COUNT_HISTS },
};
