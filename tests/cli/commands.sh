# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The commands as "vhostctl --help" lists them: source this with $vhostctl set.

# listed_groups: in their order, a line "TITLE:" for each group and a line "NAME SUMMARY" for each of its commands
listed_groups() {
	"${vhostctl:?}" --help | sed -nE '/^Options:/q; /^[^ ].*:$/p; s/^  ([a-z]+) +/\1 /p'
}

# listed_commands: their names, one a line
listed_commands() {
	listed_groups | sed -n '/:$/!s/ .*//p'
}
