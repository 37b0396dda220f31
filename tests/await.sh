# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How tests wait, so that each wait has a limit and says what it was for: source it after tests/tap.sh. The names of
# variables are prefixed, since the commands and the callers have variables of their own.

await_seconds=120

# await PID WHAT COMMAND...: wait until the command succeeds; for $await_seconds at most, and not beyond the end of the
# process PID, which has to bring it about ($$ if no process has to). A wait in vain is a failing point.
await() {
	local await_pid=$1 await_what=$2 await_end=$((SECONDS + await_seconds)) await_why
	shift 2
	until "$@"; do
		if [ "$SECONDS" -ge "$await_end" ]; then
			await_why="not within $await_seconds seconds"
		elif ! kill -0 "$await_pid" 2>/dev/null; then
			# It may have come about at its very end.
			"$@" && return
			await_why="process $await_pid has ended"
		else
			# A guest has one host thread: a loop that only looks takes it from what it waits for.
			sleep 0.02
			continue
		fi
		tap_not_ok "waited for $await_what" "$await_why: $*"
		return 1
	done
}

# hear FD WHAT VARIABLE: read a line that another process prints, in the same time
hear() {
	IFS= read -r -t "$await_seconds" -u "$1" "$3" || tap_not_ok "waited for $2"
}
