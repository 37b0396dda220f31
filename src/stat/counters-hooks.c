// SPDX-License-Identifier: GPL-2.0-or-later
#include "counters-hooks.h"

#include "bpf/backend.h"

/* Decisions as in trace-hooks.c. */
const struct hook counters_hook_table[COUNTERS_HOOKS] = {
	[COUNTERS_HOOK_EVENTFD] = { "eventfd", { "eventfd_signal", "eventfd_signal_mask" },
				{ "eventfd_signalled" }, COUNT_DECISIONS },
	[COUNTERS_HOOK_ONE] = { "used_one", { "vhost_add_used_and_signal" },
				{ NULL, "add_one_return" }, COUNT_DECISIONS },
	[COUNTERS_HOOK_MANY] = { "used_many", { "vhost_add_used_and_signal_n" },
				{ NULL, "add_many_return" }, COUNT_DECISIONS },
	[COUNTERS_HOOK_SIGNAL] = { "signal", { "vhost_signal" },
				{ "no_add_entry", "no_add_return" }, .serves = COUNT_DECISIONS },
	[COUNTERS_HOOK_STARTED] = { "started", { "vhost_vq_init_access" },
				{ NULL, "started_return" }, .serves = COUNT_DECISIONS },
	[COUNTERS_HOOK_VRING] = { "vring", { "vhost_vring_ioctl" }, { NULL, "vring_set" }, .serves = COUNT_RUNS },
	[COUNTERS_HOOK_CLOSED] = { "closed", { "vhost_dev_cleanup" }, { "closed_entry" }, .serves = COUNT_DECISIONS },
	[COUNTERS_HOOK_SEND] = { "send", { "handle_tx" }, { NULL, "send_return" }, COUNT_RUNS },
	[COUNTERS_HOOK_RECEIVE] = { "receive", { "handle_rx" }, { NULL, "receive_return" }, COUNT_RUNS },
	/* Without the module of such a device there is none. */
	[COUNTERS_HOOK_VSOCK_SEND] = { "vsock_send", { "vhost_vsock_handle_tx_kick" },
				       { NULL, "vsock_send_return" }, .serves = COUNT_RUNS },
	[COUNTERS_HOOK_VSOCK_RECEIVE] = { "vsock_receive", { "vhost_transport_do_send_pkt" },
					  { NULL, "vsock_receive_return" }, .serves = COUNT_RUNS },
	[COUNTERS_HOOK_SCSI_REQUEST] = { "scsi_request", { "vhost_scsi_handle_kick" },
					 { NULL, "scsi_request_return" }, .serves = COUNT_RUNS },
	[COUNTERS_HOOK_SCSI_CONTROL] = { "scsi_control", { "vhost_scsi_ctl_handle_kick" },
					 { NULL, "scsi_control_return" }, .serves = COUNT_RUNS },
	[COUNTERS_HOOK_SCSI_EVENT] = { "scsi_event", { "vhost_scsi_evt_handle_kick" },
				       { NULL, "scsi_event_return" }, .serves = COUNT_RUNS },
	[COUNTERS_HOOK_KICK] = { "kick", { "vhost_poll_wakeup" }, { "poll_woken" }, COUNT_HISTS },
	[COUNTERS_HOOK_SEND_ENTRY] = { "send", { "handle_tx" }, { "send_entry" }, COUNT_HISTS },
	[COUNTERS_HOOK_RECEIVE_ENTRY] = { "receive", { "handle_rx" }, { "receive_entry" }, COUNT_HISTS },
	[COUNTERS_HOOK_VSOCK_SEND_ENTRY] = { "vsock_send", { "vhost_vsock_handle_tx_kick" },
					     { "vsock_send_entry" }, .serves = COUNT_HISTS },
	[COUNTERS_HOOK_VSOCK_RECEIVE_ENTRY] = { "vsock_receive", { "vhost_transport_do_send_pkt" },
						{ "vsock_receive_entry" }, .serves = COUNT_HISTS },
	[COUNTERS_HOOK_SCSI_REQUEST_ENTRY] = { "scsi_request", { "vhost_scsi_handle_kick" },
					       { "scsi_request_entry" }, .serves = COUNT_HISTS },
	[COUNTERS_HOOK_SCSI_CONTROL_ENTRY] = { "scsi_control", { "vhost_scsi_ctl_handle_kick" },
					       { "scsi_control_entry" }, .serves = COUNT_HISTS },
	[COUNTERS_HOOK_SCSI_EVENT_ENTRY] = { "scsi_event", { "vhost_scsi_evt_handle_kick" },
					     { "scsi_event_entry" }, .serves = COUNT_HISTS },
	[COUNTERS_HOOK_DISCARD] = { "discard", { "vhost_discard_vq_desc" }, { "discard_entry" }, COUNT_DISCARDS },
	[COUNTERS_HOOK_MESSAGE] = { "message", { "vhost_chr_read_iter" }, { NULL, "message_read" },
				    .serves = COUNT_DECISIONS },
	[COUNTERS_HOOK_TRANSLATION] = { "translation", { "vhost_iotlb_add_range" }, { "translation_added" },
					.serves = COUNT_DECISIONS },
	[COUNTERS_HOOK_START] = { "start", { "bpf_iter_task_file" }, { "note_starts" }, .serves = COUNT_DECISIONS,
				.iterator = true },
	[COUNTERS_HOOK_LINKS] = { "links", { "bpf_iter_task" }, { "read_links" }, .serves = COUNT_DECISIONS,
				.iterator = true },
	[COUNTERS_HOOK_VM] = { "vm", { "bpf_iter_task" }, { "read_vm" }, .serves = COUNT_DECISIONS, .iterator = true },
};

bool counters_hooks_see_runs(const struct bpf_programs *p, uint16_t backend)
{
	switch (backend) {
	case BACKEND_TUN:
	case BACKEND_TAP:
	case BACKEND_SOCKET:
		return p->functions[COUNTERS_HOOK_SEND] && p->functions[COUNTERS_HOOK_RECEIVE];
	case BACKEND_VSOCK:
		return p->functions[COUNTERS_HOOK_VSOCK_SEND] && p->functions[COUNTERS_HOOK_VSOCK_RECEIVE];
	case BACKEND_SCSI:
		return p->functions[COUNTERS_HOOK_SCSI_REQUEST] && p->functions[COUNTERS_HOOK_SCSI_CONTROL] &&
		       p->functions[COUNTERS_HOOK_SCSI_EVENT];
	default:
		return false;
	}
}
