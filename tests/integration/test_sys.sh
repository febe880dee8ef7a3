#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# CPUs and memory nodes of a container: what --sys shows of /sys/devices/system against the kernel's own files, and
# programs that count CPUs there against cpuinfo of the same container.
#
# Usage: test_sys.sh [NSPROCFS]   (else $NSPROCFS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/cgroups.sh
. "$here/cgroups.sh"
begin 100 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS

readonly SYS=/sys/devices/system
readonly LIMIT_KIB=65536
name=nsprocfs-test.$$
init= # of the container
use_controllers cpuset memory
[ -d $SYS/node/node0 ] || skip 'the kernel knows no memory nodes'
all=$(cat $SYS/cpu/online)
n_all=$(getconf _NPROCESSORS_ONLN)
[ "$n_all" -ge 2 ] || skip 'takes two processors'
last=${all##*[-,]}

view()
{
	local command=$1

	shift
	"$NSPROCFS" "$command" --sys --target "$init" "$@" 2>&1
}

# shellcheck disable=SC2317 # check calls it
mount_views()
{
	mkdir "$tmp/sys" "$tmp/proc"
	"$NSPROCFS" mount --sys --target "$init" "$tmp/sys" 2>"$tmp/said" &&
		"$NSPROCFS" mount --profile container --target "$init" "$tmp/proc" 2>>"$tmp/said"
}

# Programs where the view lies over the kernel's directories. In the container's cpuset: nproc(1) asks for that, too,
# where it is told of one or two processors only.
# shellcheck disable=SC2016 # for that shell
inside()
{
	unshare --mount bash -c '
		echo 0 >"$2/cgroup.procs"
		mount --bind "$1/cpu" /sys/devices/system/cpu &&
			mount --bind "$1/node" /sys/devices/system/node || exit
		shift 2
		exec "$@"' bash "$tmp/sys" "$cpuset/$name" "$@" 2>&1
}

shown()
{
	grep -c '^processor' "$tmp/proc/cpuinfo"
}

count_lscpu()
{
	inside lscpu -p=cpu,node | grep -vc '^#'
}

# check_counts WHEN N
check_counts()
{
	local lscpu

	check_equal "$1: cpuinfo" "$2" "$(shown)"
	check_equal "$1: nproc --all" "$2" "$(inside nproc --all)"
	check_equal "$1: getconf _NPROCESSORS_CONF" "$2" "$(inside getconf _NPROCESSORS_CONF)"
	check_equal "$1: getconf _NPROCESSORS_ONLN" "$2" "$(inside getconf _NPROCESSORS_ONLN)"
	if command -v lscpu >/dev/null; then
		lscpu=$(count_lscpu)
		check_equal "$1: lscpu -p" "$2" "$lscpu"
	fi
	check_equal "$1: directories" "$2" "$(find "$tmp/sys/cpu" -maxdepth 1 -name 'cpu[0-9]*' | wc -l)"
}

test_one_cpu()
{
	local file own=$SYS/cpu/cpu$last

	check_counts 'one CPU' 1
	for file in online present possible; do
		check_equal "one CPU: $file" 0 "$(cat "$tmp/sys/cpu/$file")"
	done
	check_equal 'one CPU: offline' '' "$(cat "$tmp/sys/cpu/offline")"
	for file in core_id physical_package_id; do
		check_equal "one CPU: $file is the hardware's" "$(cat "$own/topology/$file")" \
			"$(cat "$tmp/sys/cpu/cpu0/topology/$file")"
	done
	check_equal 'one CPU: a list' 0 "$(cat "$tmp/sys/cpu/cpu0/topology/thread_siblings_list")"
	check_equal 'one CPU: a mask' 1 "$(cat "$tmp/sys/cpu/cpu0/topology/core_siblings")"
	check_equal 'one CPU: its node has it' 0 "$(cat "$tmp"/sys/cpu/cpu0/node*/cpulist)"
	check_equal 'one CPU: no second one' 'No such file or directory' \
		"$(LC_ALL=C stat "$tmp/sys/cpu/cpu1" 2>&1 | sed 's/.*: //')"
}

# Where all are shown, each file is the kernel's, to the byte.
differing()
{
	local file

	(cd "$tmp/sys" && find . -type f) | while read -r file; do
		case $file in
		*/meminfo | */numastat) continue ;;
		esac
		cmp -s "$tmp/sys/$file" "$SYS/$file" || echo "$file"
	done
}

test_all_cpus()
{
	set_cpus "$name" "$all"
	check_counts 'all CPUs' "$n_all"
	check_equal 'all CPUs: as many files as there must be' yes \
		"$([ "$(find "$tmp/sys" -type f | wc -l)" -gt $((20 * n_all)) ] && echo yes)"
	if [ "$all" = "0-$((n_all - 1))" ] && [ "$all" = "$(cat $SYS/cpu/possible)" ]; then
		check_equal 'all CPUs: the files are the kernel'\''s' '' "$(differing)"
	fi
	set_cpus "$name" "$last"
	check_equal 'fewer again' 0 "$(cat "$tmp/sys/cpu/online")"
}

# What is the machine's own is not there, nor what has no row.
test_hidden()
{
	local file

	for file in cpu/cpufreq cpu/power cpu/microcode cpu/cpu0/subsystem cpu/cpu0/cpuidle node/has_cpu \
		node/node0/vmstat node/node0/hugepages node/node0/cpu0 node/node0/memory0 memory clocksource; do
		check "hidden: $file" test ! -e "$tmp/sys/$file" -a ! -L "$tmp/sys/$file"
	done
	check_equal 'names at the top' 'cpu node' "$(echo "$tmp"/sys/* | sed "s|$tmp/sys/||g")"
	check_equal 'nothing is written to' 'Read-only file system' \
		"$(LC_ALL=C touch "$tmp/sys/cpu/uevent" 2>&1 | sed 's/.*: //')"
}

test_memory()
{
	check_equal 'memory of the node' "$LIMIT_KIB" \
		"$(sed -n 's/^Node 0 MemTotal: *\([0-9]*\) kB$/\1/p' "$tmp/sys/node/node0/meminfo")"
	check_equal 'memory of the node: as in meminfo' "$LIMIT_KIB" \
		"$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' "$tmp/proc/meminfo")"
	check_equal 'no other lines' 'MemTotal: MemFree: MemUsed: ' \
		"$(awk '{ printf "%s ", $3 }' "$tmp/sys/node/node0/meminfo")"
}

test_ls_cat()
{
	check_equal 'ls: a CPU' cpu0 "$(view ls cpu | grep '^cpu[0-9]')"
	check_equal 'cat: a path of the kernel' 0 "$(view cat $SYS/cpu/online)"
	check_equal 'cat: of the machine' "$all" "$(view cat --resources=off $SYS/cpu/online)"
	check_equal 'ls: of the machine' "$(find $SYS -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)" \
		"$(view ls --resources=off | sort)"
	check_equal 'cat: all the same without cpus' "$all" "$(view cat --resources=-cpus cpu/online)"
}

# What explain says of it: which CPU is shown under which name, and by which files.
test_explain()
{
	local out set=cpuset.effective_cpus limit=memory.limit_in_bytes

	if [ -n "$unified" ]; then
		set=cpuset.cpus.effective limit=memory.max
	fi
	out=$(view explain cpu)
	check_equal 'explain: the CPU' "cpu0 shown cpu$last in the source" \
		"$(sed -nE 's/^(cpu[0-9]+) +(shown) +(cpu[0-9]+ in the source) .*/\1 \2 \3/p' <<<"$out")"
	check_equal 'explain: others' "$((n_all - 1))" \
		"$(grep -Ec '^cpu[0-9]+ +hidden none of the container.s ' <<<"$out")"
	check 'explain: what is never shown' grep -q '^power *hidden --sys: a matter of the machine.s' <<<"$out"
	check 'explain: a list' grep -q "^ *0  *of the CPUs in it those shown, renumbered ($set)\$" <<<"$(view explain cpu/online)"
	out=$(view explain node/node0/meminfo)
	[ ! -d "$memory/$name" ] || check 'explain: memory of the node' grep -q \
		"MemTotal: *$LIMIT_KIB kB  the node's, at most the memory limit ($limit" <<<"$out"
	check_equal 'explain: what is not there' 'ENOENT' \
		"$(view explain cpu/cpu1 | sed -n 's/^  error .*: \(E[A-Z]*\) .*/\1/p')"
	if command -v python3 >/dev/null; then
		out=$(view explain --json cpu/online $SYS/cpu/cpu1 | python3 -c '
import json, sys
a, b = json.load(sys.stdin)["paths"]
print(a["path"], a["source"], a["resources"], a["lines"][0]["line"], a["lines"][0]["files"], b["error"])')
		check_equal 'explain --json' "/cpu/online sys container 0 $set ENOENT" "$out"
	fi
}

# What a command of run counts, in the container's cpuset; the last is cpuinfo.
# shellcheck disable=SC2016 # for that shell
counts_of_run()
{
	"$NSPROCFS" run --sys "$@" bash -c '
		[ -z "$1" ] || echo 0 >"$1/cgroup.procs"
		echo $(nproc --all) $(getconf _NPROCESSORS_CONF) $(getconf _NPROCESSORS_ONLN) \
			$(ls -d /sys/devices/system/cpu/cpu[0-9]* | wc -l) \
			$(grep -c "^cpu[0-9]" /proc/stat) $(grep -c ^processor /proc/cpuinfo)' \
		bash "$group" 2>&1
}

# Which other files of the container can be read.
# shellcheck disable=SC2016 # for that shell
say_files()
{
	"$NSPROCFS" run "$1" --target "$init" bash -c 'cd /proc && for file in pressure/cpu loadavg meminfo; do
		LC_ALL=C cat "$file" 2>&1 >/dev/null && echo "$file"
	done' 2>&1
}

test_run()
{
	local group=$cpuset/$name said

	check_equal 'run: counts' '1 1 1 1 1 1' "$(counts_of_run --target "$init")"
	group=
	said=$(counts_of_run --unshare-pid)
	check_equal 'run --unshare-pid: counts' "$n_all $n_all $n_all $n_all $n_all $n_all" "$said"
	check_equal 'run: nothing is written to' 'Read-only file system' \
		"$("$NSPROCFS" run --rw --sys --target "$init" \
			env LC_ALL=C touch $SYS/cpu/uevent 2>&1 | sed 's/.*: //')"
	check_equal 'run: what is not ours stays' "$(cat $SYS/clocksource/clocksource0/current_clocksource)" \
		"$("$NSPROCFS" run --sys --target "$init" \
			cat $SYS/clocksource/clocksource0/current_clocksource)"
	check_equal 'run: other files of the container as without' "$(say_files --resources=on)" \
		"$(say_files --sys)"
	check_equal 'run: nothing stays behind' '' "$(grep "$SYS" /proc/self/mountinfo)"
}

make_group "$name" || skip 'no control group can be made'
set_cpus "$name" "$last" && set_limit "$name" $((LIMIT_KIB * 1024)) || skip 'no limit can be set'
start_init "$name" sleep 1000 || skip 'no pid namespace can be made'
init=$child
check 'mount' mount_views
test_one_cpu
test_all_cpus
test_hidden
test_memory
test_ls_cat
test_explain
test_run
check 'unmount' umount "$tmp/sys" "$tmp/proc"
finish
