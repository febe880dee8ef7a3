#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A view's own server, where it is one of the processes in the view: clients see as much of it as on the
# kernel's procfs. The kernel never asks a thread whether it may look into its own process, so a server that
# answered these requests itself would show everybody its memory.
#
# Usage: test_own_server.sh NSPROCFS

# shellcheck disable=SC2016,SC2317 # text for other shells; functions called by their names
DEADLINE_S=${DEADLINE_S:-80}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

chmod 755 "$tmp"
mkdir "$tmp/view"

# Prints of each file of the process at $1 what comes of it; contents where they stand still. The numbers in
# `stat` are those that only who may trace is shown.
cat >"$tmp/look" <<'LOOK'
cd "$1" 2>&1 || exit
export LC_ALL=C
for file in maps smaps smaps_rollup numa_maps pagemap environ auxv mem timers io syscall stack personality \
	fdinfo/0 cmdline status limits comm "task/$2/maps" "task/$2/environ"; do
	said=$( (head -c 1 "$file" | wc -c) 2>&1 | tail -n 1)
	echo "${file#task/*/} ${said##*: }"
done
for link in exe cwd root ns/mnt ns/pid fd/0 fd/3; do
	echo "$link $(readlink "$link" || echo none)"
	[ -e "$link" ] && echo "$link is there"
done
for dir in fd fdinfo map_files ns attr task; do
	said=$( (cd "$dir" && ls) 2>&1)
	echo "$dir $(wc -l <<<"$said") ${said##*: }" | tr -d '0-9\n'
	echo
done
cut -d ' ' -f 26,27,28,45,46,47,48,49,50,51 stat | tr -s '1-9' x
LOOK

# Of the worker, who may not trace it gets less than from the kernel here: it lets such a client open these, or
# list them, by the mode alone.
readonly LESS='^(io|syscall|stack|personality|fd) '

# look_alike WHO LESS COMMAND...: LESS is what may be less.
look_alike()
{
	local who=$1 less=$2 number native view

	shift 2
	for number in "$worker" "$thread" "$keeper"; do
		[ "$number" != "$keeper" ] || less=^$
		native=$("$@" bash "$tmp/look" "/proc/$number" "$thread" 2>&1)
		view=$("$@" bash "$tmp/look" "$tmp/view/$number" "$thread" 2>&1)
		expect_match "$who: it is there" '[0-9]{2,}' "$(wc -l <<<"$native")"
		expect "$who: $number" '' "$(diff <(grep -Ev "$less" <<<"$native") <(grep -Ev "$less" <<<"$view"))"
		expect "$who: $number: no more than the kernel shows" '' "$(diff <(echo "$native") <(echo "$view") |
			grep '^>' | grep -vE ' 0$| Permission denied$')"
	done
}

finish_view()
{
	umount "$tmp/view" 2>/dev/null
	cleanup
}
trap finish_view EXIT

"$program" mount --rw --pidns follow "$tmp/view" 2>"$tmp/said" || { cat "$tmp/said"; exit 1; }
connection_of $$ >/dev/null
serving=$(grep -lzxF -- "$tmp/view" /proc/[0-9]*/cmdline 2>/dev/null | tr -dc '0-9\n')
keeper=$(head -n 1 <<<"$serving")
worker=$(children_of "$keeper" | tr -d ' ')
thread=$(find "/proc/$worker/task" -mindepth 1 -maxdepth 1 -printf '%f\n' | grep -vx "$worker" | head -n 1)
expect_match 'the worker, a thread of it, and the keeper' '[0-9]+ [0-9]+ [0-9]+' "$worker $thread $keeper"

look_alike 'root' "^$" env
look_alike 'root without capabilities' "$LESS" setpriv --bounding-set=-all --inh-caps=-all
# The kernel lets it read about memory, by CAP_PERFMON.
look_alike 'root that may not trace' "$LESS|^(maps|smaps|smaps_rollup|numa_maps|pagemap|environ|auxv|map_files) " \
	setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace
look_alike 'uid 1000' "$LESS" setpriv --reuid 1000 --regid 1000 --clear-groups
look_alike 'uid 1000 that may trace' "^$" setpriv --reuid 1000 --regid 1000 --clear-groups \
	--inh-caps=+sys_ptrace --ambient-caps=+sys_ptrace
look_alike 'root of a user namespace' "$LESS" unshare --user --map-root-user
expect 'its memory cannot be written' 'Read-only file system' \
	"$( (echo >>"$tmp/view/$worker/mem") 2>&1 | sed 's/.*: //')"
expect 'ps shows it' "$worker" "$(unshare --mount bash -c '
	mount --rbind "$0/view" /proc && ps -o pid= -p "$1"' "$tmp" "$worker" | tr -d ' ')"
finish
