#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# CPUs and times of a container, from control groups that this test makes: all files show the same CPUs;
# a busy container is busy, also under a quota; the times agree with the group's own counters, and begin, uptime and start
# times with those of the machine.
#
# Usage: test_resources_cpus.sh   (the program is $NSPROCFS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/cgroups.sh
. "$here/cgroups.sh"
begin 100 -- "$@"
need NSPROCFS

name=nsprocfs-cpus-$$
init= # of the container

# shown FILE [OPTION...]: what the container is shown.
shown()
{
	local file=$1

	shift
	"$NSPROCFS" cat --target "$init" --resources on "$@" "$file"
}

# count_cpus WANTED OPTION...: in every file that tells.
count_cpus()
{
	local wanted=$1 list

	shift
	list=$(seq 0 $((wanted - 1)) | xargs)
	check_equal "cpuinfo $*" "$list" \
		"$(shown cpuinfo "$@" | sed -n 's/^processor[[:blank:]]*: //p' | xargs)"
	check_equal "stat $*" "$list" "$(shown stat "$@" | sed -n 's/^cpu\([0-9]*\) .*/\1/p' | xargs)"
	for file in interrupts softirqs; do
		check_equal "$file $*" "$list" "$(shown "$file" "$@" | head -1 | sed 's/CPU//g' | xargs)"
	done
	[ ! -e /proc/schedstat ] || check_equal "schedstat $*" "$list" \
		"$(shown schedstat "$@" | sed -n 's/^cpu\([0-9]*\) .*/\1/p' | xargs)"
}

# busy_percent OPTION...: of what passes until a second of it has passed; 0 if nothing does.
busy_percent()
{
	local before
	local -a now

	read -r -a before < <(shown stat "$@" | head -1)
	wait_for 30 has_passed "${before[1]}" "${before[3]}" "${before[4]}" "$@"
	read -r -a now < <(shown stat "$@" | head -1)
	local busy=$((now[1] + now[3] - before[1] - before[3])) idle=$((now[4] - before[4]))
	echo $((busy + idle > 0 ? busy * 100 / (busy + idle) : 0))
}

has_passed()
{
	local all=$(($1 + $2 + $3)) now

	shift 3
	read -r -a now < <(shown stat "$@" | head -1)
	[ $((now[1] + now[3] + now[4] - all)) -ge 100 ]
}

used_ticks()
{
	echo $(($(used_ns "$name") / 10000000))
}

test_times()
{
	local used before after btime ticks

	before=$(used_ticks)
	used=$(shown stat | awk 'NR == 1 { print $2 + $3 + $4 }')
	after=$(used_ticks)
	# User and system of each CPU are rounded down.
	between 'used is what the group counts' $((before - 2 * n_set)) "$used" "$after"
	check_equal 'the total is the sum' 0 \
		"$(shown stat | awk '/^cpu / { sum = $2 + $3 + $4 + $5 } /^cpu[0-9]/ { sum -= $2 + $3 + $4 + $5 } END { print sum }')"
	check_equal 'init starts with the container' 0 \
		"$(shown 1/stat | awk '{ sub(/.*\) /, ""); print $20 }')"
	ticks=$(awk '{ sub(/.*\) /, ""); print $20 }' "/proc/$init/stat")
	btime=$(awk '$1 == "btime" { print $2 }' /proc/stat)
	# The kernel's own may move by a second while the clock is set.
	between 'btime is when it began' $((btime + ticks / 100 - 1)) \
		"$(shown stat | awk '$1 == "btime" { print $2 }')" $((btime + ticks / 100 + 1))
	before=$(awk -v ticks="$ticks" '{ printf "%d", $1 * 100 - ticks }' /proc/uptime)
	used=$(shown uptime | awk '{ printf "%d", $1 * 100 }')
	after=$(awk -v ticks="$ticks" '{ printf "%d", $1 * 100 - ticks }' /proc/uptime)
	between 'uptime is its age' $((before - 1)) "$used" $((after + 1))
	check_equal 'idle time is not more than there was' 1 "$(shown uptime | awk '{ print $2 <= $1 * n }' n="$n_set")"
}

use_controllers cpuset cpu cpuacct
make_group "$name" || skip 'no control group can be made'
# The last CPU alone.
last=$(all_cpus)
set_cpus "$name" "${last##*[-,]}" || skip 'no set of CPUs can be made'
n_set=1
# A loop without end.
start_init "$name" sh -c 'while :; do :; done' || skip 'no pid namespace can be made'
init=$child

count_cpus 1
check_equal 'one CPU has no siblings' 1 \
	"$(shown cpuinfo | sed -n 's/^siblings[[:blank:]]*: //p' | grep . || echo 1)"
between 'busy without a limit' 1 "$(busy_percent)" 100
test_times

set_cpus "$name" "$(all_cpus)"
n_set=$(nproc --all)
count_cpus "$n_set"
check_equal 'all CPUs: the machine'\''s cpuinfo' "$(grep -v MHz /proc/cpuinfo)" \
	"$(shown cpuinfo | grep -v MHz)"

# A fifth of a CPU: a machine that others use as well has that much left for it.
set_quota "$name" 20000
count_cpus 1 --cpus quota
between 'a quota used up is all there is' 70 "$(busy_percent --cpus quota)" 100
[ "$n_set" -lt 2 ] ||
	between 'the same is little of all CPUs' 1 "$(busy_percent --cpus set)" 30
kill -STOP "$init"
between 'a container that stands still is idle' 0 "$(busy_percent --cpus quota)" 2
check_equal 'switched off' "$(nproc --all)" "$(shown cpuinfo --resources=-cpus | grep -c '^processor')"
finish
