#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# nsprocfs explain: what it says of the view, of files that are translated or pass, of links,
# directories, hidden names and errors.
#
# Usage: test_explain.sh [NSPROCFS]   (else $NSPROCFS; $ZOO)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 60 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS ZOO

# explain ARGUMENT...: of the view of level 2, by the host source; its output in $tmp/out, $err, $status.
explain()
{
	"$NSPROCFS" explain --target "$target" --source host "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	err=$(cat "$tmp/err")
}

# said LABEL: what stands behind a label, and on the lines below without one.
said()
{
	awk -v label="$1" '
		/^  [^ ]/ { on = substr($0, 3, 12) ~ "^" label " *$" }
		/^[^ ]|^$/ { on = 0 }
		on { print substr($0, 15) }' "$tmp/out"
}

# says SENTENCE LABEL WANTED
says()
{
	check_equal "$1" "$3" "$(said "$2")"
}

test_view()
{
	local inode

	inode=$(stat -L -c %i "/proc/$target/ns/pid")
	explain
	check_equal 'the view: exit status' 0 "$status$err"
	says 'the view: its namespace' view "PID namespace $inode, 2 levels below the host's"
	says 'the view: its init' init "1 in the view, $target on the host"
	says 'the view: its source' source 'host (the /proc we stand in, translated)'
	says 'the view: its processes' processes \
		"$(find "/proc/$target/root/proc" -maxdepth 1 -name '[1-9]*' | wc -l)"
	says 'the view: its profile' profile 'kernel: all that procfs shows'
	"$NSPROCFS" explain --target "$target" --profile container >"$tmp/out"
	says 'the kernel source' source 'kernel (a procfs instance of the namespace)'
	says 'profile container' profile 'container: without what container engines mask'
	"$NSPROCFS" explain --tree "$here/../golden/level3/proc" >"$tmp/out"
	says 'a tree' view 'as recorded'
	says 'a tree: where numbers come from' numbers 'as recorded'
}

# Locks of the rest of the machine come and go, so this may take more than one look.
# shellcheck disable=SC2317 # wait_for calls it
counts_locks()
{
	local ours theirs

	ours=$(wc -l </proc/locks)
	theirs=$(wc -l <"/proc/$target/root/proc/locks")
	explain locks
	[ "$(sed -n 's/.* changed, \([0-9]*\) left out$/\1/p' "$tmp/out")" = $((ours - theirs)) ]
}

test_translated()
{
	explain 1/stat
	says 'stat: where' path "$target/stat in the source"
	says 'stat: whose' process "1 in the view, $target on the host (zoo-init-2)"
	check 'stat: the source' grep -q "^ *- $target (zoo-init-2) S [1-9]" "$tmp/out"
	check 'stat: the view' grep -q '^ *+ 1 (zoo-init-2) S 0 0 0 0 -1 ' "$tmp/out"
	check 'stat: the sum' grep -qx ' *1 line changed' "$tmp/out"
	explain /proc/1/status
	check_equal 'status: pairs' 7 "$(grep -c '^ *+ ' "$tmp/out")"
	check 'status: the chain' grep -qx " *- NSpid: $target $(number_at "$target" 1) 1" "$tmp/out"
	check 'status: its end' grep -qx ' *+ NSpid: 1' "$tmp/out"
	check 'status: the sum' grep -qx ' *7 lines changed' "$tmp/out"
	explain locks
	check 'locks: some change, some are left out' \
		grep -qE '^ *[1-9][0-9]* lines changed, [1-9][0-9]* left out$' "$tmp/out"
	check_equal 'locks: the first pairs only' 12 "$(grep -c '^ *+ ' "$tmp/out")"
	check 'locks: all of them counted' wait_for 30 counts_locks
	explain keys
	says 'keys' bytes 'pass unchanged'
	"$NSPROCFS" explain --target "$target" 1/stat >"$tmp/out"
	says 'stat of the kernel source' bytes "pass unchanged: the source's numbers are the view's"
}

test_other_kinds()
{
	explain 1/ns/pid
	says 'a link: its text' text "$(readlink "/proc/$target/ns/pid")"
	says 'a link: its kind' kind 'link to an object, which its text describes'
	explain 1/mem
	says 'a raw file' kind 'file; offset and size pass to the source'
	says 'a raw file: bytes' bytes 'pass unchanged'
	says 'a raw file: concern' concerns "one task, behind the kernel's ptrace check"
	explain 1/task
	check 'threads: numbers' grep -qE "^1 +shown $target in the source *\$" "$tmp/out"
	explain 1/task/1/children
	says 'a thread' thread "1 in the view, $target on the host (zoo-init-2)"
	explain 1/fd
	says 'descriptors' names "$(find "/proc/$target/fd" -mindepth 1 | wc -l), all as in the source"
	explain /
	check 'the root: processes' grep -qE '^  processes +[1-9][0-9]* in the view, of [1-9][0-9]* in the source$' \
		"$tmp/out"
	check 'the root: a file that is translated' grep -qE '^locks +shown translated +' "$tmp/out"
	check 'the root: a file that passes' grep -qE '^uptime +shown passes +' "$tmp/out"
	check_equal 'the root: names without a row' '  none' "$(tail -n 1 "$tmp/out")"
	explain --profile container /
	check 'the root of a container: a hidden name' \
		grep -qE "^kmsg +hidden profile container: a matter of the host's " "$tmp/out"
	explain 1/stat uptime
	check_equal 'two paths' 2 "$(grep -c '^/' "$tmp/out")"
}

test_missing()
{
	explain 4000000/stat
	check_equal 'a path that is not there: exit status' 0 "$status$err"
	says 'no such number' error '4000000: ENOENT (No such file or directory)'
	says 'no such number anywhere' why 'no process or thread of the view has number 4000000
the host has no 4000000 either'
	explain $$
	says "an outsider's number" why "no process or thread of the view has number $$
the host's $$ is outside the view"
	explain "$target"
	[ -d "/proc/$target/root/proc/$target" ] ||
		says "a member's number on the host" why "no process or thread of the view has number $target
the host's $target is 1 in the view"
	explain 1/nonsense
	says 'no such name' why 'the source has no such name, and the table knows none'
	explain vmcore
	says 'a name of other kernels' why 'the source has none here; other kernels or other processes have'
	explain --profile container kmsg
	says 'a hidden name' why "hidden: profile container: a matter of the host's"
	explain --profile container vmcore
	says 'a name that would be hidden if there were one' why \
		'the source has none here; other kernels or other processes have'
	explain 1/stat/x
	says 'below a file' error 'x: ENOTDIR (Not a directory)'
	explain 1/exe/x
	says 'below a link' error 'x: ELOOP (Too many levels of symbolic links)'
	explain $'1/\e[31m\n'
	check_equal 'names are escaped' '/1/\033[31m\012' "$(head -n 1 "$tmp/out")"
}

test_errors()
{
	local zombie

	zombie=$("$NSPROCFS" pids --target "$target" -n -o PID,COMM | awk '/zombie\) Z/ { print $1; exit }')
	explain "$zombie/environ"
	says 'a zombie' error 'ESRCH (No such process)'
	says 'a zombie: why' why 'the process has died, or it has no memory to show: a zombie or a kernel thread'
	chmod 755 "$tmp"
	cp "$NSPROCFS" "$tmp/nsprocfs" # where anybody may execute it
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$tmp/nsprocfs" explain --target "$target" 1/maps >"$tmp/out" 2>"$tmp/err"
	says 'a stranger' error 'EACCES (Permission denied)'
	check 'a stranger: why' grep -q "why  *the kernel's ptrace check: " "$tmp/out"
	check 'a stranger: why not the kernel source' grep -q '^ *not kernel: open the PID namespace' "$tmp/out"
	check_equal 'a stranger: told of the source' 1 "$(grep -c '; kernel refused: ' "$tmp/err")"
}

test_usage()
{
	"$NSPROCFS" explain stat >"$tmp/out" 2>"$tmp/err"
	check_equal 'no view' '2 nsprocfs explain: no view was named; use --target PID, --pidns FILE, --cgroup PATH or --tree DIR' \
		"$? $(head -n 1 "$tmp/err")"
	"$NSPROCFS" explain --tree "$tmp" --unknown stat >"$tmp/out" 2>"$tmp/err"
	check_equal '--unknown with a path: exit status' 2 $?
}

# For programs: what passes, what is not there, what is hidden; and bytes that no JSON may hold as they are.
test_json()
{
	command -v python3 >/dev/null || return 0
	explain --json --profile container /proc/uptime kmsg nosuch $'a"\nb' 1/comm
	check_equal 'json: exit status' 0 "$status$err"
	check_equal 'json: paths' '/uptime None container
/kmsg ENOENT None
/nosuch ENOENT None
/a"
b ENOENT None
/1/comm None machine' "$(python3 -c '
import json, sys
for p in json.load(sys.stdin)["paths"]:
    print(p["path"], p.get("error"), p.get("resources"))' <"$tmp/out")"
	explain --json
	check_equal 'json: without a path' 2 "$status"
}

start_zoo 3
target=${level_init[2]}
test_view
test_translated
test_other_kinds
test_missing
test_errors
test_usage
test_json
finish
