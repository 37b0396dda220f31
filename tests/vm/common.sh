# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What every part of the guest runner needs: messages, the cache's place, locks.

# The runner's own failures, apart from the statuses of the command it runs.
# shellcheck disable=SC2034  # used by the files that source this one
readonly ST_TIMEOUT=124 ST_RUNNER=125 ST_KERNEL=126

cache=${VHOSTCTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vhostctl}

say() {
	printf 'tests/vm/run: %s\n' "$*" >&2
}

die() {
	say "$@"
	exit "$ST_RUNNER"
}

# need TOOL PACKAGE: one clear line, rather than a "command not found" in the
# middle of a pipeline.
need() {
	command -v "$1" >/dev/null || die "$1 is missing: install the Debian package $2"
}

# with_lock NAME COMMAND...: two runners must not fill the same part of the cache
# at once. The lock goes with the descriptor, so a killed runner leaves none; and
# the commands run in a subshell, so that what they die of is their status.
with_lock() {
	local name=$1 lock
	shift
	mkdir -p "$cache/lock" || die "cannot write the cache $cache"
	(
		exec {lock}>"$cache/lock/$name" && flock "$lock" || exit "$ST_RUNNER"
		"$@"
	)
}
