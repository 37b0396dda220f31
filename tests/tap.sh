# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Test Anything Protocol for test programs in shell: source this, report each point with one of the functions
# below, end with tap_done. The plan comes last, so that a program that dies half-way is noticed by its absence.

tap_points=0
tap_failures=0

# tap_ok NAME
tap_ok() {
	tap_points=$((tap_points + 1))
	echo "ok $tap_points - $1"
}

# tap_not_ok NAME [DIAGNOSTIC...]: each word is shown on lines of its own under the failing point
tap_not_ok() {
	tap_points=$((tap_points + 1))
	tap_failures=$((tap_failures + 1))
	echo "not ok $tap_points - $1"
	shift
	for tap_text; do
		printf '%s\n' "$tap_text" | sed 's/^/#   /'
	done
}

# tap_skip NAME WHY
tap_skip() {
	tap_points=$((tap_points + 1))
	echo "ok $tap_points - $1 # SKIP $2"
}

# tap_no_terminal: prints why script(1) cannot make a terminal here, as in a container without /dev/pts; fails if it can
tap_no_terminal() {
	! script -qec true /dev/null </dev/null 2>&1
}

# tap_is NAME GOT WANTED
tap_is() {
	if [ "$2" = "$3" ]; then
		tap_ok "$1"
	else
		tap_not_ok "$1" "got:" "$2" "wanted:" "$3"
	fi
}

# tap_run NAME COMMAND...: a point that holds when the command succeeds; what it printed is the diagnostic
tap_run() {
	tap_name=$1
	shift
	if tap_text=$("$@" 2>&1); then
		tap_ok "$tap_name"
	else
		tap_not_ok "$tap_name" "status $? of: $*" "$tap_text"
	fi
}

# tap_done: prints the plan; the status is for the program's last line
tap_done() {
	echo "1..$tap_points"
	[ "$tap_failures" -eq 0 ]
}
