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

# Count what enters the functions that decide. vhost-net calls the last two, which have the first one inlined.
tracing=/sys/kernel/tracing
decide='vhost_signal vhost_add_used_and_signal vhost_add_used_and_signal_n'
probe() {
	local function
	for function in $decide; do
		echo "p:$function $function vq=%si" >>"$tracing/kprobe_events"
		echo 'hist:keys=vq' >"$tracing/events/kprobes/$function/trigger"
	done
}

# probed: how many since probe
probed() {
	local function
	for function in $decide; do
		sed -n 's/^ *Hits: //p' "$tracing/events/kprobes/$function/hist"
		echo '!hist:keys=vq' >"$tracing/events/kprobes/$function/trigger"
	done | awk '{ sum += $1 } END { print sum }'
	echo >"$tracing/kprobe_events"
}
