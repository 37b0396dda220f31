# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The ELF kernel inside a bzImage. QEMU starts an ELF through its PVH entry, which
# saves the guest from unpacking itself under emulation: several seconds a boot.
#
# Where it lies is part of the x86 boot protocol (the kernel's
# Documentation/arch/x86/boot.rst): setup_sects at 0x1f1, and from protocol 2.08 on
# payload_offset at 0x248 and payload_length at 0x24c.

# le_bytes FILE OFFSET SIZE: the unsigned little-endian number there.
le_bytes() {
	od -An -v --endian=little -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# unpacker MAGIC: the command that unpacks a stream that starts so (in hex).
unpacker() {
	case $1 in
	fd377a585a00*) echo "xz -dc --single-stream" ;;
	28b52ffd*) echo "zstd -dcq" ;;
	1f8b*) echo "gzip -dcq" ;;
	5d0000*) echo "xz -dc --format=lzma" ;;
	425a68*) echo "bzip2 -dc" ;;
	02214c18*) echo "lz4 -dcq" ;;
	7f454c46*) echo "cat" ;;
	*) return 1 ;;
	esac
}

# extract_vmlinux BZIMAGE VMLINUX
extract_vmlinux() {
	local image=$1 out=$2 start length magic unpack package want size
	# "HdrS" at 0x202
	[ "$(le_bytes "$image" $((0x202)) 4)" = $((0x53726448)) ] || die "$image is not a bzImage"
	start=$((($(le_bytes "$image" $((0x1f1)) 1) + 1) * 512 + $(le_bytes "$image" $((0x248)) 4)))
	length=$(le_bytes "$image" $((0x24c)) 4)
	magic=$(od -An -v -t x1 -j "$start" -N 8 "$image" | tr -d ' ')
	unpack=$(unpacker "$magic") || die "$image: unknown compression $magic"
	package=${unpack%% *}
	need "$package" "${package/%xz/xz-utils}"

	# The last four bytes of the payload are the unpacked size. Only gzip has
	# them in its own format; any other tool would call them garbage.
	want=$(le_bytes "$image" $((start + length - 4)) 4)
	case $unpack in gzip*) ;; *) length=$((length - 4)) ;; esac
	tail -c +$((start + 1)) "$image" | head -c "$length" | $unpack >"$out" ||
		die "$image: $unpack failed"
	size=$(stat -c %s "$out")
	[ "$size" = "$want" ] || die "$image: unpacked $size bytes instead of $want"
	[ "$(od -An -t x1 -N 4 "$out" | tr -d ' ')" = 7f454c46 ] || die "$image holds no ELF kernel"
}
