# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests of vhost-vsock and vhost-scsi have in common: source it after tests/guest/tracing.sh.

target=naa.5001405324af0e20

# A target of the kernel's with one disk, in memory.
make_target() {
	local config=/sys/kernel/config/target
	mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
	mkdir -p "$config/core/rd_mcp_0/disk" "$config/vhost/$target/tpgt_1"
	echo rd_pages=1024 >"$config/core/rd_mcp_0/disk/control"
	echo 1 >"$config/core/rd_mcp_0/disk/enable"
	echo "$target" >"$config/vhost/$target/tpgt_1/nexus"
	mkdir "$config/vhost/$target/tpgt_1/lun/lun_0"
	ln -s "$config/core/rd_mcp_0/disk" "$config/vhost/$target/tpgt_1/lun/lun_0/disk"
}

# Count what enters the functions that decide, and those in which a queue is served. vhost-net calls the last two of the
# former, which have the first one inlined.
tracing=/sys/kernel/tracing
decide='vhost_signal vhost_add_used_and_signal vhost_add_used_and_signal_n'
serve='vhost_vsock_handle_tx_kick vhost_transport_do_send_pkt vhost_scsi_handle_kick vhost_scsi_ctl_handle_kick
	vhost_scsi_evt_handle_kick'
probe() {
	local function
	for function in $decide $serve; do
		echo "p:$function $function vq=%si" >>"$tracing/kprobe_events"
		echo 'hist:keys=vq' >"$tracing/events/kprobes/$function/trigger"
	done
}

# hits FUNCTION: how often it was called since probe
hits() {
	sed -n 's/^ *Hits: //p' "$tracing/events/kprobes/$1/hist"
}

# probed: the number of decisions since probe
probed() {
	local function
	for function in $decide; do
		hits "$function"
	done | awk '{ sum += $1 } END { print sum }'
}

unprobe() {
	local function
	for function in $decide $serve; do
		echo '!hist:keys=vq' >"$tracing/events/kprobes/$function/trigger"
	done
	echo >"$tracing/kprobe_events"
}
