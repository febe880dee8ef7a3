#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Facts about a container's resources, from control groups that this test makes: limits, what is left
# under those of groups above that others use as well, processors, times; groups that are left, removed,
# or not there. Each against the groups' own files.
#
# Usage: test_resources.sh [NSPROCFS]   (else $NSPROCFS; $FACTS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/cgroups.sh
. "$here/cgroups.sh"
begin 100 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS FACTS

readonly MIB=1048576
name=nsprocfs-facts-$$
taker= # process that takes facts
init=  # of the container

eval "groups_$(declare -f cleanup)"
cleanup()
{
	[ -z "$taker" ] || stop_taker
	groups_cleanup
}

start_taker()
{
	[ -z "$taker" ] || stop_taker
	# shellcheck disable=SC2154 # of lib.sh
	coproc TAKER { exec "$FACTS" "$@" 2>"$tmp/facts.err"; }
	taker=$TAKER_PID
}

stop_taker()
{
	# shellcheck disable=SC1083,SC2093 # a descriptor, not a command
	exec {TAKER[1]}>&-
	wait "$taker" 2>/dev/null
	taker=
}

# Takes the facts into the array fact.
declare -A fact
take()
{
	local word value

	fact=()
	echo >&"${TAKER[1]}" || return 1
	while read -r word value <&"${TAKER[0]}"; do
		[ "$word" != end ] || return 0
		fact[$word]=$value
	done
	return 1
}

# fact_is NAME WANTED: takes the facts and looks; to be waited for.
fact_is()
{
	take && [ "${fact[$1]:-}" = "$2" ]
}

# hold GROUP MIB: a process in the group that uses so much; its number is in $held.
hold()
{
	local ready=

	exec {holding}< <(
		enter "$name/$1"
		exec "$FACTS" --hold "$2"
	)
	held=$!
	read -r -t $((20 * slow)) ready <&"$holding"
	[ "$ready" = ready ]
}

release()
{
	kill -KILL "$held"
	exec {holding}<&-
}

# A group with limits of its own, below one that it shares with a sibling.
test_memory()
{
	local usage above

	start_taker "$init"
	take
	check_equal 'the limit is the smaller one, of the group' $((48 * MIB)) "${fact[limit]}"
	usage=$(memory_file "$name/in" usage)
	between 'usage is that of the group' $((usage - MIB)) "${fact[usage]}" $((usage + MIB))
	between 'all that is not used is left' $((48 * MIB - usage - MIB)) "${fact[headroom]}" \
		$((48 * MIB - usage + MIB))

	check 'a sibling uses 40 MiB' hold sibling 40
	take
	above=$(memory_file "$name" usage)
	between 'less is left: what the group above has left' $((64 * MIB - above - MIB)) \
		"${fact[headroom]}" $((64 * MIB - above + MIB))
	between 'which is less than without the sibling' 0 "${fact[headroom]}" $((24 * MIB))
	check_equal 'the limit is what it was' $((48 * MIB)) "${fact[limit]}"
	between 'the sibling is not used memory of the group' 0 "${fact[usage]}" $((8 * MIB))
	release

	check 'a limit above is lowered' wait_for 30 set_limit "$name" $((32 * MIB))
	take
	check_equal 'a limit above that is lowered counts at once' $((32 * MIB)) "${fact[limit]}"
	set_limit "$name" none
	set_limit "$name/in" none
	take
	check_equal 'no limit' - "${fact[limit]}"
	set_limit "$name/in" $((48 * MIB))
	set_limit "$name" $((64 * MIB))
}

# What a process of the container allocates is seen in the group's own numbers.
test_allocates()
{
	local before

	take
	before=${fact[anon]}
	check 'a process of the group allocates 20 MiB' hold in 20
	take
	between '20 MiB allocated: anonymous memory' $((20 * MIB)) $((fact[anon] - before)) \
		$((24 * MIB))
	between '20 MiB allocated: what is left' 0 "${fact[headroom]}" $((28 * MIB))
	release
	check 'given back' wait_for 30 anon_is_below $((before + MIB))
}

anon_is_below()
{
	take && [ "${fact[anon]}" -lt "$1" ]
}

test_moved()
{
	make_group "$name/other" memory
	set_limit "$name/other" $((10 * MIB))
	take
	enter "$name/other" "$init"
	check 'init is moved: noticed within some seconds' \
		wait_for 30 fact_is limit $((10 * MIB))
	# The old group is removed at once; what was opened of it says so.
	enter "$name/in" "$init"
	check 'the group can be removed, open as its files are' \
		wait_for 30 remove_group "$memory/$name/other"
	take
	check_equal 'the group was removed: where init is now, at once' $((48 * MIB)) "${fact[limit]}"
}

test_named()
{
	local path=/$name/sibling

	start_taker "$init" "memory:$path"
	take
	check_equal 'a group that was named' $((56 * MIB)) "${fact[limit]}"
	check 'that group is removed' wait_for 30 remove_group "$memory$path"
	take
	check_equal 'then there are no facts: EIO' 5 "${fact[error]:-}"
	mkdir "$memory$path"
	set_limit "$name/sibling" $((7 * MIB))
	take
	check_equal 'it is there again: found' $((7 * MIB)) "${fact[limit]:-}"
	stop_taker
	check_equal 'a group that is not there' 1 \
		"$("$FACTS" "$init" "memory:/$name/nosuch" </dev/null >/dev/null 2>&1; echo $?)"
}

# Quota, shares, a set of processors and time.
test_processors()
{
	local before percpu=0

	make_group "$name/in" cpu cpuset cpuacct
	set_cpus "$name/in" 1 || set_cpus "$name/in" 0
	set_quota "$name/in" 50000
	set_shares "$name/in" 512
	enter "$name/in" "$init"
	start_taker "$init"
	take
	check_equal 'the quota' '50000 of 100000' "${fact[quota]} of ${fact[period]}"
	check_equal 'the shares' 512 "${fact[shares]}"
	check_equal 'the processors' "$(cat "$cpuset/$name/in/cpuset.cpus")" "${fact[set]}"
	[ -n "$unified" ] || percpu=$(nproc --all)
	check_equal 'times are known for each processor, in version 1' "$percpu" "${fact[cpus]}"
	before=$((fact[user] + fact[system]))
	(
		enter "$name/in"
		while :; do :; done
	) &
	check 'time that is used is counted' wait_for 30 used_more "$before" 300000000
	kill -KILL $!
	wait $! 2>/dev/null
	before=$(used_ns "$name/in")
	take
	between 'as the group counts' "$before" $((fact[user] + fact[system])) "$(used_ns "$name/in")"
}

# used_more BEFORE NANOSECONDS
used_more()
{
	take && [ $((fact[user] + fact[system] - $1)) -ge "$2" ]
}

test_time()
{
	local ticks hz now

	start_taker "$init"
	take
	ticks=$(awk '{ sub(/.*\) /, ""); print $20 }' "/proc/$init/stat")
	hz=$(getconf CLK_TCK)
	check_equal 'the start, as in PID/stat' $((ticks * (1000000000 / hz))) "${fact[start]}"
	now=$(awk '{ printf "%d", $1 * 1000 }' /proc/uptime)
	between 'start and age are the uptime' $((now - 2000)) \
		$(((fact[start] + fact[age]) / 1000000)) $((now + 100))
}

# Init goes back and forth, each group being removed behind it, while eight threads take facts.
test_threads()
{
	local i n n_failed threads

	exec {threads}< <(exec "$FACTS" --threads "$init" 3 2>&1)
	read -r -t 20 _ <&"$threads"
	for ((i = 0; i < 20; i++)); do
		make_group "$name/t$i" memory
		enter "$name/t$i" "$init"
		[ "$i" -eq 0 ] || wait_for 30 remove_group "$memory/$name/t$((i - 1))"
	done
	read -r -t 20 n n_failed <&"$threads"
	exec {threads}<&-
	between 'threads take facts while init moves' $((1000 / slow)) "${n:-0}" 1000000000
	check_equal 'and none fails' 0 "${n_failed:-none}"
	enter "$name/in" "$init"
}

# The command line.
test_view()
{
	local line

	line=$("$NSPROCFS" explain --target "$init" --profile container | grep ' memory: ')
	check_equal 'explain says which group' "memory: /$name/in" \
		"$(sed 's/^ *//; s/ (version [12].*//' <<<"$line")"
	line=$("$NSPROCFS" explain --target "$init" | grep resources)
	check_equal 'off with profile kernel' "the machine's: profile kernel shows the machine's" \
		"${line#*resources   }"
	line=$("$NSPROCFS" explain --target "$init" --resources "$memory/$name" | grep ' memory: ')
	check_equal 'a group named by its directory' "memory: /$name" \
		"$(sed 's/^ *//; s/ (version [12].*//' <<<"$line")"
	line=$("$NSPROCFS" cat --target "$init" --resources "memory:/$name/nosuch" uptime 2>&1)
	check_equal 'a group that is not there' \
		"nsprocfs: cat: open control group memory:/$name/nosuch: No such file or directory" "${line%%;*}"
}

# What the server has open of the hierarchies keeps nobody from unmounting them (in our mount namespace).
test_mounted()
{
	mkdir "$tmp/memory"
	mount --bind "$memory" "$tmp/memory"
	[ -c /dev/fuse ] || return
	check 'a view with resources is mounted' view v kernel "$init" --resources on
	check_equal 'and can be read' 0 "$(cat "$tmp/v/uptime" >"$tmp/uptime"; echo $?)"
	check 'the hierarchy can be unmounted' umount "$memory"
	mount --bind "$tmp/memory" "$memory" # it is there that the groups are removed
	check 'the view can' unview v
}

use_controllers memory cpu cpuset cpuacct
make_group "$name" || skip 'no control group can be made'
make_group "$name/in" memory
make_group "$name/sibling" memory
set_limit "$name" $((64 * MIB)) || skip 'no limit can be set'
set_limit "$name/in" $((48 * MIB))
set_limit "$name/sibling" $((56 * MIB))
start_init "$name/in" sleep 1000 || skip 'no pid namespace can be made'
init=$child

test_memory
test_allocates
test_moved
test_named
test_processors
test_time
test_threads
test_view
test_mounted
finish
