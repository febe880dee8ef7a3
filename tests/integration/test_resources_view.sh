#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A live container in control groups that this test makes, seen through mounted views: what its processes
# allocate, map, write, lock and burn must move the numbers, by as much as the groups' own files say.
#
# Usage: test_resources_view.sh   (the program is $NSPROCFS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/cgroups.sh
. "$here/cgroups.sh"
begin 100 -- "$@"
need_fuse
need NSPROCFS HOLD

readonly MIB=1024 # meminfo is in kB
brief=${NSPROCFS_BRIEF:-}
name=nsprocfs-view-$$
init=  # of the container
inits= # that of one that nothing limits

# start_hold GROUP ARGUMENT...: in the container's namespace, that group; what to stop is $held.
start_hold()
{
	local ready=

	exec {holding}< <(
		enter "$1"
		exec nsenter --target "$init" --pid "$HOLD" "${@:2}"
	)
	held=$!
	[ "$2" = busy ] && return
	read -r -t $((20 * slow)) ready <&"$holding"
	[ "$ready" = ready ]
}

stop_hold()
{
	kill_tree "$held"
	kill -KILL "$held" 2>/dev/null
	exec {holding}<&-
}

# shown LINE: of the view's meminfo.
shown()
{
	awk -v line="$1:" '$1 == line { print $2 }' "$tmp/$at/meminfo"
}

# agrees LINE KEY AT_LEAST: the line is what the group counts, and that is as much. Counts are batched.
agrees()
{
	local before after got

	before=$(counted "$name/in" "$2") got=$(shown "$1") after=$(counted "$name/in" "$2")
	before=$((before / 1024)) after=$((after / 1024))
	[ "$got" -ge "$3" ] && [ "$got" -ge $((before - MIB / 2)) ] && [ "$got" -le $((after + MIB / 2)) ]
}

# moves SENTENCE LINE KEY KIND [FILE]: 24 MiB of that kind are in the line, and as the group counts them.
moves()
{
	local before

	before=$(shown "$2")
	check "$1: held" start_hold "$name/in" "$4" 24 "${@:5}"
	check "$1: $2 is what the group counts, and has them" wait_for 30 agrees "$2" "$3" $((before + 20 * MIB))
}

# What was dirty may have been written back: more than a tenth of a group's memory is (version 2).
dirty_agrees()
{
	dd if=/dev/zero of="$tmp/written" bs=4096 count=256 conv=notrunc 2>/dev/null
	agrees Dirty file_dirty $((MIB / 2))
}

test_memory()
{
	local left

	check_equal 'MemTotal is the smallest limit' $((128 * MIB)) "$(shown MemTotal)"
	moves 'anonymous memory' AnonPages anon anon
	left=$((($(memory_file "$name/in" limit) - $(memory_file "$name/in" usage)) / 1024))
	between 'MemFree is what is left' $((left - 2 * MIB)) "$(shown MemFree)" $((left + 2 * MIB))
	stop_hold
	check 'given back' wait_for 30 agrees_below AnonPages $((20 * MIB))

	moves 'a file' Mapped file_mapped written "$tmp/written"
	check 'a file: Cached' wait_for 30 agrees Cached file $((20 * MIB))
	check 'a file: Dirty' wait_for 30 dirty_agrees
	stop_hold
	rm "$tmp/written"
	moves 'tmpfs' Shmem shmem shared
	stop_hold
	moves 'locked memory' Unevictable unevictable locked
	between 'Mlocked is not more' 1 "$(shown Mlocked)" "$(shown Unevictable)"
	stop_hold
}

# vmstat KEY
vmstat()
{
	awk -v key="$1" '$1 == key { print $2 }' "$tmp/$at/vmstat"
}

# The same as meminfo, in pages, and faults as the group has counted them; what nobody counts is 0.
test_vmstat()
{
	local before got

	check 'vmstat: nr_anon_pages is AnonPages' wait_for 30 same_anon
	before=$(counted_faults) got=$(vmstat pgfault)
	between 'vmstat: faults are the group'\''s' "$before" "$got" "$(counted_faults)"
	check_equal 'vmstat: events of the machine are 0' '0 0' "$(vmstat pgpgin) $(vmstat pgfree)"
	check_equal 'vmstat: names are the kernel'\''s' "$(cut -d' ' -f1 /proc/vmstat)" "$(cut -d' ' -f1 "$tmp/$at/vmstat")"
}

same_anon()
{
	local before after got

	before=$(shown AnonPages)
	got=$(($(vmstat nr_anon_pages) * $(getconf PAGESIZE) / 1024))
	after=$(shown AnonPages)
	[ "$before" = "$got" ] && [ "$after" = "$got" ]
}

counted_faults()
{
	counted "$name/in" pgfault
}

# agrees_below LINE LIMIT
agrees_below()
{
	[ "$(shown "$1")" -lt "$2" ]
}

test_sibling()
{
	check 'a sibling uses 100 MiB of 160 that are shared' start_hold "$name/sibling" anon 100
	between 'less is left: what the group above has left' 1 "$(shown MemFree)" $((60 * MIB))
	check_equal 'MemTotal stays' $((128 * MIB)) "$(shown MemTotal)"
	between 'it is not memory of the container' 0 "$(shown AnonPages)" $((20 * MIB))
	stop_hold
}

# One open file: both reads at offset 0 are made anew, and what is read elsewhere is of that text.
test_offsets()
{
	local first second reader

	coproc REREAD { exec "$HOLD" reread "$tmp/$at/meminfo"; }
	# shellcheck disable=SC2153
	reader=$REREAD_PID
	echo >&"${REREAD[1]}"
	read -r -t 10 first <&"${REREAD[0]}"
	set_limit "$name/in" $((96 * MIB * 1024))
	echo >&"${REREAD[1]}"
	read -r -t 10 second <&"${REREAD[0]}"
	set_limit "$name/in" $((128 * MIB * 1024))
	check_equal 'read at offset 0, and at 4' 'MemTotal:         131072 kB|otal:         13' "$first"
	check_equal 'read again' 'MemTotal:          98304 kB|otal:          9' "$second"
	kill "$reader"
	wait "$reader" 2>/dev/null
}

busy_ticks()
{
	awk '$1 == "cpu" { print $2 + $3 + $4, $5 }' "$tmp/$1/stat"
}

# percent VIEW: how busy it is while its counters say that 0.4 s pass.
percent()
{
	local busy idle busy_now idle_now

	read -r busy idle < <(busy_ticks "$1")
	wait_for 30 have_passed "$1" $((busy + idle + 40)) || return 1
	read -r busy_now idle_now < <(busy_ticks "$1")
	echo $(((busy_now - busy) * 100 / (busy_now - busy + idle_now - idle)))
}

have_passed()
{
	local busy idle

	read -r busy idle < <(busy_ticks "$1")
	[ $((busy + idle)) -ge "$2" ]
}

is_busy()
{
	[ "$(percent "$1")" -ge 90 ]
}

is_idle()
{
	[ "$(percent "$1")" -le 2 ]
}

test_busy()
{
	local ours theirs

	start_hold "$name/in" busy
	check 'a quota used up is 90 % and more of all there is' wait_for 30 is_busy "$at"
	has_child "$held"
	ours=$(inside ps -o pcpu= -p "$(awk '/^NSpid/ { print $NF }' "/proc/$child/status")" | xargs)
	theirs=$(ps -o pcpu= -p "$child" | xargs)
	# ps divides by whole seconds, of which there are few; the machine's and the container's differ by one.
	between 'ps: what it takes of a CPU is what it takes of the machine'\''s' $((${theirs%.*} / 2 - 3)) "${ours%.*}" \
		$((${theirs%.*} * 2 + 3))
	between 'which is the quota, not all' 1 "${ours%.*}" 60
	stop_hold
	check 'an idle container is idle' wait_for 30 is_idle "$at"
}

# idle_passes VIEW: how many ticks of idle time pass while half a second of the machine does; at least that.
idle_passes()
{
	local before after start

	read -r _ before < <(busy_ticks "$1")
	read -r start _ </proc/uptime
	wait_for 30 uptime_reaches $((${start/./} + 50))
	read -r _ after < <(busy_ticks "$1")
	echo $((after - before))
}

uptime_reaches()
{
	local now

	read -r now _ </proc/uptime
	[ "${now/./}" -ge "$1" ]
}

has_members()
{
	[ "$(wc -l <"$cpu/$name/in/cgroup.procs")" -eq "$1" ]
}

has_used()
{
	[ "$(used_ns "$name/in")" -ge "$1" ]
}

# More than all that its quota would have given it since it began: as if others had been in its group before. It sleeps
# then, and is idle. The quota is made a hundredth of a CPU, so that what it has used already is too much.
test_used_before()
{
	local age members

	members=$(wc -l <"$cpu/$name/in/cgroup.procs")
	age=$(awk '{ printf "%d", $1 }' "$tmp/$at/uptime")
	start_hold "$name/in" busy
	check 'a group that has used a hundredth of twice its age' wait_for 30 has_used $(((age + 60) * 20000000))
	stop_hold
	# What still has to end would take its time with such a quota, and use it.
	wait_for 30 has_members "$members"
	set_quota "$name/in" 1000
	between 'has no idle time' 0 "$(awk '$1 == "cpu" { print $5 }' "$tmp/$at/stat")" 2
	between 'but is idle as soon as it does nothing' 45 "$(idle_passes "$at")" 1000
	set_quota "$name/in" 20000
}

test_cpus()
{
	local file

	for file in stat:'^cpu[0-9]' cpuinfo:'^processor' ${schedstat:+"schedstat:^cpu"}; do
		check_equal "${file%%:*} has one CPU" 1 "$(grep -c "${file#*:}" "$tmp/$at/${file%%:*}")"
	done
	for file in interrupts softirqs; do
		check_equal "$file has one CPU" CPU0 "$(head -1 "$tmp/$at/$file" | xargs)"
	done
}

# start_of FILE: field 22.
start_of()
{
	awk '{ sub(/.*\) /, ""); print $20 }' "$1"
}

# The processes that started after now.
future()
{
	local file ticks

	for file in "$tmp/$at"/[0-9]*/stat; do
		ticks=$(start_of "$file" 2>/dev/null)
		[ -n "$ticks" ] || continue # it has ended meanwhile
		[ "$ticks" -le "$(awk '{ printf "%.0f", $1 * 100 }' "$tmp/$at/uptime")" ] || echo "$file"
	done
}

test_time()
{
	local file ticks before after begun

	ticks=$(start_of "/proc/$init/stat")
	before=$(awk -v ticks="$ticks" '{ printf "%d", $1 * 100 - ticks }' /proc/uptime)
	file=$(awk '{ printf "%d", $1 * 100 }' "$tmp/$at/uptime")
	after=$(awk -v ticks="$ticks" '{ printf "%d", $1 * 100 - ticks }' /proc/uptime)
	between 'uptime is the age' $((before - 1)) "$file" $((after + 1))
	begun=$(($(awk '$1 == "btime" { print $2 }' /proc/stat) * 100 + ticks))
	file=$(($(awk '$1 == "btime" { print $2 }' "$tmp/$at/stat") * 100 + $(start_of "$tmp/$at/1/stat")))
	between 'begin + start are the machine'\''s' $((begun - 200)) "$file" $((begun + 100))
	check_equal 'nobody starts in the future' '' "$(future)"
}

# inside COMMAND...: in the namespace, with the view as /proc.
inside()
{
	# shellcheck disable=SC2016 # for the other shell
	nsenter --target "$init" --pid unshare --mount \
		"$BASH" -c 'mount --bind "$1" /proc && shift && exec "$@"' - "$tmp/$at" "$@"
}

# Of init, in seconds.
age()
{
	ps -o etimes= -p "$init" | xargs
}

# At one moment: it is divided by the age.
same_share()
{
	[ "$(ps -o pcpu= -p "$init" | xargs)" = "$(inside ps -o pcpu= -p 1 | xargs)" ]
}

test_programs()
{
	local program out ours theirs

	for program in 'free -k' 'top -bn1' vmstat nproc w uptime; do
		[ -n "$(type -p "${program%% *}")" ] || continue
		# shellcheck disable=SC2086 # words
		out=$(inside $program 2>"$tmp/err")
		check_equal "$program runs without complaint" '0 ' "$? $(cat "$tmp/err")"
		[ "$program" != 'free -k' ] || check_equal 'free has the limit' $((128 * MIB)) \
			"$(awk '$1 == "Mem:" { print $2 }' <<<"$out")"
		[ "$program" != 'top -bn1' ] || check_equal 'top has the limit' 128.0 \
			"$(sed -n 's/^MiB Mem : *\([0-9.]*\) total.*/\1/p' <<<"$out")"
	done
	between 'vmstat: free is MemFree' 1 "$(inside vmstat | awk 'END { print $4 }')" $((128 * MIB))
	theirs=$(age)
	out=$(inside uptime -p | sed -n 's/.* \([0-9]*\) minutes*$/\1/p')
	between 'uptime: the age, in minutes' $(((theirs - 1) / 60)) "${out:-0}" $((($(age) + 1) / 60))
	theirs=$(age)
	ours=$(inside ps -o etimes= -p 1 | xargs)
	# Start and uptime are in whole seconds each.
	between 'ps: elapsed time' $((theirs - 1)) "$ours" $(($(age) + 1))
	theirs=$(date -d "$(ps -o lstart= -p "$init")" +%s)
	ours=$(date -d "$(inside ps -o lstart= -p 1)" +%s)
	between 'ps: when it started' $((theirs - 1)) "$ours" $((theirs + 1))
	check 'ps: share of a CPU' wait_for 30 same_share
}

test_reader()
{
	check_equal 'any user may read it' $((128 * MIB)) \
		"$(setpriv --reuid=1000 --regid=1000 --clear-groups awk '/^MemTotal/ { print $2 }' "$tmp/$at/meminfo")"
}

# The only CPU of the set, by the number that the machine gives it; and when init began.
test_explained_cpus()
{
	local cpu

	cpu=$(cat "$cpuset/$name/in/cpuset.cpus")
	"$NSPROCFS" explain --target "$init" --profile container --source "$1" cpuinfo interrupts softirqs swaps \
		1/stat >"$tmp/out"
	check_equal 'explain: which CPU it is' 1 "$(grep -Ec \
		"^ *processor.*: 0 +CPU $cpu of the machine, renumbered \\(cpuset\\.[a-z_.]+\\)\$" "$tmp/out")"
	check_equal 'explain: columns' 2 "$(grep -Ec '^ +CPU0 +the shown CPUs, renumbered \(cpuset' "$tmp/out")"
	check_equal 'explain: field 22 of init is 0' 1 \
		"$(grep -c 'field 22, when it started: 0: the machine.s less S in ticks' "$tmp/out")"
	check_equal 'explain: no difference is left to the reader' 0 "$(grep -c -- '- machine, + view' "$tmp/out")"
}

# Its words for real rows: that of the limit, and one of what is counted.
test_explained()
{
	local limit=memory.limit_in_bytes time=cpuacct.usage_all share='what was used there, .*'

	if [ -n "$unified" ]; then
		limit=memory.max time=cpu.stat share='an equal part of .*'
	fi
	"$NSPROCFS" explain --target "$init" --profile container --source "$1" meminfo vmstat >"$tmp/out"
	check 'explain: MemTotal' grep -Eq \
		"^ +MemTotal: +131072 kB +limit, at most the machine's \($limit of 2 groups\)\$" "$tmp/out"
	check 'explain: AnonPages' grep -Eq '^ +AnonPages: +[0-9]+ kB +counted \(memory.stat: '"$(stat_name anon)"'\)$' "$tmp/out"
	check 'explain: vmstat' grep -Eq '^ +nr_anon_pages [0-9]+ +AnonPages of meminfo, in pages$' "$tmp/out"
	check_equal 'explain: each line has words' 0 \
		"$(sed -n '/^\/meminfo/,/^$/p' "$tmp/out" | grep -Ec '^ +[A-Z][^ ]*: +[0-9]+( kB)? *$')"
	"$NSPROCFS" explain --target "$init" --profile container --source "$1" stat uptime >"$tmp/out"
	check 'explain: stat, a CPU' grep -q "^ *cpu0 .* $share; idle: .*($time)\$" "$tmp/out"
	check 'explain: stat, btime' grep -Eq '^ *btime [0-9]+ +the machine.s \+ S, seconds, rounded down ' "$tmp/out"
	check 'explain: stat, a line that is clipped' grep -Eq '^ *intr [0-9 ]{59}\.\.\.  the machine.s since its boot: ' "$tmp/out"
	check 'explain: uptime' grep -q "less what was used, not less than 0 (N: 1) ($time)\$" "$tmp/out"
	test_explained_cpus "$1"
}

# A group that was named, and is removed, and is there again.
test_removed()
{
	local group=$memory/$name/named

	make_group "$name/named" memory
	set_limit "$name/named" $((64 * MIB * 1024))
	check 'a view of a group that is named' view g "$1" "$init" --resources "memory:/$name/named"
	at=g
	check_equal 'its limit' $((64 * MIB)) "$(shown MemTotal)"
	check 'the group is removed' wait_for 30 remove_group "$group"
	check_equal 'EIO' "1 cat: $tmp/g/meminfo: Input/output error" \
		"$(cat "$tmp/g/meminfo" >"$tmp/out" 2>"$tmp/err"; echo "$? $(cat "$tmp/err")")"
	check_equal 'and not a byte of the machine'\''s' 0 "$(stat -c %s "$tmp/out")"
	mkdir "$group"
	set_limit "$name/named" $((32 * MIB * 1024))
	check_equal 'there again: found' $((32 * MIB)) "$(shown MemTotal)"
	check 'the view can be unmounted' unview g
}

# The process that serves: of the two that the view has, the one with more threads.
server()
{
	local pid threads

	for pid in $(pgrep -f -- "$tmp/v\$"); do
		threads=("/proc/$pid/task"/*)
		echo "${#threads[@]} $pid"
	done | sort -n | tail -n 1 | cut -d ' ' -f 2
}

all_stopped()
{
	! grep -h '^State:' "/proc/$1"/task/*/status | grep -qv stopped
}

# readlink(2) of what is no link asks for no more than the name. 124: it was not answered.
name_asked()
{
	timeout "$2" readlink "$tmp/v/$1" >/dev/null
	echo $?
}

# The kernel keeps the names of files that every client finds as long as the view is there, and no others.
test_names()
{
	local pid said

	cat "$tmp/v/meminfo" "$tmp/v/locks" >/dev/null
	pid=$(server)
	kill -STOP "$pid"
	wait_for 30 all_stopped "$pid"
	said="$(name_asked meminfo 10) $(name_asked locks 1) $(name_asked 1 1)"
	kill -CONT "$pid"
	check_equal 'names that stay are known to the kernel, others are asked for' '1 124 124' "$said"
	check 'a file that is mounted over is seen' mount --bind "$0" "$tmp/v/meminfo"
	check 'at once' cmp -s "$0" "$tmp/v/meminfo"
	umount "$tmp/v/meminfo"
	check_equal 'and gone again' MemTotal: "$(awk 'NR == 1 { print $1 }' "$tmp/v/meminfo")"
}

# Init is moved, and the group that it was in removed under the view.
test_moved()
{
	make_group "$name/moved" memory
	set_limit "$name/moved" $((48 * MIB * 1024))
	check_equal 'before the move' $((128 * MIB)) "$(shown MemTotal)"
	move_all "$name/in" "$name/moved" # init, and the unshare(1) that waits for it
	check 'the group is removed under the view' wait_for 30 remove_group "$memory/$name/in"
	check_equal 'found where init is now, at once' $((48 * MIB)) "$(shown MemTotal)"
	mkdir "$memory/$name/in"
	limit_container
	move_all "$name/moved" "$name/in"
	check 'that one is removed as well' wait_for 30 remove_group "$memory/$name/moved"
	check_equal 'found again' $((128 * MIB)) "$(shown MemTotal)"
}

# In the roots of all hierarchies.
test_unlimited()
{
	local free

	start_init '' sleep 1000 || return
	free=$child inits=$child
	check 'a view of a container without limits' view u "$1" "$free" --resources on
	at=u
	check_equal 'its memory is the machine'\''s' "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)" "$(shown MemTotal)"
	check_equal 'its lines are' "$(cut -d: -f1 /proc/meminfo)" "$(cut -d: -f1 "$tmp/u/meminfo")"
	check_equal 'its CPUs are' "$(grep -c '^processor' /proc/cpuinfo)" "$(grep -c '^processor' "$tmp/u/cpuinfo")"
	check_equal 'its swap is' "$(cat /proc/swaps)" "$(cat "$tmp/u/swaps")"
	check 'the view can be unmounted' unview u
	kill -KILL "$free"
}

limit_container()
{
	set_limit "$name/in" $((128 * MIB * 1024)) || return
	set_cpus "$name/in" "$(all_cpus | sed 's/.*[-,]//')"
	# A fifth of a CPU: a machine that others use as well has that much left for it.
	set_quota "$name/in" 20000
}

use_controllers memory cpu cpuset cpuacct
make_group "$name" && make_group "$name/in" && make_group "$name/sibling" || skip 'no control group can be made'
set_limit "$name" $((160 * MIB * 1024)) && limit_container || skip 'no limit can be set'
schedstat=
[ ! -e /proc/schedstat ] || schedstat=1
chmod 755 "$tmp"
start_init "$name/in" sleep 1000 || skip 'no pid namespace can be made'
init=$child

sources=(kernel host)
[ -z "$brief" ] || sources=(host)
for source in "${sources[@]}"; do
	at=v
	if [ "$source" = kernel ]; then
		check 'kernel: a view' view v kernel "$init" --profile container --cpus quota
	else
		check 'host: a view' view v host "$init" --resources on --cpus quota
	fi
	test_memory
	test_vmstat
	test_sibling
	test_offsets
	test_cpus
	test_busy
	test_time
	test_programs
	test_reader
	test_names
	test_used_before
	test_moved
	check "$source: the view can be unmounted" unview v
	test_explained "$source"
	test_removed "$source"
	[ -n "$brief" ] || test_unlimited "$source"
done
finish
