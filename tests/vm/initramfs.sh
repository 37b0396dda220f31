# shellcheck shell=bash disable=SC2154,SC2015  # shared with run; die ends it
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The initramfs: busybox, init, session and the few modules that reach the root and
# vhost-net. Not compressed, and the modules are not either: unpacking under
# emulation costs more than reading.

readonly applets="sh cat cp insmod ip ln mkdir mount mv sleep switch_root"
# The order is that of loading; what a kernel has built in is left out by modprobe.
modules="virtio_pci virtio_console 9pnet_virtio 9p overlay tun vhost_net"

# busybox_static: the path of one that needs no libraries.
busybox_static() {
	local busybox
	busybox=$(command -v busybox) && ! ldd "$busybox" >/dev/null 2>&1 && echo "$busybox"
}

# module_files RELEASE: each module's file, those that it needs first.
module_files() {
	local module
	for module in $modules; do
		modprobe -d "$cache/kernels/$1" -S "$1" --show-depends "$module" 2>/dev/null
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

copy_modules() {
	local release=$1 dir=$2 file name
	module_files "$release" | while read -r file; do
		name=${file##*/}
		name=${name%.ko*}.ko
		case $file in
		*.xz) xz -dc "$file" ;;
		*.zst) zstd -dcq "$file" ;;
		*.gz) gzip -dc "$file" ;;
		*) cat "$file" ;;
		esac >"$dir/modules/$name" || exit
		echo "$name" >>"$dir/modules/list"
	done
}

# pack DIR: a cpio archive of it. The kernel takes several, one after another.
pack() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet)
}

build_initramfs() {
	local release=$1 out=$2 busybox dir applet
	[ -e "$out" ] && return
	busybox=$(busybox_static) || die "a static busybox is missing: install the Debian package busybox-static"
	need modprobe kmod
	dir=$(mktemp -d) || die "cannot make a temporary directory"
	# shellcheck disable=SC2064  # its value of now
	trap "rm -rf '$dir'" EXIT
	mkdir -p "$dir"/{bin,dev,proc,sys,modules}
	cp "$busybox" "$dir/bin/busybox"
	for applet in $applets; do ln -s busybox "$dir/bin/$applet"; done
	install -m 755 "$here/init" "$dir/init"
	install -m 755 "$here/session" "$dir/session"
	copy_modules "$release" "$dir" || die "cannot unpack the modules of $release"
	mkdir -p "${out%/*}"
	find "${out%/*}" -name "$release.*" -mtime +7 -delete # of former inits
	pack "$dir" >"$out.new" && mv "$out.new" "$out" || die "cannot write $out"
}

# find_initramfs: sets `initramfs`. It is known by what went into it, so that a
# changed init or a new busybox makes a new one, and a NIC needs one of its own.
find_initramfs() {
	local sum
	need cpio cpio
	[ -z "$nic" ] || modules+=" virtio_net"
	busybox_static >/dev/null || die "a static busybox is missing: install the Debian package busybox-static"
	sum=$({ echo "$modules"; cat "$here/init" "$here/session" "$here/initramfs.sh" "$(busybox_static)"; } |
		sha256sum | cut -c 1-16)
	initramfs=$cache/initramfs/$release.$sum
	[ -e "$initramfs" ] || with_lock initramfs build_initramfs "$release" "$initramfs" ||
		exit "$ST_RUNNER"
}
