#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# --pidns follow with the containers' resources: one mount shows each client the numbers of the container that he is in,
# also at once, and while containers come and go. Two containers in groups of version 1 that this test makes; what is
# shown is compared with the groups' own files, and for clients of the machine with the kernel's.
#
# Usage: test_resources_follow.sh   (the program is $NSPROCFS)

# In a container's namespace, started by a part below. hammer VIEW TOTAL CPUS BEGAN ROUNDS: reads what others read as well
# under the same names. BEGAN: ticks between the boot of the machine and the container's start. Prints what is wrong.
if [ "${1:-}" = hammer ]; then
	view=$2 total=$3 cpus=$4 began=$5 rounds=$6
	ticks_of()
	{
		local whole part

		IFS=. read -r whole part _ <<<"${1%% *}"
		echo $((whole * 100 + 10#$part))
	}
	for ((i = 0; i < rounds; i++)); do
		read -r _ got _ <"$view/meminfo"
		[ "$got" = "$total" ] || echo "MemTotal $got"
		mapfile -t lines <"$view/stat"
		n=0
		for line in "${lines[@]}"; do [[ $line != cpu[0-9]* ]] || n=$((n + 1)); done
		[ "$n" -eq "$cpus" ] || echo "$n CPUs"
		# Both are of one clock, so what is read between two readings of it lies between them.
		read -r before </proc/uptime
		read -r now <"$view/uptime"
		read -r after </proc/uptime
		now=$(ticks_of "$now")
		[ "$now" -ge $(($(ticks_of "$before") - began - 1)) ] && [ "$now" -le $(($(ticks_of "$after") - began + 1)) ] ||
			echo "uptime $now"
		read -r stat <"$view/1/stat"
		stat=${stat##*) }
		# shellcheck disable=SC2086 # words
		set -- $stat
		[ "$began" -eq 0 ] || [ "${20}" -eq 0 ] || echo "init starts at ${20}"
	done
	echo "done $rounds"
	exit
fi

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 150 -- "$@"
need_fuse
need NSPROCFS

readonly MIB=1024 # meminfo is in kB
name=nsprocfs-follow-$$
groups=() # directories that were made
inits=()  # of the containers
view=     # where it is mounted

remove_group()
{
	rmdir "$1" 2>/dev/null || [ ! -e "$1" ]
}

eval "lib_$(declare -f cleanup)"
cleanup()
{
	local i

	trap - EXIT
	kill -KILL "${inits[@]}" 2>/dev/null
	# shellcheck disable=SC2154 # of lib.sh
	kill_tree $$ "${watchdog:-}"
	for ((i = ${#groups[@]} - 1; i >= 0; i--)); do
		wait_for 30 remove_group "${groups[i]}" || echo "# left behind: ${groups[i]}"
	done
	lib_cleanup
}

# hierarchy CONTROLLER: where its version 1 hierarchy is mounted.
hierarchy()
{
	awk -v controller="$1" '
		$0 ~ " - cgroup cgroup " && $NF ~ "(^|,)" controller "(,|$)" && $4 == "/" { print $5; exit }' \
		/proc/self/mountinfo
}

make_group()
{
	[ -d "$1" ] || { mkdir "$1" && groups+=("$1"); }
}

# make_groups NAME MIB_OF_MEMORY CPUS
make_groups()
{
	local controller

	for controller in "$memory" "$cpuset" "$cpuacct"; do
		make_group "$controller/$name-$1" || return
	done
	echo $(($2 * MIB * 1024)) >"$memory/$name-$1/memory.limit_in_bytes" &&
		cat "$cpuset/cpuset.mems" >"$cpuset/$name-$1/cpuset.mems" && echo "$3" >"$cpuset/$name-$1/cpuset.cpus"
}

# enter NAME: this shell goes into these groups.
enter()
{
	local controller

	for controller in "$memory" "$cpuset" "$cpuacct"; do
		echo "$BASHPID" >"$controller/$name-$1/cgroup.procs" || return
	done
}

has_child()
{
	child=$(children_of "$1")
	child=${child%% *}
	[ -n "$child" ]
}

# start NAME: a container in these groups ('': in those we are in); its init is $child.
start()
{
	(
		[ -z "$1" ] || enter "$1"
		exec unshare --pid --fork --kill-child sleep 1000
	) 2>/dev/null &
	disown
	wait_for 30 has_child $! && inits+=("$child")
}

# within INIT COMMAND...: as a client in that namespace, in the groups that we are in.
within()
{
	nsenter --target "$1" --pid "${@:2}"
}

# follow NAME OPTION...: mounts a view that follows on $tmp/NAME.
follow()
{
	mkdir -p "$tmp/$1"
	view=$tmp/$1
	"$NSPROCFS" mount --pidns follow "${@:2}" "$view" </dev/null 2>"$tmp/said" || { cat "$tmp/said"; return 1; }
}

# mem_total FILE: in kB.
mem_total()
{
	awk '$1 == "MemTotal:" { print $2 }' "$1"
}

# limit NAME: of that group, in kB.
limit()
{
	echo $(($(cat "$memory/$name-$1/memory.limit_in_bytes") / 1024))
}

# total_of INIT: what that container is shown.
total_of()
{
	within "$1" sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' "$view/meminfo"
}

# start_of FILE: field 22.
start_of()
{
	awk '{ sub(/.*\) /, ""); print $20 }' "$1"
}

# The process that serves $tmp/NAME: the one that watches namespaces die (epoll).
server()
{
	local pid

	for pid in $(pgrep -f -- "mount --pidns follow .*$tmp/$1\$"); do
		[[ $(readlink /proc/"$pid"/fd/*) != *eventpoll* ]] || echo "$pid"
	done
}

# count WHAT: entries of the server's directory.
count()
{
	find "/proc/$server/$1" -mindepth 1 -maxdepth 1 | wc -l
}

# Inside of a container: mounts, and stays until its standard input ends. The mount and its client are in this mount
# namespace.
if [ "${1:-}" = inside ]; then
	mount -t proc proc /proc && follow inner --resources on || exit 1
	echo "ready $view $(mem_total "$view/meminfo")"
	read -r _
	check 'inside: nothing is left' unview inner
	finish
fi

# Numbers of each, one after the other.
test_each()
{
	local file

	check_equal 'A: its limit' "$(limit a)" "$(total_of "$a")"
	check_equal 'B: its limit' "$(limit b)" "$(total_of "$b")"
	check_equal 'the machine: its memory' "$(mem_total /proc/meminfo)" "$(mem_total "$view/meminfo")"
	for file in stat:'^cpu[0-9]' cpuinfo:'^processor'; do
		check_equal "A: ${file%%:*} has one CPU" 1 "$(within "$a" grep -c "${file#*:}" "$view/${file%%:*}")"
		check_equal "B: ${file%%:*} has its set" "$n_cpus" "$(within "$b" grep -c "${file#*:}" "$view/${file%%:*}")"
		check_equal "the machine: ${file%%:*} has all" "$(grep -c "${file#*:}" "/proc/${file%%:*}")" \
			"$(grep -c "${file#*:}" "$view/${file%%:*}")"
	done
	check_equal 'A: its init starts with it' 0 "$(within "$a" cat "$view/1/stat" | start_of -)"
	check_equal 'the machine: A'\''s init starts when it did' "$(start_of "/proc/$a/stat")" "$(start_of "$view/$a/stat")"
	# Behind the slash, threads: the init, and the reader.
	check_equal 'A: the load is that of its processes' 1 \
		"$(within "$a" awk '{ split($4, n, "/"); print n[2] <= 3 }' "$view/loadavg")"
	check 'the machine: its load' wait_for 30 same_load
	check_equal 'the machine: swaps' "$(cat /proc/swaps)" "$(cat "$view/swaps")"
	[ ! -e /proc/pressure/cpu ] || test_pressure
	echo $((80 * MIB * 1024)) >"$memory/$name-a/memory.limit_in_bytes"
	check_equal 'A: another limit' $((80 * MIB)) "$(total_of "$a")"
	echo $((96 * MIB * 1024)) >"$memory/$name-a/memory.limit_in_bytes"
}

# The averages; the kernel changes them every five seconds.
same_load()
{
	[ "$(cut -d ' ' -f 1-3 "$view/loadavg")" = "$(cut -d ' ' -f 1-3 /proc/loadavg)" ]
}

# Nobody made them groups in the unified hierarchy.
test_pressure()
{
	local unified

	unified=$(sed -n 's/^0:://p' "/proc/$a/cgroup")
	[ "$unified" = / ] || return
	check_equal 'A: has no pressure of its own' 1 "$(within "$a" cat "$view/pressure/cpu" 2>&1 | grep -c 'not supported')"
	check 'the machine: has' grep -q ^some "$view/pressure/cpu"
}

# hammer_in WHO INIT TOTAL CPUS BEGAN: in the background.
hammer_in()
{
	nsenter --target "$2" --pid "$BASH" "$here/test_resources_follow.sh" hammer "$view" "${@:3}" "$rounds" \
		>"$tmp/hammer-$1" 2>&1 </dev/null &
	pids+=($!)
}

# The same names, at once.
test_hammer()
{
	local rounds=300 pids=() who

	[ -z "${NSPROCFS_BRIEF:-}" ] || rounds=30
	hammer_in A "$a" "$(limit a)" 1 "$(start_of "/proc/$a/stat")"
	hammer_in B "$b" "$(limit b)" "$n_cpus" "$(start_of "/proc/$b/stat")"
	hammer_in machine $$ "$(mem_total /proc/meminfo)" "$(grep -c '^cpu[0-9]' /proc/stat)" 0
	wait "${pids[@]}"
	for who in A B machine; do
		check_equal "all at once: only its own ($who)" "done $rounds" "$(head -n 5 "$tmp/hammer-$who")"
	done
}

# What is open stays what it was, whoever reads it; a process's files are its namespace's. A namespace below A, in B's group.
test_open()
{
	# shellcheck disable=SC2016 # for the inner shells
	within "$a" sh -c 'exec 5<"$0/meminfo" && cd "$0/1" && exec unshare --pid --fork --kill-child sh -c "$1" "$0" "$2" 2>/dev/null' \
		"$view" 'echo 0 >"$1"; read -r _ open _ <&5; read -r _ own _ <"$0/meminfo"; echo "$open $own"; cat stat' \
		"$memory/$name-b/cgroup.procs" >"$tmp/open"
	check_equal 'a file that A has opened is A'\''s in others'\'' hands' "$(limit a) $(limit b)" "$(head -n 1 "$tmp/open")"
	check_equal 'a directory of A stays one of A' 0 "$(tail -n 1 "$tmp/open" | start_of -)"
}

json()
{
	"$@" status --json "$view" | python3 -c 'import json, sys; print(json.load(sys.stdin)["views"][0].get("memory_limit"))'
}

test_control()
{
	command -v python3 >/dev/null || return
	check_equal 'status, asked in A' "$(($(limit a) * 1024))" "$(json within "$a" "$NSPROCFS")"
	check_equal 'status, asked in B' "$(($(limit b) * 1024))" "$(json within "$b" "$NSPROCFS")"
	check_equal 'status, asked on the machine' None "$(json "$NSPROCFS")"
	check 'set -meminfo' "$NSPROCFS" set "$view" --resources=-meminfo
	check_equal 'A: the machine'\''s' "$(mem_total /proc/meminfo)" "$(total_of "$a")"
	check_equal 'A: the rest is its own' 1 "$(within "$a" grep -c '^processor' "$view/cpuinfo")"
	check 'set off' "$NSPROCFS" set "$view" --resources=off
	check_equal 'B: the machine'\''s CPUs' "$(grep -c '^processor' /proc/cpuinfo)" \
		"$(within "$b" grep -c '^processor' "$view/cpuinfo")"
	check 'set on' "$NSPROCFS" set "$view" --resources=on
	check_equal 'A: its own again' "$(limit a)" "$(total_of "$a")"
}

shows()
{
	[ "$(total_of "$1")" = "$2" ]
}

test_hangup()
{
	local keeper

	echo -meminfo >"$tmp/choice"
	mkdir -p "$tmp/f"
	view=$tmp/f
	"$NSPROCFS" mount -f --pidns follow --resources "@$tmp/choice" "$view" 2>"$tmp/said" &
	keeper=$!
	check 'a choice from a file' wait_for 30 mountpoint -q "$view"
	check_equal 'A: the machine'\''s memory' "$(mem_total /proc/meminfo)" "$(total_of "$a")"
	echo on >"$tmp/choice"
	kill -HUP "$keeper"
	check 'SIGHUP: A: its own' wait_for 30 shows "$a" "$(limit a)"
	check_equal 'SIGHUP: B: its own' "$(limit b)" "$(total_of "$b")"
	kill -TERM "$keeper"
	wait "$keeper"
	check_equal 'SIGTERM ends the view' 0 $?
}

# A container that reads what it is shown, and ends.
come_and_go()
{
	# shellcheck disable=SC2016 # for the inner shell
	(enter "$1" && exec unshare --pid --fork --kill-child sh -c 'read -r _ total _ <"$0/meminfo"
		read -r _ _ _ threads _ <"$0/loadavg" && read -r _ <"$0/stat" && read -r self _ <"$0/self/stat"
		[ "${threads#*/}" -gt 3 ] || threads=few # a process that reads for it where it stands is one
		echo "$total $self $threads"' "$view")
}

# shellcheck disable=SC2317 # wait_for calls it
settled()
{
	[ "$(count fd)" -le "$1" ]
}

resident()
{
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$server/status"
}

test_come_and_go()
{
	local n=200 i before before_kb threads

	[ -z "${NSPROCFS_BRIEF:-}" ] || n=40
	server=$(server "${view##*/}")
	check 'there is one server' [ "$(wc -w <<<"$server")" -eq 1 ] || return
	for ((i = 0; i < 60; i++)); do come_and_go a; done >/dev/null
	echo 2 >/proc/sys/vm/drop_caches
	check 'those are gone' wait_for 30 no_more_views 3
	before=$(count fd) before_kb=$(resident) threads=$(count task)
	for ((i = 0; i < n / 2; i++)); do come_and_go a; come_and_go b; done | sort | uniq -c | sort -n -k2 >"$tmp/seen"
	check_equal "$n containers: each saw its own" "$((n / 2)) $(limit a) 1 few|$((n / 2)) $(limit b) 1 few|" \
		"$(sed 's/^ *//' "$tmp/seen" | tr '\n' '|')"
	check "$n containers: no descriptor is left (before: $before, after: $(count fd))" wait_for 30 settled $((before + 3))
	# Threads that serve come and go; none is a namespace's.
	check "$n containers: no thread is left (before: $threads, after: $(count task))" \
		[ "$(count task)" -le $((threads + n / 2)) ]
	[ -n "${NSPROCFS_BRIEF:-}" ] ||
		check "$n containers: the server has not grown ($before_kb kB, $(resident) kB)" [ $(($(resident) - before_kb)) -lt 8000 ]
}

# no_more_views N: so many are kept: each holds its namespace, as the server does its own.
# shellcheck disable=SC2317 # wait_for calls it
no_more_views()
{
	[ "$(readlink /proc/"$server"/fd/* | grep -c '^pid:')" -le "$1" ]
}

# A mount made in A: whoever comes from outside is in none of its containers.
test_outside()
{
	local word dir total inside

	mkfifo "$tmp/until"
	LIB_INSIDE=1 nsenter --target "$a" --pid unshare --mount --propagation private \
		"$BASH" "$here/test_resources_follow.sh" inside <>"$tmp/until" >"$tmp/inside" 2>&1 &
	check 'a mount made in A' wait_for 30 grep -qs '^ready' "$tmp/inside"
	read -r word dir total <"$tmp/inside"
	check_equal 'its own clients see A' "ready $(limit a)" "$word $total"
	inside=$(pgrep -f -- "test_resources_follow.sh inside" | while read -r pid; do
		[ "$(awk '$1 == "NSpid:" { print NF }' "/proc/$pid/status")" -gt 2 ] && echo "$pid"; done | head -n 1)
	check_equal 'from outside: EIO, and nothing of the machine' "cat: $dir/meminfo: Input/output error" \
		"$(nsenter --target "$inside" --mount env LC_ALL=C cat "$dir/meminfo" 2>&1)"
	check_equal 'from outside: what is no resource can be read' "$(cat /proc/version)" \
		"$(nsenter --target "$inside" --mount cat "$dir/version")"
	echo >"$tmp/until"
	wait $!
	check 'the mount in A: nothing is left' grep -q '^ok .*inside: nothing is left' "$tmp/inside"
}

# A recorded tree in a group of the machine's, mounted; without one it is as recorded.
test_tree()
{
	mkdir -p "$tmp/tree/1" "$tmp/t"
	view=$tmp/t
	printf 'MemTotal:        8000000 kB\nMemFree:         5000000 kB\n' >"$tmp/tree/meminfo"
	check 'a recorded tree' "$NSPROCFS" mount --tree "$tmp/tree" "$view"
	check 'is as recorded' cmp "$tmp/tree/meminfo" "$view/meminfo"
	check 'nothing is left' unview t
	check 'a recorded tree in a group' "$NSPROCFS" mount --tree "$tmp/tree" --resources "$memory/$name-a" "$view"
	check_equal 'has its limit' "$(limit a)" "$(mem_total "$view/meminfo")"
	check 'set off' "$NSPROCFS" set "$view" --resources=off
	check 'it is as recorded' cmp "$tmp/tree/meminfo" "$view/meminfo"
	check 'set on' "$NSPROCFS" set "$view" --resources=on
	check_equal 'it has its limit' "$(limit a)" "$(mem_total "$view/meminfo")"
	check 'nothing is left' unview t
	check_equal 'explain says so' 1 "$("$NSPROCFS" explain --tree "$tmp/tree" --resources "$memory/$name-a" meminfo |
		grep -c "MemTotal: *$(limit a) kB")"
}

# in_pod GROUP COMMAND...: a container of the pod: its namespace, groups of its own.
in_pod()
{
	(enter "$1" && exec nsenter --target "$pod" --pid "${@:2}")
}

# Containers that share a namespace, whose init is in none of their groups. $1: what was mounted.
test_pod()
{
	local rounds=100 pids=() got reader

	[ -z "${NSPROCFS_BRIEF:-}" ] || rounds=20
	for group in a b; do
		check_equal "$1: pod, container $group: its limit" "$(limit $group)" \
			"$(in_pod $group sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' "$view/meminfo")"
		in_pod $group "$BASH" "$here/test_resources_follow.sh" hammer "$view" "$(limit $group)" \
			"$([ $group = a ] && echo 1 || echo "$n_cpus")" "$(start_of "/proc/$pod/stat")" "$rounds" \
			>"$tmp/hammer-$group" 2>&1 </dev/null &
		pids+=($!)
	done
	wait "${pids[@]}"
	for group in a b; do
		check_equal "$1: at once: only its own ($group)" "done $rounds" "$(head -n 5 "$tmp/hammer-$group")"
	done
	# It reads when it is told to, and then again, in another group.
	# shellcheck disable=SC2016 # for the inner shell
	coproc READER { in_pod a "$BASH" -c 'while read -r _; do read -r _ total _ <"$0/meminfo"; echo "$total"; done' "$view"; }
	# shellcheck disable=SC2153
	reader=$READER_PID
	echo >&"${READER[1]}"
	read -r -t 30 got <&"${READER[0]}"
	check_equal "$1: before it is moved" "$(limit a)" "$got"
	for pid in $(tree_of "$reader"); do
		echo "$pid" >"$memory/$name-b/cgroup.procs"
	done
	echo >&"${READER[1]}"
	read -r -t 30 got <&"${READER[0]}"
	check_equal "$1: it is moved: at once" "$(limit b)" "$got"
	{ kill_tree "$reader" && wait "$reader"; } 2>/dev/null
}

# tree_of PID: it, and all below.
tree_of()
{
	local pid

	echo "$1"
	for pid in $(children_of "$1"); do
		tree_of "$pid"
	done
}

memory=$(hierarchy memory) cpuset=$(hierarchy cpuset) cpuacct=$(hierarchy cpuacct)
[ -n "$memory" ] && [ -n "$cpuset" ] && [ -n "$cpuacct" ] || skip 'memory, cpuset, cpuacct are not all of version 1 here'
[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] && ! grep -Eqv ':/(init.scope)?$' /proc/1/cgroup ||
	skip 'not on the machine itself'
all_cpus=$(cat "$cpuset/cpuset.cpus")
n_cpus=$(grep -c '^cpu[0-9]' /proc/stat)
make_groups a 96 "${all_cpus##*[-,]}" 2>/dev/null && make_groups b 200 "$all_cpus" 2>/dev/null ||
	skip 'no control groups can be made'
chmod 755 "$tmp"
start a && a=$child && start b && b=$child && start '' && pod=$child || skip 'no pid namespace can be made'

for source in kernel host; do
	[ "$source" = kernel ] || [ -z "${NSPROCFS_BRIEF:-}" ] || continue
	check "$source: a view that follows" follow v --source "$source" --resources on || continue
	test_each
	test_hammer
	test_open
	test_control
	test_come_and_go
	check "$source: nothing is left" unview v
done
check 'by its profile' follow v --profile container
check_equal 'A: its limit' "$(limit a)" "$(total_of "$a")"
check 'nothing is left' unview v
test_hangup
test_outside
test_tree
check 'a view for a pod: follow' follow v --resources client
test_pod follow
check_equal 'its init is in no group: the machine'\''s' "$(mem_total /proc/meminfo)" "$(total_of "$pod")"
check 'nothing is left' unview v
check 'a view for a pod: target' view v kernel "$pod" --resources client
view=$tmp/v
test_pod target
check 'nothing is left' unview v
finish
