# shellcheck shell=bash disable=SC2154,SC2015  # shared with run; die ends it
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The initramfs: busybox, init, session and the few modules that reach the root and
# vhost-net. Not compressed, and the modules are not either: unpacking under
# emulation costs more than reading. For machines inside of the guest there is one
# with busybox, machine-init and the virtio drivers.

readonly applets="sh cat cp insmod ip ln mkdir mount mv sleep switch_root"
# The order is that of loading; what a kernel has built in is left out by modprobe.
modules="virtio_pci virtio_console 9pnet_virtio 9p overlay tun vhost_net"
readonly machine_modules="virtio_pci virtio_console virtio_net virtio_blk virtio_scsi sd_mod virtio-rng virtio_balloon
	vmw_vsock_virtio_transport 9pnet_virtio 9p"

# busybox_static: the path of one that needs no libraries.
busybox_static() {
	local busybox
	busybox=$(command -v busybox) && ! ldd "$busybox" >/dev/null 2>&1 && echo "$busybox"
}

# module_files RELEASE MODULE...: each module's file, those that it needs first.
module_files() {
	local release=$1 module
	shift
	for module; do
		modprobe -d "$cache/kernels/$release" -S "$release" --show-depends "$module" 2>/dev/null
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# copy_modules RELEASE DIR MODULE...: uncompressed, and a list of them in the order of loading
copy_modules() {
	local release=$1 dir=$2 file name
	shift 2
	module_files "$release" "$@" | while read -r file; do
		name=${file##*/}
		name=${name%.ko*}.ko
		case $file in
		*.xz) xz -dc "$file" ;;
		*.zst) zstd -dcq "$file" ;;
		*.gz) gzip -dc "$file" ;;
		*) cat "$file" ;;
		esac >"$dir/$name" || exit
		echo "$name" >>"$dir/list"
	done
}

# pack DIR: a cpio archive of it. The kernel takes several, one after another.
pack() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet)
}

# new_root RELEASE OUT: sets `dir` to the root of a new archive OUT, with busybox. It goes away with the shell.
new_root() {
	local busybox
	busybox=$(busybox_static) || die "a static busybox is missing: install the Debian package busybox-static"
	need modprobe kmod
	dir=$(mktemp -d) || die "cannot make a temporary directory"
	# shellcheck disable=SC2064  # its value of now
	trap "rm -rf '$dir'" EXIT
	mkdir -p "$dir"/{bin,dev,proc,sys} "${2%/*}"
	cp "$busybox" "$dir/bin/busybox"
	find "${2%/*}" -name "$1.*" -mtime +7 -delete # of former inits
}

build_initramfs() {
	local release=$1 out=$2 dir applet
	[ -e "$out" ] && return
	new_root "$release" "$out"
	mkdir "$dir/modules"
	for applet in $applets; do ln -s busybox "$dir/bin/$applet"; done
	install -m 755 "$here/init" "$dir/init"
	install -m 755 "$here/session" "$dir/session"
	# shellcheck disable=SC2086  # words
	copy_modules "$release" "$dir/modules" $modules || die "cannot unpack the modules of $release"
	pack "$dir" >"$out.new" && mv "$out.new" "$out" || die "cannot write $out"
}

build_machine_initramfs() {
	local release=$1 out=$2 dir modules
	[ -e "$out" ] && return
	new_root "$release" "$out"
	need depmod kmod
	modules=$dir/lib/modules/$release
	mkdir -p "$modules"
	install -m 755 "$here/machine-init" "$dir/init"
	# depmod warns of lists that a kernel's own folder has. Only what modprobe needs is here.
	# shellcheck disable=SC2086  # words
	copy_modules "$release" "$modules" $machine_modules && depmod -b "$dir" "$release" 2>/dev/null ||
		die "cannot unpack the modules of $release"
	pack "$dir" >"$out.new" && mv "$out.new" "$out" || die "cannot write $out"
}

# known_by FILE...: what went into an initramfs, besides its modules, as a short word
known_by() {
	{
		echo "$modules $machine_modules"
		cat "$@" "$here/initramfs.sh" "$(busybox_static)"
	} | sha256sum | cut -c 1-16
}

# find_initramfs: sets `initramfs`. It is known by what went into it, so that a
# changed init or a new busybox makes a new one, and a NIC needs one of its own.
find_initramfs() {
	need cpio cpio
	[ -z "$nic" ] || modules+=" virtio_net"
	busybox_static >/dev/null || die "a static busybox is missing: install the Debian package busybox-static"
	initramfs=$cache/initramfs/$release.$(known_by "$here/init" "$here/session")
	[ -e "$initramfs" ] || with_lock initramfs build_initramfs "$release" "$initramfs" ||
		exit "$ST_RUNNER"
}

# find_machine SERIES: sets `machine_release` and `machine_initramfs`, for the machines inside of the guest.
find_machine() {
	local release
	find_kernel "$1"
	machine_release=$release
	machine_initramfs=$cache/machine/$release.$(known_by "$here/machine-init")
	[ -e "$machine_initramfs" ] || with_lock initramfs build_machine_initramfs "$release" "$machine_initramfs" ||
		exit "$ST_RUNNER"
}
