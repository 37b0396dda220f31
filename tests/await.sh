# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How tests wait, so that each wait has a limit and says what it was for: source it after tests/tap.sh. The names of
# variables are prefixed, since the commands and the callers have variables of their own.

await_seconds=120

# await_look: sets `await_now`, in seconds. In a guest with machines its own clock runs ahead while it waits for its
# disk.
await_look() {
	await_now=$SECONDS
	[ -z "${MACHINE_KERNEL-}" ] || read -r await_now </sys/class/rtc/rtc0/since_epoch
}

# await PID WHAT COMMAND...: wait until the command succeeds; for $await_seconds at most, and not beyond the end of the
# process PID, which has to bring it about ($$ if no process has to). A wait in vain is a failing point.
await() {
	local await_pid=$1 await_what=$2 await_now await_end await_why
	shift 2
	await_look
	await_end=$((await_now + await_seconds))
	until "$@"; do
		await_look
		if [ "$await_now" -ge "$await_end" ]; then
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
	local await_now await_end hear_status hear_part hear_line=
	await_look
	await_end=$((await_now + await_seconds))
	until IFS= read -r -t 1 -u "$1" hear_part; do
		hear_status=$?
		hear_line+=$hear_part
		await_look
		[ $hear_status -gt 128 ] && [ "$await_now" -lt "$await_end" ] && continue
		tap_not_ok "waited for $2"
		return 1
	done
	printf -v "$3" %s "$hear_line$hear_part"
}
