#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The zoo has the animals it promises, as the kernel's procfs shows them, and leaves nothing behind.

# shellcheck disable=SC2317 # functions that check and wait_for call
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 120 -- "$@"
need ZOO NSPROC_MOUNT

# has SENTENCE REGEX FILE...: a line of the files matches.
has()
{
	check "$1" grep -qaE -e "$2" -- "${@:3}"
}

# count_at_least N REGEX FILE...
count_at_least()
{
	[ "$(cat -- "${@:3}" 2>/dev/null | grep -caE -e "$2")" -ge "$1" ]
}

all_gone()
{
	local pid

	for pid in "$@"; do
		[ ! -e "/proc/$pid" ] || return 1
	done
}

start_zoo 3
check_equal 'there are three levels' 3 "${#level_init[@]}"

for level in 1 2 3; do
	oracle "$level" "${level_init[level]}" || exit 1
	cd "$tmp/$level" || exit 1
	at="level $level:"
	check_equal "$at its init is number 1 there" "zoo-init-$level" "$(cat 1/comm)"
	check "$at more than 100 processes" test "$(echo [0-9]* | wc -w)" -gt 100
	check "$at zombies" count_at_least 4 '^State:.Z' [0-9]*/status
	has "$at a zombie with threads" '\) Z ([-0-9]+ ){16}3 ' [0-9]*/stat
	has "$at a stopped process" '^State:.T ' [0-9]*/status
	has "$at a process in a tracing stop" '^State:.t ' [0-9]*/status
	check "$at tracees" count_at_least 4 '^TracerPid:.[1-9]' [0-9]*/task/*/status
	check "$at processes without a visible parent" count_at_least 8 '^PPid:.0$' [0-9]*/status
	check "$at processes of an invisible session" count_at_least 4 '^NSsid:.0(	|$)' [0-9]*/status
	has "$at a newline in a name" '^Name:.new\\nline$' [0-9]*/status
	has "$at parentheses in a name" '^Name:.\) R 1 \($' [0-9]*/status
	has "$at a foreground group of a terminal" '\) S [0-9]+ [0-9]+ [0-9]+ [1-9][0-9]* [1-9]' [0-9]*/stat
	has "$at a foreground group that is invisible" '\) S 0 [0-9]+ 0 [1-9][0-9]* 0 ' [0-9]*/stat
	for kind in POSIX FLOCK OFDLCK LEASE; do
		has "$at a lock: $kind" "^[0-9]+: $kind" locks
	done
	has "$at a waiter that is invisible" '^[0-9]+: -> (POSIX|FLOCK) .* 0 ' locks
	has "$at a waiter behind a waiter" '^[0-9]+:  -> ' locks
	has "$at a pidfd" '^Pid:.[1-9]' [0-9]*/fdinfo/*
	has "$at a pidfd of a reaped process" '^Pid:.-1' [0-9]*/fdinfo/*
	has "$at a pidfd of an invisible process" '^Pid:.0' [0-9]*/fdinfo/*
	for kind in eventfd-count: tfd: inotify sigmask: clockid: lock: SqMask:; do
		has "$at fdinfo with $kind" "^$kind" [0-9]*/fdinfo/*
	done
	has "$at a timer that notifies a thread" '^notify: signal/tid\.[1-9]' [0-9]*/timers
	has "$at a timer that notifies a process" '^notify: signal/pid\.[1-9]' [0-9]*/timers
	check "$at several network namespaces" \
		test "$(readlink [0-9]*/ns/net | sort -u | wc -l)" -ge 2
	check "$at several pid namespaces" test "$(readlink [0-9]*/ns/pid | sort -u | wc -l)" -ge 2
	cd / || exit 1
	umount "$tmp/$level"
done

inits=("${level_init[@]}")
kill -TERM "$zoo_pid"
wait "$zoo_pid"
check_equal 'it ends with status 0 on SIGTERM' 0 $?
zoo_pid=
check 'with all its namespaces' all_gone "${inits[@]}"

# start_in_shell: a zoo whose parent is a shell that can be killed; sets parent, inits.
start_in_shell()
{
	local word pid

	mkfifo "$tmp/out" "$tmp/in"
	# shellcheck disable=SC2016 # that shell expands them
	"$BASH" -c '"$0" --depth 2 <"$1" >"$2"; :' "$ZOO" "$tmp/in" "$tmp/out" &
	parent=$!
	disown
	exec {in}>"$tmp/in" {out}<"$tmp/out"
	inits=()
	while read -r word _ _ pid <&"$out" && [ "$word" != ready ]; do
		inits+=("$pid")
	done
	exec {out}<&-
	rm "$tmp/out" "$tmp/in"
}

start_in_shell
exec {in}>&-
check 'it ends when its standard input is closed' wait_for 30 all_gone "${inits[@]}" "$parent"

start_in_shell
zoo=$(children_of "$parent")
kill -KILL "$parent"
check 'it ends when its parent is killed' wait_for 30 all_gone "${inits[@]}" "${zoo% }"
exec {in}>&-

start_in_shell
zoo=$(children_of "$parent")
kill -KILL "${zoo% }"
check 'nothing is left when it is killed itself' wait_for 30 all_gone "${inits[@]}" "$parent"
exec {in}>&-

finish
