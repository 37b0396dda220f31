// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-hooks.h"

#include "bpf/events.h"

#define CALL	(1U << EVENT_CALL)
#define KICK	(1U << EVENT_KICK)
#define RUN	(1U << EVENT_RUN)
#define REPOLL	(1U << EVENT_REPOLL)
#define ERROR	(1U << EVENT_ERROR)
#define DROP	(1U << EVENT_DROP)
#define CONFIG	(1U << EVENT_CONFIG)
#define INJECT	(1U << EVENT_INJECT)
#define ENABLE	(1U << EVENT_DRIVER_ENABLE)

const struct hook trace_hook_table[TRACE_PROGRAM_HOOKS] = {
	[HOOK_USED_ONE] = { "used_one", { "vhost_add_used_and_signal" }, { "add_one_entry", "add_one_return" }, CALL,
			    .serves = INJECT },
	[HOOK_USED_MANY] = { "used_many", { "vhost_add_used_and_signal_n" }, { "add_many_entry", "add_many_return" },
			     CALL, .serves = INJECT },
	/* The compiler inlines vhost_signal() into the two above, so vhost-net never calls it; vsock and scsi do. */
	[HOOK_SIGNAL] = { "signal", { "vhost_signal" }, { "no_add_entry", "no_add_return" }, .serves = CALL | INJECT },
	/* vhost calls eventfd_signal(); from 6.8 on that is an inline wrapper of eventfd_signal_mask(). */
	[HOOK_EVENTFD] = { "eventfd", { "eventfd_signal", "eventfd_signal_mask" }, { "eventfd_signalled" }, CALL,
			   .serves = INJECT },
	/* Of an irqfd. Without KVM's module there is none. */
	[HOOK_INJECT] = { "inject", { "kvm_arch_set_irq_inatomic" }, { NULL, "kvm_injected" }, INJECT },
	[HOOK_KICK] = { "kick", { "vhost_poll_wakeup" }, { "poll_woken" }, KICK | REPOLL, .serves = RUN },
	[HOOK_POLL_KICK] = { "poll_kick", { "vhost_poll_func" }, { NULL, "kick_polled" }, .serves = KICK | RUN },
	[HOOK_STARTED] = { "started", { "vhost_vq_init_access" }, { NULL, "started_return" }, .serves = KICK | DROP },
	[HOOK_POLL_SOCKET] = { "poll_socket", { "vhost_poll_start" }, { "poll_entry", "poll_return" },
			       .serves = REPOLL },
	[HOOK_SEND] = { "send", { "handle_tx" }, { "send_entry", "send_return" }, RUN | ERROR, .serves = REPOLL },
	[HOOK_RECEIVE] = { "receive", { "handle_rx" }, { "receive_entry", "receive_return" }, RUN | ERROR,
			   .serves = REPOLL },
	[HOOK_TRANSLATE] = { "translate", { "translate_desc" }, { NULL, "translate_return" }, .serves = RUN | ERROR },
	[HOOK_DISCARD] = { "discard", { "vhost_discard_vq_desc" }, { "discard_entry" }, 1U << EVENT_DISCARD,
			   .serves = ERROR },
	[HOOK_DROP] = { "drop", { "btf_trace_kfree_skb" }, { "skb_dropped" }, DROP, .tracepoint = true },
	[HOOK_ARM] = { "arm", { "vhost_enable_notify" }, { "arm_entry", "arm_return" }, 1U << EVENT_ARM },
	[HOOK_DISARM] = { "disarm", { "vhost_disable_notify" }, { "disarm_entry" }, 1U << EVENT_DISARM },
	[HOOK_BUSYPOLL] = { "busypoll", { "vhost_net_busy_poll" }, { "busypoll_entry", "busypoll_return" },
			    1U << EVENT_BUSYPOLL, .serves = RUN | ERROR | REPOLL },
	[HOOK_CONFIG] = { "config", { "vhost_vring_ioctl" }, { NULL, "config_return" }, CONFIG,
			 .serves = EVENTS_VHOST & ~CONFIG },
	[HOOK_CONFIG_NET] = { "config_net", { "vhost_net_ioctl" }, { NULL, "config_net_return" }, .serves = CONFIG },
	[HOOK_CLOSED] = { "closed", { "vhost_dev_cleanup" }, { "closed_entry" }, .serves = EVENTS_VHOST },
	[HOOK_DRIVER_KICK] = { "driver_kick", { "virtqueue_kick_prepare" },
			       { "driver_kick_entry", "driver_kick_return" }, 1U << EVENT_DRIVER_KICK },
	[HOOK_DRIVER_NOTIFY] = { "driver_notify", { "virtqueue_notify" }, { NULL, "driver_notify_return" },
				 1U << EVENT_DRIVER_NOTIFY },
	[HOOK_DRIVER_INTERRUPT] = { "driver_intr", { "vring_interrupt" }, { NULL, "driver_interrupt_return" },
				    1U << EVENT_DRIVER_INTERRUPT },
	[HOOK_DRIVER_ENABLE] = { "driver_enable", { "virtqueue_enable_cb_prepare" }, { NULL, "driver_enable_return" },
				 ENABLE },
	[HOOK_DRIVER_DELAYED] = { "driver_delayed", { "virtqueue_enable_cb_delayed" },
				  { NULL, "driver_delayed_return" }, ENABLE },
	[HOOK_DRIVER_DISABLE] = { "driver_disable", { "virtqueue_disable_cb" }, { NULL, "driver_disable_return" },
				  1U << EVENT_DRIVER_DISABLE },
	/* Transports ask for the address of a ring when they give it to the device: that is its start. */
	[HOOK_DRIVER_START] = { "driver_start", { "virtqueue_get_desc_addr" }, { "driver_start_entry" },
				.serves = EVENTS_DRIVER },
	[HOOK_TAPS] = { "taps", { "bpf_iter_task_file" }, { "note_taps" }, .serves = DROP, .iterator = true },
	[HOOK_VM] = { "vm", { "bpf_iter_task" }, { "read_vm" }, .serves = EVENTS_VHOST, .iterator = true },
};
