# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # tmp, watchdog are lib.sh's
#
# Control groups that a test makes, of version 2 where the unified hierarchy has memory, cpu, cpuset, else of version 1:
# sourced after lib.sh, before begin(). What makes, limits and asks them is the same for both; paths are as in PID/cgroup,
# without the first slash. A test that must know looks at $unified.
#
#   use_controllers memory cpu ...   sets $memory, $cpu ...: the roots of their hierarchies; skips if there are none
#   make_group PATH [CONTROLLER...]  in the hierarchies of these, else of all in use
#
# At the end all groups are removed, once all that this shell has started, and what $init names, was killed.

unified=     # the root of the unified hierarchy, where it has the controllers
controllers=() # in use
groups=()    # directories that were made

eval "lib_$(declare -f cleanup)"
cleanup()
{
	local i

	trap - EXIT
	# shellcheck disable=SC2086 # several
	kill -KILL ${init:-} ${inits:-} 2>/dev/null
	kill_tree $$ "${watchdog:-}"
	for ((i = ${#groups[@]} - 1; i >= 0; i--)); do
		wait_for 30 remove_group "${groups[i]}" || echo "# left behind: ${groups[i]}"
	done
	lib_cleanup
}

# mounted_cgroup TYPE [CONTROLLER]: where such a hierarchy is mounted, from its root on.
mounted_cgroup()
{
	awk -v type="$1" -v word="${2:-}" '{
		for (i = 7; $i != "-"; i++);
		if ($(i + 1) == type && $4 == "/" && (word == "" || ("," $(i + 3) ",") ~ ("," word ","))) {
			print $5
			exit
		}
	}' /proc/self/mountinfo
}

# has_words FILE WORD...: in its first line.
has_words()
{
	local line word

	read -r line <"$1" || return 1
	for word in "${@:2}"; do
		[[ " $line " == *" $word "* ]] || return 1
	done
}

find_unified()
{
	unified=$(mounted_cgroup cgroup2)
	[ -n "$unified" ] && has_words "$unified/cgroup.controllers" memory cpu cpuset io || unified=
}

# use_controllers NAME...: cpuacct is a part of cpu in version 2, blkio is io.
use_controllers()
{
	local name root

	find_unified
	for name in "$@"; do
		root=$unified
		[ -n "$root" ] || root=$(mounted_cgroup cgroup "$name")
		[ -n "$root" ] || skip "$name is neither in the unified hierarchy nor in one of version 1"
		printf -v "$name" %s "$root"
		controllers+=("$name")
	done
}

# The controllers that the tests use are handed on to the groups in a directory.
hand_on()
{
	local name

	for name in memory cpu cpuset io hugetlb; do
		! has_words "$1/cgroup.controllers" "$name" || echo "+$name" 2>/dev/null >"$1/cgroup.subtree_control"
	done
}

# In version 1 a set of CPUs begins empty.
fill_set()
{
	local file

	for file in cpuset.cpus cpuset.mems; do
		[ -n "$(<"$1/$file")" ] || cat "$1/../$file" >"$1/$file"
	done
}

make_group()
{
	local path=$1 name dir

	shift
	[ $# -gt 0 ] || set -- "${controllers[@]}"
	for name in "$@"; do
		dir=${!name}/$path
		[ ! -d "$dir" ] || continue
		[ -z "$unified" ] || hand_on "${dir%/*}"
		mkdir "$dir" 2>/dev/null || return 1
		groups+=("$dir")
		[ -n "$unified" ] || [ "$name" != cpuset ] || fill_set "$dir" || return 1
	done
}

# In the directory of a group processes may still die.
remove_group()
{
	rmdir "$1" 2>/dev/null || [ ! -e "$1" ]
}

# enter PATH [PID]: a process, else this shell, goes there, in each hierarchy in use that has the group.
enter()
{
	local name dir

	for name in "${controllers[@]}"; do
		dir=${!name}/$1
		[ ! -d "$dir" ] || echo "${2:-$BASHPID}" >"$dir/cgroup.procs" || return 1
	done
}

# move_all FROM TO: the members of a group of memory.
move_all()
{
	local pid
	local -a pids

	mapfile -t pids <"$memory/$1/cgroup.procs"
	for pid in "${pids[@]}"; do
		enter "$2" "$pid"
	done
}

# set_limit PATH BYTES|none: the kernel of version 1 says EBUSY while more is used.
set_limit()
{
	local limit=$2

	if [ -n "$unified" ]; then
		echo "${limit/none/max}" 2>/dev/null >"$memory/$1/memory.max"
	else
		echo "${limit/none/-1}" 2>/dev/null >"$memory/$1/memory.limit_in_bytes"
	fi
}

# memory_file PATH limit|usage: in bytes.
memory_file()
{
	local name=memory.${2}_in_bytes

	if [ -n "$unified" ]; then
		name=memory.max
		[ "$2" = limit ] || name=memory.current
	fi
	cat "$memory/$1/$name"
}

# stat_name KEY: of memory.stat, as version 2 has it; what the kernel has here.
stat_name()
{
	[ -z "$unified" ] || set -- "unified_$1"
	case $1 in
	unified_*) echo "${1#unified_}" ;;
	anon) echo total_rss ;;
	file) echo total_cache ;;
	file_*) echo "total_${1#file_}" | sed 's/mapped$/mapped_file/' ;;
	*) echo "total_$1" ;;
	esac
}

# counted PATH KEY: in memory.stat, bytes.
counted()
{
	awk -v key="$(stat_name "$2")" '$1 == key { print $2 }' "$memory/$1/memory.stat"
}

# set_quota PATH MICROSECONDS: of each 100 ms.
set_quota()
{
	if [ -n "$unified" ]; then
		echo "$2 100000" >"$cpu/$1/cpu.max"
	else
		echo "$2" >"$cpu/$1/cpu.cfs_quota_us"
	fi
}

# set_shares PATH SHARES: a weight of 100 is as much as 1024.
set_shares()
{
	if [ -n "$unified" ]; then
		echo $(($2 * 100 / 1024)) >"$cpu/$1/cpu.weight"
	else
		echo "$2" >"$cpu/$1/cpu.shares"
	fi
}

# set_cpus PATH LIST
set_cpus()
{
	echo "$2" 2>/dev/null >"$cpuset/$1/cpuset.cpus"
}

# used_ns PATH: user and system time of the group. Not cpuacct.usage: that is exact, and these are counted in ticks, of
# which one may count too much or too little.
used_ns()
{
	if [ -n "$unified" ]; then
		awk '$1 ~ "^(user|system)_usec$" { sum += $2 } END { printf "%.0f000\n", sum }' "$cpuacct/$1/cpu.stat"
	else
		awk 'NR > 1 { sum += $2 + $3 } END { printf "%.0f\n", sum }' "$cpuacct/$1/cpuacct.usage_all"
	fi
}

# All CPUs that a group may be given, as a list.
all_cpus()
{
	cat "$cpuset/cpuset.cpus.effective" 2>/dev/null || cat "$cpuset/cpuset.cpus"
}

# has_child PID: sets $child, its first.
has_child()
{
	child=$(children_of "$1")
	child=${child%% *}
	[ -n "$child" ]
}

# start_init PATH COMMAND...: is init of a pid namespace, in the group from its first moment; its number is in $child.
start_init()
{
	(
		enter "$1" || exit
		exec unshare --pid --fork --kill-child "${@:2}"
	) 2>/dev/null &
	disown # no word of its end
	wait_for 30 has_child $!
}
