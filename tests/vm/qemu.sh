# shellcheck shell=bash disable=SC2034,SC2054,SC2154  # shared with run; commas belong to QEMU
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The virtual machine: its command line, and whether KVM works here.

readonly qemu=qemu-system-x86_64

# One file per port in the job's directory. A plain file never blocks QEMU, and with
# ioeventfd=off the write is done before the guest goes on: no byte is lost at the
# end, and under --icount printing takes the same number of instructions each time.
port_args() {
	local dir=$1 name
	args+=(-device virtio-serial-pci,ioeventfd=off,max_ports=8)
	for name in booted out err log status; do
		args+=(-chardev "file,id=$name,path=$dir/$name"
			-device "virtserialport,chardev=$name,name=$name")
	done
}

# share_args TAG DIR [OPTION]: commas are doubled for QEMU's option parser.
share_args() {
	args+=(-fsdev "local,id=$1,path=${2//,/,,},security_model=none,multidevs=remap${3:-}"
		-device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
}

# nic_args: QEMU's user networks answer as 10.0.2.2 and 10.0.3.2, and go no further. No boot ROM: it is in another
# package, and nothing boots from here. The disk has zeroes, and who asks for random numbers waits for ever.
nic_args() {
	args+=(-netdev user,id=nic,restrict=on,ipv6=off -device virtio-net-pci,netdev=nic,romfile=
		-netdev user,id=packed,restrict=on,ipv6=off,net=10.0.3.0/24
		-device virtio-net-pci,netdev=packed,packed=on,romfile=
		-blockdev null-co,node-name=disk,size=1048576,read-zeroes=on -device virtio-blk-pci,drive=disk
		-chardev null,id=silent -object rng-egd,id=rng,chardev=silent -device virtio-rng-pci,rng=rng)
}

# numa_args: node 0 has CPU 0, node 1 has CPU 1.
numa_args() {
	local node
	for node in 0 1; do
		args+=(-object "memory-backend-ram,id=node$node,size=$((memory / 2))M"
			-numa "node,nodeid=$node,memdev=node$node,cpus=$node")
	done
}

accel_args() {
	# Without ERMS the kernel clears and copies pages by words and not by bytes. Under
	# emulation each step of a string instruction takes the same time, so that the
	# whole guest takes a seventh less.
	local cpu=Haswell-noTSX,-erms
	case $1 in
	kvm) args+=(-accel kvm -cpu host) ;;
	# thread=multi loses against the kernel's patching of its own text: for
	# loads that attach before the traffic and not during it.
	mttcg) args+=(-accel tcg,thread=multi -cpu "$cpu") ;;
	# ERMS is left on, so that figures stay comparable with those of before.
	icount) args+=(-accel tcg -icount "shift=0,sleep=off" -cpu Haswell-noTSX) ;;
	# QEMU emulates AMD's virtualization, not Intel's. Without icount the inner clock ticks faster than a
	# busy host emulates its ticks, and the inner kernel does not get on.
	nested) args+=(-accel tcg -icount "shift=0,sleep=off" -cpu EPYC,svm=on,npt=on,nrip-save=on) ;;
	*) args+=(-accel tcg,thread=single -cpu "$cpu") ;;
	esac
}

# machine_args ACCEL JOBDIR: sets `args` from the options, `release` and `initramfs`.
machine_args() {
	local dir=$2
	# What costs time and matters to no test: mitigations; addresses that differ at each start of a program, for
	# which QEMU translates the same code again; slow RCU grace periods, for which each close of a device waits.
	local quick="mitigations=off norandmaps rcupdate.rcu_expedited=1"
	# What is measured is to cost what it costs elsewhere.
	[ "$1" != icount ] || quick=
	args=(-nodefaults -no-user-config -display none -monitor none -nic none -no-reboot
		-machine q35 -smp "$smp" -m "$memory"
		-kernel "$cache/kernels/$release/vmlinux" -initrd "$dir/initrd"
		-serial "file:$dir/console"
		# loglevel=5: warnings reach the console, which is all that is left of a
		# guest that hangs or panics. oops=panic: the rest would be unreliable.
		# no_timer_check: on a busy host the boot's test of the timer gets no tick in
		# time and panics.
		-append "console=ttyS0 loglevel=5 panic=-1 oops=panic tsc=reliable no_timer_check $quick")
	accel_args "$1"
	port_args "$dir"
	[ -z "$nic" ] || nic_args
	[ -z "$numa" ] || numa_args
	share_args root / ,readonly=on
	[ -z "$output" ] || share_args output "$output"
}

# quote WORD...: for a POSIX shell, byte by byte.
quote() {
	local word
	for word; do printf "'%s' " "${word//\'/\'\\\'\'}"; done
}

# machine_variables: what tests/vm/machine has to know
machine_variables() {
	printf 'export MACHINE_KERNEL=%s\n' "$(quote "$(realpath "$cache/kernels/$machine_release/vmlinux")")"
	printf 'export MACHINE_INITRD=%s\n' "$(quote "$(realpath "$machine_initramfs")")"
}

# write_job DIR COMMAND...: what the guest is to do, as a second archive behind the
# initramfs.
write_job() {
	local dir=$1 name
	shift
	mkdir -p "$dir/job/job"
	{
		printf 'release=%s\n' "$(quote "$release")"
		printf 'kernel=%s\n' "$(quote "$(realpath "$cache/kernels/$release")")"
		printf 'checkout=%s\n' "$(quote "$checkout")"
		printf 'cwd=%s\n' "$(quote "$PWD")"
		printf 'output=%s\n' "$(quote "$output")"
	} >"$dir/job/job/setup"
	{
		printf 'export HOME=/root USER=root LOGNAME=root SHELL=/bin/sh\n'
		printf 'export PATH=%s\n' "$(quote "$PATH:/usr/local/sbin:/usr/sbin:/sbin")"
		for name in TERM NO_COLOR LANG V {A,UB,L}SAN_OPTIONS "${!VHOSTCTL_@}"; do
			[ -n "${!name+set}" ] && printf 'export %s=%s\n' "$name" "$(quote "${!name}")"
		done
		[ "$accel" != nested ] || machine_variables
		printf 'cd %s || exit\n' "$(quote "$PWD")"
		printf 'exec %s\n' "$(quote "$@")"
	} >"$dir/job/job/command"
	{ cat "$initramfs" && pack "$dir/job"; } >"$dir/initrd" || die "cannot write $dir/initrd"
}

# start_qemu ACCEL DIR: in the background, as $!. It dies with the runner, whatever
# that dies of.
start_qemu() {
	local args
	machine_args "$1" "$2"
	setpriv --pdeathsig KILL "$qemu" "${args[@]}" </dev/null >"$2/qemu" 2>&1 &
}

# kvm_works: a kernel that does not start under KVM may hang without a word, so one
# trial boot decides, once for each boot of this machine and version of QEMU.
kvm_works() {
	local mark dir
	[ -w /dev/kvm ] || return
	mark=$cache/kvm/$({ cat /proc/sys/kernel/random/boot_id; "$qemu" --version; } | sha256sum | cut -c 1-16)
	[ -e "$mark" ] || with_lock kvm try_kvm "$mark"
	[ "$(cat "$mark" 2>/dev/null)" = yes ]
}

try_kvm() {
	local mark=$1 dir=$tmp/kvm nic="" numa="" output="" args answer=no
	[ -e "$mark" ] && return # another runner was faster
	mkdir -p "$dir" "$cache/kvm"
	write_job "$dir" true
	machine_args kvm "$dir"
	# In a subshell, so that what the shell says of a QEMU that aborts goes away.
	(
		ulimit -c 0
		setpriv --pdeathsig KILL timeout -s KILL 15 \
			setpriv --pdeathsig KILL "$qemu" "${args[@]}"
		exit
	) </dev/null >"$dir/qemu" 2>&1
	[ "$(cat "$dir/status" 2>/dev/null)" = 0 ] && answer=yes
	echo "$answer" >"$mark"
}
