# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests of the commands that trace and count have in common: source it after tests/tap.sh and tests/await.sh.

vhostctl=$top_builddir/src/vhostctl
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
# Nothing but the test's own frames is to cross the taps.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
modprobe vhost_net || exit
declare -A pid copier

# start NAME COMMAND...: a command that has begun when it prints its first line: from here on everything is seen. Its
# lines are in $dir/NAME once it is stopped.
start() {
	local name=$1 fd line
	shift
	mkfifo "$dir/$name.pipe"
	"$vhostctl" "$@" >"$dir/$name.pipe" 2>"$dir/$name.err" &
	pid[$name]=$!
	exec {fd}<"$dir/$name.pipe"
	hear "$fd" "the first line of $name" line
	echo "$line" >"$dir/$name"
	cat <&"$fd" >>"$dir/$name" &
	copier[$name]=$!
	exec {fd}<&-
	rm "$dir/$name.pipe"
}

# ended NAME: one that ends by itself
ended() {
	wait "${pid[$1]}"
	tap_is "$1: ends well" "$? $(cat "$dir/$1.err")" '0 '
	[ -z "${copier[$1]-}" ] || wait "${copier[$1]}"
}

stop() {
	kill -INT "${pid[$1]}"
	ended "$1"
}

# load OPTION...: a bench; fills $dir/bench
load() {
	"$vhostctl" bench -j "$@" >"$dir/bench" 2>"$dir/bench.err"
	tap_is "bench $*: ends well" "$? $(cat "$dir/bench.err")" '0 '
}

# three_taps OPTION...: a bench in each of three network namespaces, all with a tap vhost0: our own, one called blue,
# and one without a name. One runs after the other, since programs miss signals when workers preempt each other. Their
# results are in $dir/own.bench and so on, their pids in three[own] and so on; the inode numbers of the first two
# namespaces are in $own_inode and $blue_inode.
declare -A three
# shellcheck disable=SC2034 # they are for the caller
three_taps() {
	ip netns add blue
	ip netns exec blue sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
	"$vhostctl" bench -j --no-netns "$@" >"$dir/own.bench" 2>"$dir/own.err" &
	three[own]=$!
	three_ended own
	ip netns exec blue "$vhostctl" bench -j --no-netns "$@" >"$dir/blue.bench" 2>"$dir/blue.err" &
	three[blue]=$!
	three_ended blue
	"$vhostctl" bench -j "$@" >"$dir/unnamed.bench" 2>"$dir/unnamed.err" &
	three[unnamed]=$!
	three_ended unnamed
	blue_inode=$(stat -c %i /run/netns/blue)
	own_inode=$(stat -Lc %i /proc/self/ns/net)
}

three_ended() {
	wait "${three[$1]}"
	tap_is "three taps: the $1 bench ends well" "$? $(cat "$dir/$1.err")" '0 '
}

# three_kicks FILTER: for each of the three benches, what the filter makes of its tx0, as one array
three_kicks() {
	jq -cs "map(.queues[] | select(.name == \"tx0\") | $1)" "$dir"/{own,blue,unnamed}.bench
}

# of_three FILTER FILE: of the objects of each of the three owners, as one array
of_three() {
	jq -cs --argjson owners "[${three[own]},${three[blue]},${three[unnamed]}]" \
		". as \$all | \$owners | map(. as \$owner | \$all | map(select(.owner == \$owner)) | $1)" "$2"
}

# compare NAME < <(jq...): jq prints a line for each point: what it is about, what is, what is wanted
compare() {
	local what got wanted points=0
	while IFS=$'\t' read -r what got wanted; do
		tap_is "$1: $what" "$got" "$wanted"
		points=$((points + 1))
	done
	wait "$!"
	tap_is "$1: compared to the end" "$? $((points > 0))" '0 1'
}

# client MODE [PROGRAM]: the client, waiting for its first step
client() {
	coproc rig { exec "$top_builddir/tests/guest/${2-events-client}" "$1"; }
	# shellcheck disable=SC2154 # coproc sets it
	rig_pid=$rig_PID
	exec {to}>&"${rig[1]}" {from}<&"${rig[0]}"
	eval "exec ${rig[1]}>&- ${rig[0]}<&-"
	: >"$dir/log"
}

# step: one step of the client's; what it says goes to $dir/log
step() {
	local line
	echo >&"$to"
	while hear "$from" 'a line of the client' line && [ "$line" != '{"type":"done"}' ]; do
		echo "$line" >>"$dir/log"
	done
}

finish() {
	exec {to}>&- {from}<&-
	wait "$rig_pid"
	tap_is "$1: the client ends well" $? 0
}
