#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The completion for bash: loads it, sets a command line, and looks at what is offered. Options are
# compared with what the program's own --help lists, so that the two cannot drift apart.
#
# Usage: test_completion.sh NSPROCFS

set -euo pipefail

program=$(realpath "${1:-${NSPROCFS:?usage: test_completion.sh NSPROCFS}}")
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=completions/nsprocfs.bash
. "$here/../../completions/nsprocfs.bash"

tmp=$(mktemp -d)
count=0
failed=0
stranger=
unshare_pid=

cleanup()
{
	# --kill-child takes the process in the namespace along.
	if [ -n "$unshare_pid" ]; then
		kill -KILL "$unshare_pid" 2>/dev/null || :
		wait "$unshare_pid" 2>/dev/null || :
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT

# Starts a process in another pid namespace, and puts its number into $stranger where we may.
start_stranger()
{
	local deadline=$((SECONDS + 10))
	local options=(--pid --fork --kill-child)

	[ "$(id -u)" -eq 0 ] || options+=(--user --map-root-user)
	unshare "${options[@]}" sleep 1000 2>/dev/null &
	unshare_pid=$!
	while [ $SECONDS -lt $deadline ] && [ -e "/proc/$unshare_pid" ]; do
		read -r stranger _ 2>/dev/null <"/proc/$unshare_pid/task/$unshare_pid/children" || :
		[ -z "$stranger" ] || return 0
		sleep 0.02
	done
}

# offered WORD...: what is offered for the last word (which may be empty), one a line, sorted.
offered()
{
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_nsprocfs "$program" 2>/dev/null || :
	printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort
}

# expect "WANTED..." WORD...: exactly these are offered.
expect()
{
	local wanted got
	wanted=$(tr ' ' '\n' <<<"$1" | LC_ALL=C sort)
	shift

	count=$((count + 1))
	got=$(offered "$@")
	if [ "$got" != "$wanted" ]; then
		failed=$((failed + 1))
		printf 'FAIL: %s\n  wanted: %s\n  got:    %s\n' "$*" "${wanted//$'\n'/ }" "${got//$'\n'/ }"
	fi
}

# expect_among WANTED WORD...: this one is offered, among others.
expect_among()
{
	local wanted=$1
	shift

	count=$((count + 1))
	if ! offered "$@" | grep -qxF -e "$wanted"; then
		failed=$((failed + 1))
		printf 'FAIL: %s\n  not offered: %s\n' "$*" "$wanted"
	fi
}

# A word that is offered nothing.
expect_nothing()
{
	expect '' "$@"
}

# The long options in a --help text; --usage and --version are argp's and not worth a completion.
long_options()
{
	grep -oE -- '(^ *|, )--[a-z-]+' | grep -oE -- '--[a-z-]+' | grep -vxE -- '--(usage|version)' |
		LC_ALL=C sort -u
}

# check_help SUBCOMMAND
check_help()
{
	local from_help

	from_help=$("$program" "$1" --help 2>&1 | long_options || :)
	if [ -z "$from_help" ]; then
		failed=$((failed + 1))
		echo "FAIL: nsprocfs $1 --help lists no options"
		return
	fi
	expect "$(tr '\n' ' ' <<<"$from_help" | sed 's/ $//')" nsprocfs "$1" --
}

subcommands='run mount ls cat explain pids status set'
expect "$subcommands --help --version" nsprocfs ''
expect 'mount' nsprocfs mo
expect '--help' nsprocfs --h
for subcommand in $subcommands; do
	check_help "$subcommand"
	expect_among "$subcommand" nsprocfs ''
	if ! "$program" --help | grep -qE "^ +$subcommand\>"; then
		failed=$((failed + 1))
		echo "FAIL: nsprocfs --help does not know $subcommand"
	fi
done

# Values of options, in both spellings
expect 'auto kernel host tree' nsprocfs run --source ''
expect 'host' nsprocfs run --source h
expect 'kernel container' nsprocfs ls --profile = ''
expect 'ro hidepid= gid= subset=pid' nsprocfs mount -o ''
expect 'ro,hidepid=' nsprocfs ls -o ro,h
expect 'noaccess' nsprocfs ls -o hidepid = n
expect 'pid' nsprocfs ls -o ro,subset = ''
expect 'container' nsprocfs ls --profile = c
expect 'host' nsprocfs mount --target 1 --source = ho
expect 'auto kernel nspid' nsprocfs pids --pid-map ''
expect_nothing nsprocfs pids --to-host ''
expect 'on off' nsprocfs set --resources ''
expect 'on off client' nsprocfs mount --resources ''
expect '-swaps -stat' nsprocfs set --resources = -s
start_stranger
if [ -n "$stranger" ]; then
	expect_among "$stranger" nsprocfs run --target ''
	expect_among "$stranger" nsprocfs run -t "${stranger:0:1}"
	expect_nothing nsprocfs run --target "$$"
else
	expect_among "$$" nsprocfs run --target ''
fi

# Files and directories
mkdir -p "$tmp/tree/sub" "$tmp/other"
touch "$tmp/tree/file"
expect "$tmp/tree" nsprocfs ls --tree "$tmp/tr"
expect "$tmp/tree/file $tmp/tree/sub" nsprocfs run --pidns "$tmp/tree/"
expect "$tmp/tree/sub" nsprocfs mount "$tmp/tree/"
expect "$tmp/tree/file $tmp/tree/sub" nsprocfs run -- cat "$tmp/tree/"
expect "$tmp/tree/file" nsprocfs run --target 1 cat "$tmp/tree/f"

# The command after run: by name, and no options of ours once it has begun
expect_among 'mkfifo' nsprocfs run mkfi
expect_among 'mkfifo' nsprocfs run --target 1 -- mkfi
expect_nothing nsprocfs run ls --sour

# Names in the view
mkdir -p "$tmp/tree/1/task" "$tmp/tree/sys"
echo x >"$tmp/tree/uptime"
echo x >"$tmp/tree/1/comm"
expect 'uptime' nsprocfs cat --tree "$tmp/tree" up
expect '1/' nsprocfs ls --tree "$tmp/tree" 1
expect '1/comm 1/task/' nsprocfs explain --tree "$tmp/tree" 1/
expect '1/comm' nsprocfs cat --tree "$tmp/tree" 1/c

echo "$count cases, $failed failed"
[ "$failed" -eq 0 ]
