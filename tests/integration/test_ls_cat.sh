#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# nsprocfs ls and cat, the engine without FUSE: names, order, attributes and bytes of a namespace of the
# zoo against the kernel's own procfs of it; messages and exit statuses. (The whole tree is the walker's:
# test_differential.sh.)
#
# Usage: test_ls_cat.sh [NSPROCFS]   (else $NSPROCFS; $ZOO, $NSPROC_MOUNT)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 100 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS ZOO NSPROC_MOUNT

# The process of the view that is called so, as the kernel's instance numbers it.
find_name()
{
	grep -lx "$1" "$kernel"/[1-9]*/comm | sort -V | sed 's|.*/\([0-9]*\)/comm|\1|;q'
}

# Files that stand still in a process that sleeps, but for what the rest of the machine moves now and then
# (SigQ in status, expiry in ip6_flowlabel): so a file may be looked at more than once.
readonly STILL_FILES='stat status sched comm cmdline limits cgroup environ maps timers wchan
	io oom_score_adj uid_map net/ip6_flowlabel task/*/children task/*/stat task/*/status fdinfo/*'

# cat_all COMM: every still file of that process.
cat_all()
{
	local pid pattern file differing=

	pid=$(find_name "$1")
	for pattern in $STILL_FILES; do
		for file in "$kernel/$pid"/$pattern; do
			[ -f "$file" ] || continue
			wait_for 30 same "${file#"$kernel"/}" || differing+=" ${file#"$kernel"/}"
		done
	done
	check_equal "$source: cat of the files of $1" '' "$differing"
}

# same FILE: cat prints what the kernel's instance says.
# shellcheck disable=SC2317 # wait_for calls it
same()
{
	"$NSPROCFS" cat --source "$source" --target "$target" "$1" 2>&1 | still "$1" >"$tmp/view"
	still "$1" <"$kernel/$1" | cmp -s - "$tmp/view"
}

# shellcheck disable=SC2317 # same calls it
still()
{
	case $1 in
	*/sched) grep -av '^clock-delta' ;;
	*) cat ;;
	esac
}

test_cat()
{
	local comm

	for source in kernel host; do
		for comm in zoo-init-2 threads 'x) Z 1 1 1 (y' zombies tracee fd-pidfd lock-waiter timers \
			sock-flowlabel tty-live pgrp-no-leader entered; do
			cat_all "$comm"
		done
		check "$source: cat locks" wait_for 30 same locks
		check "$source: cat of a path below /proc" \
			cmp -s "$kernel/1/comm" <("$NSPROCFS" cat --source $source --target "$target" /proc/1/comm)
		check_equal "$source: cat of links" "$(readlink "$kernel/1/exe" "$kernel/1/ns/pid" "$kernel/mounts")" \
			"$("$NSPROCFS" cat --source $source --target "$target" 1/exe 1/ns/pid mounts)"
	done
}

test_ls()
{
	local dir threads

	threads=$(find_name threads-descend)
	for source in kernel host; do
		for dir in / 1 1/attr 1/ns 1/fd 1/fdinfo 1/map_files 1/net 1/task "$threads/task" \
			"$threads/task/$threads" tty sys sys/kernel irq fs bus; do
			check_equal "$source: ls $dir" "$(ls -U "$kernel/$dir")" \
				"$("$NSPROCFS" ls --source $source --target "$target" "$dir" 2>&1)"
			# shellcheck disable=SC2012 # find has no . and ..
			check_equal "$source: ls -a $dir" "$(ls -aU "$kernel/$dir" | head -n 3)" \
				"$("$NSPROCFS" ls -a --source $source --target "$target" "$dir" 2>&1 | head -n 3)"
		done
	done
}

# As ls -l: "-r--r--r-- 1 0 0 0 name", and the text of links.
attributes()
{
	find "$kernel/$1" -mindepth 1 -maxdepth 1 ! -name self ! -name thread-self ! -name '[1-9]*' \
		\( -type l -printf '%M %n %U %G %s %f -> %l\n' -o -printf '%M %n %U %G %s %f\n' \) | sort
}

test_ls_long()
{
	local dir

	for source in kernel host; do
		for dir in . 1 1/ns 1/net sysvipc tty sys/vm; do
			check_equal "$source: ls -l $dir" "$(attributes $dir)" \
				"$("$NSPROCFS" ls -l --source $source --target "$target" $dir 2>&1 |
					awk '$6 !~ /^([1-9]|self|thread-self)/ { $1 = $1; print }' | sort)"
		done
		check_equal "$source: ls -l of descriptors" \
			"$(find "$kernel/$pidfds/fd" -type l -printf '%M %n %U %G %s %f -> %l\n' | sort)" \
			"$("$NSPROCFS" ls -l --source $source --target "$target" "$pidfds/fd" | awk '{ $1 = $1; print }' | sort)"
	done
}

# fails STATUS MESSAGE ARGUMENT...
fails()
{
	local wanted="$1 $2" got

	shift 2
	"$NSPROCFS" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got="$? $(cat "$tmp/out" "$tmp/err")"
	check_equal "nsprocfs $*" "$wanted" "$got"
}

test_errors()
{
	local zombie t="--target=$target"

	zombie=$(find_name 'zombie) Z (')
	fails 1 'nsprocfs: cat: nosuch: No such file or directory' cat "$t" nosuch
	fails 1 'nsprocfs: cat: 4000000/stat: No such file or directory' cat "$t" 4000000/stat
	fails 1 "nsprocfs: cat: $target/stat: No such file or directory" cat "$t" --source host "$target/stat"
	fails 1 'nsprocfs: cat: 01/stat: No such file or directory' cat "$t" 01/stat
	fails 1 'nsprocfs: cat: 1/fd: Is a directory' cat "$t" 1/fd
	fails 1 'nsprocfs: cat: 1/stat/x: Not a directory' cat "$t" 1/stat/x
	fails 1 'nsprocfs: cat: self/stat: Too many levels of symbolic links' cat "$t" self/stat
	fails 1 "nsprocfs: cat: $zombie/environ: No such process" cat "$t" "$zombie/environ"
	fails 1 "nsprocfs: cat: $zombie/mounts: Invalid argument" cat "$t" "$zombie/mounts"
	fails 1 'nsprocfs: ls: 1/stat: Not a directory' ls "$t" 1/stat
	fails 1 'nsprocfs: ls: nosuch: No such file or directory' ls "$t" nosuch
	fails 1 'nsprocfs: cat: kmsg: No such file or directory' cat "$t" --profile container kmsg

	"$NSPROCFS" cat "$t" 1/comm nosuch 2/comm >"$tmp/out" 2>"$tmp/err"
	check_equal 'cat goes on behind an error' "1 zoo-init-2 sleeper" "$? $(xargs <"$tmp/out")"
	"$NSPROCFS" cat "$t" 1/maps >/dev/full 2>"$tmp/err"
	check_equal 'nowhere to print' \
		'1 nsprocfs: cat: write to standard output: No space left on device' "$? $(cat "$tmp/err")"

	chmod 755 "$tmp"
	cp "$NSPROCFS" "$tmp/nsprocfs" # where anybody may execute it
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$tmp/nsprocfs" cat --source host "$t" 1/environ >"$tmp/out" 2>&1
	check_equal 'a stranger' '1 nsprocfs: cat: 1/environ: Permission denied' "$? $(cat "$tmp/out")"
}

test_usage()
{
	local command

	for command in 'cat' 'ls a b' 'ls --nosuch' 'cat --source=x a' 'cat --target=0 a' 'cat --target=1x a' nosuch; do
		# shellcheck disable=SC2086 # words
		"$NSPROCFS" $command >"$tmp/out" 2>"$tmp/err" </dev/null
		check_equal "nsprocfs $command: exit status, and nothing on standard output" '2 ' "$? $(cat "$tmp/out")"
		check "nsprocfs $command: a message" grep -q '^nsprocfs' "$tmp/err"
	done
	check "a command's help names it" grep -q '^Usage: nsprocfs cat ' <("$NSPROCFS" cat --help)
}

start_zoo 3
target=${level_init[2]}
kernel=$tmp/kernel
oracle kernel "$target" || skip 'no procfs of the namespace to compare with'
pidfds=$(find_name fd-pidfd)
test_cat
test_ls
test_ls_long
test_errors
test_usage
finish
