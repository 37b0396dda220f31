# shellcheck shell=bash disable=SC1091,SC2034,SC2154  # shared with run
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which kernel: one of the cache if it has one of that series, else one to fetch.

# grep_series SERIES: of the releases on stdin those of the series: 6.1 takes
# 6.1.0-56-amd64, and neither 6.12 nor a cloud or rt flavour. No series takes all.
grep_series() {
	local series=${1%-amd64} release
	while read -r release; do
		case ${release%-amd64} in
		*-cloud | *-rt) ;;
		"$series" | "$series"${series:+[.+~-]}*) echo "$release" ;;
		esac
	done
}

cached_releases() {
	local dir
	for dir in "$cache"/kernels/*/vmlinux; do
		[ -e "$dir" ] || continue
		dir=${dir%/vmlinux}
		echo "${dir##*/}"
	done | sort -V
}

# The default's name is kept by release of the distribution, so that a home shared
# by two machines, or a machine that was upgraded, does not mix them up.
default_file() {
	local codename
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-none}")
	echo "$cache/default-$codename"
}

cached_kernel() {
	local release
	if [ -z "$1" ]; then
		release=$(cat "$(default_file)" 2>/dev/null)
	else
		release=$(cached_releases | grep_series "$1" | tail -n 1)
	fi
	[ -n "$release" ] && [ -e "$cache/kernels/$release/vmlinux" ] && echo "$release"
}

fetch_kernel() {
	local series=$1 release
	cached_kernel "$series" >/dev/null && return # another runner was faster
	need apt-get apt
	need dpkg-deb dpkg
	need depmod kmod
	if [ -z "$series" ]; then
		apt_set own
		release=$(default_release)
		[ -n "$release" ] || die "apt finds no linux-image-amd64 for this release"
		fetch_release own "$release"
		echo "$release" >"$(default_file)"
	else
		apt_set all
		release=$(newest_release "$series")
		[ -n "$release" ] || die "no Debian suite has all packages of a kernel $series"
		fetch_release all "$release"
	fi
}

# newest_kernel: the newest of all suites, whether it is cached or not. Each test of many asks; the lists are brought
# up to date for the first one of the day.
newest_kernel() {
	need apt-get apt
	[ -n "$(find "$cache/apt-all/update.log" -mmin -1440 2>/dev/null)" ] || apt_set all
	newest_release ""
}

# find_kernel [SERIES]: sets `release`.
find_kernel() {
	local series=$1
	if [ "$series" = newest ]; then
		series=$(with_lock fetch newest_kernel) || exit "$ST_RUNNER"
		[ -n "$series" ] || die "apt finds no kernel in any Debian suite"
	fi
	release=$(cached_kernel "$series") && return
	with_lock fetch fetch_kernel "$series" || exit "$ST_RUNNER"
	release=$(cached_kernel "$series") || die "kernel ${series:-of this release} cannot be had"
}

list_kernels() {
	local release default
	default=$(cached_kernel "")
	for release in $(cached_releases); do
		printf '%-28s %-26s %6s%s\n' "$release" "$(cat "$cache/kernels/$release/version")" \
			"$(du -sh "$cache/kernels/$release" | cut -f1)" \
			"$([ "$release" = "$default" ] && echo '  default')"
	done
}
