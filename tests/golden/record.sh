#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Records the golden cases anew, as root, with a zoo running (tests/integration/zoo, --depth 3):
#
#     record.sh [--out DIR] ZOO [CASE...]
#
# Case "subset" is made by hand: what the mount option leaves is known (fs/proc/generic.c).
# Case "keys" is recorded only when it is named: it makes /sbin/request-key for a moment (x86-64).
#
# A case is a pair of recordings of the same processes at the same moment:
#     proc/    what the procfs of the standpoint shows of them: the source, with its numbers
#     args     the options that make the view: --target with the namespace's init in there
#     expect/  what the kernel's own procfs of the target namespace shows: the oracle. NAME.ls is a
#              listing of the directory NAME, in the kernel's order, of the names that proc/ has.
# Both sides come from the kernel, so that nothing in expect/ was ever made by nsprocfs.
#
# Who is who is found out without any translation: the number at the target's level in NSpid, and there
# the same start time and name. A file is read from the source, from the oracle, and from the source
# again, until the two readings of the source agree; so both sides show one state.
#
# Only what is translated is recorded, of a few processes, and of status only the lines up to NSsid:
# no arguments, environments, memory, or names of users. Both sides are cut by the same filters.

set -u -o pipefail
export LC_ALL=C

readonly STATUS_LINES='^(Name|State|Tgid|Ngid|Pid|PPid|TracerPid|NStgid|NSpid|NSpgid|NSsid|Kthread):'
readonly TRIES=200

out=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = --out ]; then
	mkdir -p "$2" && out=$(cd "$2" && pwd)
	shift 2
fi
[ $# -ge 1 ] || { sed -n '3,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo 'record.sh: needs root' >&2; exit 1; }
zoo=$(realpath "$1")
shift
wanted=("$@")

tmp=$(mktemp -d)
keeper=
helper=
cleanup()
{
	[ -z "$helper" ] || rm -f "$helper"
	exec 9>&-
	[ -z "$keeper" ] || wait "$keeper"
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

die()
{
	echo "record.sh: $*" >&2
	exit 1
}

start_zoo()
{
	mkfifo "$tmp/in" "$tmp/out"
	"$zoo" --depth 3 <"$tmp/in" >"$tmp/out" &
	keeper=$!
	exec 9>"$tmp/in"
	while read -r word level _ pid; do
		[ "$word" = ready ] && return
		init[level]=$pid
	done <"$tmp/out"
	die 'the zoo does not start'
}

# number LINE FILE: the columns of a line of status.
columns()
{
	sed -n "s/^$1:\t//p" "$2" 2>/dev/null
}

# stat_field DIR N: the Nth field of stat behind the name, which may hold anything.
stat_field()
{
	sed -z 's/.*) //' "$1/stat" 2>/dev/null | cut -d ' ' -f "$2"
}

# identity DIR: start time and name, which no other process shares.
identity()
{
	stat_field "$1" 20
	cat "$1/comm" 2>/dev/null
}

# The numbers of all processes of $source that are in the target namespace: view_of[there]=here.
find_members()
{
	local dir there column

	view_of=()
	for dir in "$source"/[0-9]*; do
		there=${dir##*/}
		column=$(columns NSpid "$dir/status" | cut -s -f $((level + 1)))
		[ -n "$column" ] && [ "$(identity "$dir")" = "$(identity "$oracle/$column")" ] &&
			view_of[there]=$column
	done
}

# Whose task/ is recorded.
has_threads()
{
	[[ $1 =~ ^(threads.*|timers|zombies|subreaper|leader-dead|tracer-thread|tracer-is-t)$ ]]
}

name_of()
{
	tr '\n' '?' <"$source/$1/comm" | sed 's/?$//'
}

# Adds a process, and whom its files speak of: parent, foreground group, tracer's process, children,
# pidfds.
choose()
{
	local there=$1 other children=

	[ -n "${view_of[there]:-}" ] && [ -z "${chosen[there]:-}" ] || return
	chosen[there]=${view_of[there]}
	has_threads "$(name_of "$there")" && children=$(cat "$source/$there"/task/*/children)
	for other in $(columns PPid "$source/$there/status") $(stat_field "$source/$there" 6) $children \
		$(cat "$source/$there"/fdinfo/* 2>/dev/null | sed -n 's/^Pid:\t\([0-9]\)/\1/p'); do
		choose "$other"
	done
	other=$(columns TracerPid "$source/$there/status")
	[ "$other" -eq 0 ] || choose "$(columns Tgid "$source/$other/status")"
}

# filter NAME: what is kept of a file, alike on both sides.
filter()
{
	case $1 in
	status) grep -aE "$STATUS_LINES" ;;
	# The heading is what is translated; its name may have lines of its own. clock-delta, further
	# down, differs with every look.
	sched) head -n 7 ;;
	*) cat ;;
	esac
}

# pair THERE_PATH HERE_PATH: records a file of both sides. Returns 1 if it cannot be read.
pair()
{
	local name=${1##*/} i
	local from="$source/$1" to="$dir/proc/$1" kernel="$oracle/$2" expected="$dir/expect/$2"

	[ -r "$from" ] || return 1
	mkdir -p "${to%/*}" "${expected%/*}"
	for ((i = 0; i < TRIES; i++)); do
		filter "$name" <"$from" >"$to" 2>/dev/null || [ ! -s "$to" ] || break
		filter "$name" <"$kernel" >"$expected" 2>/dev/null
		filter "$name" <"$from" >"$tmp/again" 2>/dev/null
		cmp -s "$to" "$tmp/again" && return 0
	done
	die "$from does not stand still"
}

# link_pair THERE_PATH HERE_PATH: the same for a symbolic link, whose text `cat` prints with a newline.
link_pair()
{
	mkdir -p "$dir/proc/${1%/*}" "$dir/expect/${2%/*}"
	ln -sfn "$(readlink "$source/$1")" "$dir/proc/$1"
	readlink "$oracle/$2" >"$dir/expect/$2"
}

# descriptors THERE HERE: those descriptors that show numbers.
descriptors()
{
	local file fd

	for file in "$source/$1"/fdinfo/*; do
		grep -qE '^(Pid|lock):' "$file" 2>/dev/null || continue
		fd=${file##*/}
		pair "$1/fdinfo/$fd" "$2/fdinfo/$fd"
		link_pair "$1/fd/$fd" "$2/fd/$fd"
	done
}

# threads THERE HERE: task/ with what is translated there.
threads()
{
	local task there here

	for task in "$source/$1"/task/*; do
		there=${task##*/}
		here=$(columns NSpid "$task/status" | cut -f $((level + 1)))
		pair "$1/task/$there/status" "$2/task/$here/status"
		pair "$1/task/$there/stat" "$2/task/$here/stat"
		pair "$1/task/$there/children" "$2/task/$here/children"
	done
}

# One process, by what is odd about it.
record_process()
{
	local there=$1 here=$2 comm

	comm=$(name_of "$there")
	pair "$there/status" "$here/status"
	pair "$there/stat" "$here/stat"
	[ "$ns_links" = no ] || link_pair "$there/ns/pid" "$here/ns/pid"
	has_threads "$comm" && threads "$there" "$here"
	case $comm in
	fd-pidfd | entered-pidfds | lock-* | hold-in | wait-in) descriptors "$there" "$here" ;;
	timers) pair "$there/timers" "$here/timers" ;;
	sock-flowlabel) pair "$there/net/ip6_flowlabel" "$here/net/ip6_flowlabel" ;;
	esac
	case $comm in
	zoo-init-* | *'('* | *'?'* | *---* | zombie* | x\)*) pair "$there/sched" "$here/sched" ;;
	esac
}

# list DIRECTORY NAMES: the names in the kernel's order.
list()
{
	# shellcheck disable=SC2010 # a glob would sort them
	ls -U "$oracle/$1" 2>/dev/null | grep -Fxf "$tmp/names"
}

# Listings: of the root, of each process, of its threads where the order is theirs to tell.
record_listings()
{
	local there here

	{
		printf '%s\n' "${chosen[@]}"
		find "$dir/proc" -mindepth 1 -maxdepth 1 ! -name '[0-9]*' -printf '%f\n'
	} >"$tmp/names"
	list . >"$dir/expect/.ls"
	for there in "${!chosen[@]}"; do
		here=${chosen[there]}
		ls "$dir/proc/$there" >"$tmp/names"
		list "$here" >"$dir/expect/$here/.ls"
		# Threads are listed in the order of their making, which a tree has not kept: as numbers.
		[ -d "$dir/proc/$there/task" ] && sort -n -c <(ls -U "$oracle/$here/task") 2>/dev/null &&
			ls -U "$oracle/$here/task" >"$dir/expect/$here/task/.ls"
	done
}

# Some processes that the view must not show: the nearest by number on both sides.
record_outsiders()
{
	local there

	for there in "${outsiders[@]}"; do
		[ -z "${view_of[there]:-}" ] || continue
		[ -d "$source/$there" ] || continue
		mkdir -p "$dir/proc/$there/ns"
		filter status <"$source/$there/status" >"$dir/proc/$there/status"
		cat "$source/$there/stat" >"$dir/proc/$there/stat"
		if [ "$ns_links" = no ]; then
			rmdir "$dir/proc/$there/ns"
		else
			ln -sfn "$(readlink "$source/$there/ns/pid")" "$dir/proc/$there/ns/pid"
		fi
	done
}

# Inits of deeper namespaces, and those of the target itself whose name matches.
is_wanted()
{
	local columns

	columns=$(columns NSpid "$source/$1/status" | wc -w)
	if [ "$columns" -eq $((level + 1)) ]; then
		[[ $(name_of "$1") =~ ^($2)$ ]]
	else
		[[ $(name_of "$1") =~ ^(zoo-init|ns-pid-init) ]]
	fi
}

# record NAME STANDPOINT TARGET NS_LINKS FILES COMMS: the case NAME: the zoo's level TARGET as seen from
# its level STANDPOINT (0: from here); the processes called COMMS (extended regex); FILES of the root.
record()
{
	local name=$1 standpoint=$2 target=$3 there file
	local dir=$out/$1 source=/proc oracle level=$(($3 - $2))
	ns_links=$4
	local -a view_of=() chosen=()

	[ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $name "* ]] || return 0
	[ "$standpoint" -eq 0 ] || source=/proc/${init[standpoint]}/root/proc
	oracle=/proc/${init[target]}/root/proc
	rm -rf "$dir"
	mkdir -p "$dir/proc" "$dir/expect"
	find_members
	for there in "${!view_of[@]}"; do
		is_wanted "$there" "$6" && choose "$there"
	done
	for there in "${!chosen[@]}"; do
		record_process "$there" "${chosen[there]}"
	done
	for file in $5; do
		pair "$file" "$file"
	done
	# The target's init, as the standpoint numbers it.
	there=$(columns NSpid "/proc/${init[target]}/status" | cut -f $((standpoint + 1)))
	outsiders=("$(columns PPid "$source/$there/status")" $((there - 1)))
	record_outsiders
	record_listings
	echo "--target $there" >"$dir/args"
	echo "$name: ${#chosen[@]} processes, $(find "$dir" -type f | wc -l) files, $(find "$dir" -type f -exec cat {} + | wc -c) bytes"
}

declare -a init
start_zoo
names='.*\(.*|.*\?.*|x\).*|.*\\.*|.*[^ -~].*| |'
record level1 0 1 yes '' "$names|zombies|threads.*|leader-dead"
# Two things that NSpid lines cannot tell are left out: who came from outside (entered-*), where no ns/
# link tells its namespace, and the number of a foreground group that is dead (tty-dead-fg).
record level2-no-ns-links 0 2 no '' 'sess.*|group|sid-.*|pgrp-.*|tty-[^d].*|fg-.*|background|trace.*'
record level3 0 3 yes locks 'lock-.*|hold-in|wait-in|fd-pidfd|entered-tty'
record level3-from-level1 1 3 yes '' 'entered.*|timers|zombie.*|threads|tracer-is-t|sock-flowlabel|fd-pidfd'

# A process of level 1 that waits for a key to be made: the kernel runs a program for that, which sleeps
# as long as it exists.
if [[ " ${wanted[*]} " == *" keys "* ]]; then
	[ ! -e /sbin/request-key ] || die '/sbin/request-key exists'
	helper=/sbin/request-key
	# shellcheck disable=SC2016 # for the helper
	printf '#!/bin/sh\nwhile [ -e "$0" ]; do sleep 0.1; done\nexit 1\n' >"$helper"
	chmod 755 "$helper"
	nsenter -t "${init[1]}" -p -- perl -e 'my @key = ("user", "golden:key", "callout"); syscall(249, @key, 0)' &
	for ((i = 0; i < TRIES; i++)); do
		grep -q ' \.request_ .* pid:' /proc/keys && break
		read -r -t 0.05 <> <(:)
	done
	[ "$i" -lt "$TRIES" ] || die 'nobody waits for a key'
	record keys 0 1 yes keys 'perl'
fi
