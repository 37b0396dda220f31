# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Taps that are renamed, moved or removed while a command of ours opens one by its name: source it after tests/tap.sh
# and tests/await.sh, with $dir set.

hostile=$top_builddir/tests/guest/hostile/around-tunsetiff.so
renamed='somebody renamed, moved or removed it just now'

# index LINK
index() {
	cat "/sys/class/net/$1/ifindex"
}

# swap LINK: other0 has its name, and the other way around
swap() {
	echo "ip link set $1 name swap0 && ip link set other0 name $1 && ip link set swap0 name other0"
}

# somebodys_tap [multi_queue]: make other0, which is to stay as it is whatever the command does; down, since up it
# could not be renamed on older kernels
somebodys_tap() {
	ip tuntap add dev other0 mode tap vnet_hdr "$@"
	ip link set other0 alias "somebody else's" mtu 1300 address 52:54:00:00:00:42
	ip address add 192.0.2.77/24 dev other0
	other=$(index other0)
	# A link without a carrier, as the kernel finds a moment after the tap was closed.
	await $$ 'other0 to have no carrier' grep -q down /sys/class/net/other0/operstate
	others_state=$(state other0)
}

# state LINK: all that could be set on it
state() {
	ip -d -j addr show dev "$1"
	cat "/proc/sys/net/ipv6/conf/$1/disable_ipv6"
}

# name_of INDEX: of the link, or nothing
name_of() {
	grep -l -x "$1" /sys/class/net/*/ifindex | cut -d / -f 5
}

# taps: the names of all
taps() {
	ip -br link show type tun | cut -d ' ' -f 1 | sort | xargs
}

# put_back: other0 has its name again, and if a tap has taken that, it gets back its own
put_back() {
	local now
	now=$(name_of "$other")
	if [ "$now" = other0 ]; then
		return
	elif [ -e /sys/class/net/other0 ]; then
		eval "$(swap "$now")"
	else
		ip link set "$now" name other0
	fi
}

# attacked NAME WORDS COMMAND...: what is in $attack is done meanwhile, VARIABLE=COMMAND as of around-tunsetiff.c; the
# command ends with status 2 and one line with the words, and other0 is as it was, by its old name again
attacked() {
	local name=$1 words=$2
	shift 2
	# A sanitizer's library would have to be the first, but for this.
	env "${attack[@]}" ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" LD_PRELOAD="$hostile" \
		"$@" >"$dir/out" 2>"$dir/err" </dev/null
	tap_is "$name: status 2, one line" "$? $(wc -l <"$dir/err") $(wc -c <"$dir/out")" '2 1 0'
	tap_run "$name: says $words" grep -q -e "$words\$" "$dir/err"
	put_back
	tap_is "$name: somebody else's tap is as it was" "$(state other0)" "$others_state"
}

# attacked_new NAME LINK COMMAND...: the command makes a tap, LINK, of one queue; it goes away again
attacked_new() {
	local name=$1 link=$2
	shift 2
	somebodys_tap
	ip netns add away
	attack=("AFTER_TUNSETIFF=$(swap "$link")")
	attacked "$name: names swapped" "$renamed" "$@"
	attack=("AFTER_TUNSETIFF=ip link set $link netns away && ip link set other0 name $link")
	attacked "$name: moved to another namespace" "$renamed" "$@"
	attack=("AFTER_TUNSETIFF=ip link del $link && ip link set other0 name $link")
	attacked "$name: removed" "$renamed" "$@"
	tap_is "$name: its own tap is gone" "$(ip -n away -br link show type tun)$(taps)" other0
	ip netns del away
	ip link del other0
}

# attacked_second NAME LINK COMMAND...: the same of a tap of two queues, at the opening of the second one
attacked_second() {
	local name=$1 link=$2 moment
	shift 2
	somebodys_tap multi_queue
	for moment in BEFORE AFTER; do
		attack=(NTH=2 "${moment}_TUNSETIFF=$(swap "$link")")
		attacked "$name: names swapped ${moment,,} the second queue" "$renamed" "$@"
	done
	attack=(NTH=2 "BEFORE_TUNSETIFF=ip link set $link name free0")
	attacked "$name: another name before the second queue" "$renamed" "$@"
	tap_is "$name: its own tap is gone" "$(taps)" other0
	ip link del other0
}

# attacked_existing NAME COMMAND...: the command opens ours0, a tap that is there, and that stays as it is, too
attacked_existing() {
	local name=$1 ours_state swapped moment moments
	shift
	swapped=$(swap ours0)
	ip tuntap add dev ours0 mode tap vnet_hdr
	await $$ 'ours0 to have no carrier' grep -q down /sys/class/net/ours0/operstate
	ours_state=$(state ours0)
	somebodys_tap
	for moments in BEFORE AFTER 'BEFORE AFTER'; do
		attack=()
		for moment in $moments; do
			attack+=("${moment}_TUNSETIFF=$swapped")
		done
		attacked "$name: names swapped ${moments,,}" "$renamed" "$@"
		tap_is "$name: names swapped ${moments,,}: its own tap is as it was" "$(state ours0)" "$ours_state"
	done
	attack=('BEFORE_TUNSETIFF=ip link set ours0 name gone0')
	attacked "$name: the name is free" "$renamed" "$@"
	tap_is "$name: and no tap is made" "$(taps)" 'gone0 other0'
	ip link del gone0
	ip link del other0
}
