# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Containers to measure: a pid namespace in control groups (version 1), shown by the kernel's procfs, by lxcfs and by
# a view. To be sourced by a script that runs in a mount namespace of its own; sets a trap on EXIT that removes it all.
# The caller sets: build (directory), say (function).
# shellcheck disable=SC2154 # build

readonly CONTROLLERS=(memory cpu cpuset cpuacct)
readonly GROUP_TOP=nsprocfs-bench-$$
readonly MEMORY_LIMIT=$((256 * 1024 * 1024))
readonly QUOTA_US=50000 PERIOD_US=100000

work=
lxcfs_pid=
init_pids=()
unshare_pids=()
views=()
declare -A group
watch_pid=

fail()
{
	say "$*"
	exit 1
}

# hierarchy_of CONTROLLER: where it is mounted, in $hierarchy; empty if it is not, in version 1.
hierarchy_of()
{
	local device dir type options

	hierarchy=
	while read -r device dir type options _; do
		: "$device"
		if [ "$type" = cgroup ] && [[ ,$options, == *,$1,* ]]; then
			hierarchy=$dir
			return
		fi
	done </proc/self/mounts
}

# Whether this machine can make the containers; says why not.
can_make_containers()
{
	local controller

	for controller in "${CONTROLLERS[@]}"; do
		hierarchy_of "$controller"
		if [ -z "$hierarchy" ]; then
			say "no version 1 control groups with $controller, which the containers are made of"
			return 1
		fi
	done
	command -v lxcfs >/dev/null || {
		say 'no lxcfs'
		return 1
	}
}

# wait_until SECONDS COMMAND...: until it succeeds.
wait_until()
{
	local deadline=$((SECONDS + $1))
	shift

	until "$@"; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.02
	done
}

# Removes groups that may still have members which are ending.
remove_groups()
{
	local controller

	for controller in "${CONTROLLERS[@]}"; do
		hierarchy_of "$controller"
		[ -d "$hierarchy/$GROUP_TOP" ] || continue
		find "$hierarchy/$GROUP_TOP" -depth -type d -exec rmdir {} + 2>/dev/null || return 1
	done
}

has_ended()
{
	! kill -0 "$1" 2>/dev/null
}

stop_containers()
{
	local view pid dir

	trap - EXIT
	if [ -n "$watch_pid" ]; then
		kill "$watch_pid" 2>/dev/null || :
		wait "$watch_pid" 2>/dev/null || :
		watch_pid=
	fi
	abort_servers
	for pid in "${init_pids[@]}"; do
		kill -KILL "$pid" 2>/dev/null || :
	done
	# The shell would say of each that it was killed.
	{
		for pid in "${unshare_pids[@]}"; do
			wait "$pid" || :
		done
	} 2>/dev/null
	if [ -n "$lxcfs_pid" ]; then
		wait_until 5 has_ended "$lxcfs_pid" || kill -KILL "$lxcfs_pid"
		wait "$lxcfs_pid" || :
	fi
	wait_until 20 remove_groups || say "groups $GROUP_TOP could not be removed"
	for view in "${views[@]}"; do
		for dir in lxcfs kernel pidns; do
			umount --recursive --lazy "${view%/*}/$dir" 2>/dev/null || :
		done
	done
	[ -z "$work" ] || rm -rf --one-file-system "$work"
}

# A FUSE server that hangs would make its clients hang, unkillably: MNT_FORCE aborts its connection.
abort_servers()
{
	local view

	for view in "${views[@]}"; do
		umount --force --internal-only --no-canonicalize "$view" 2>/dev/null || :
	done
	umount --force --internal-only --no-canonicalize "$work/null" 2>/dev/null || :
	if [ -n "$lxcfs_pid" ]; then
		umount --force --internal-only --no-canonicalize "$work/lxcfs" 2>/dev/null || :
		kill "$lxcfs_pid" 2>/dev/null || :
	fi
}

# Runs beside the clients until it is killed, or they have hung for too long.
watch()
{
	local sleeper

	trap - EXIT
	sleep "$1" &
	sleeper=$!
	trap 'kill "$sleeper" 2>/dev/null; exit 0' TERM
	wait "$sleeper"
	say "not finished after $1 s, aborting the servers"
	abort_servers
}

# start_containers SECONDS [LXCFS-OPTION]...: the directory, a deadline, lxcfs. Its own files go to a private /run.
start_containers()
{
	local seconds=$1
	shift

	trap stop_containers EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	work=$(mktemp -d)
	mkdir "$work/lxcfs"
	mount -t tmpfs tmpfs /run
	lxcfs --pidfile="$work/lxcfs.pid" "$@" "$work/lxcfs" >"$work/lxcfs.log" 2>&1 &
	lxcfs_pid=$!
	wait_until 10 mountpoint -q "$work/lxcfs" || {
		tail -n 5 "$work/lxcfs.log" >&2
		fail 'lxcfs does not start'
	}
	watch "$seconds" &
	watch_pid=$!
}

# In $work/null. It ends when that is unmounted.
start_null()
{
	mkdir "$work/null"
	"$build/tests/bench/nullfs" 1 "$work/null"
	wait_until 10 mountpoint -q "$work/null" || fail 'the FUSE file system that does nothing does not start'
}

# make_groups NAME DEPTH top|each: the lowest ones are in group[CONTROLLER].
make_groups()
{
	local controller dir level file

	for controller in "${CONTROLLERS[@]}"; do
		hierarchy_of "$controller"
		mkdir -p "$hierarchy/$GROUP_TOP"
		dir=$hierarchy
		for ((level = 0; level <= $2; level++)); do
			case $level in
			0) dir+=/$GROUP_TOP ;;
			1) dir+=/$1 ;;
			*) dir+=/d$level ;;
			esac
			mkdir -p "$dir"
			if [ "$controller" = cpuset ]; then
				for file in cpuset.cpus cpuset.mems; do
					[ -n "$(<"$dir/$file")" ] || cat "$dir/../$file" >"$dir/$file"
				done
			fi
			if [ $level -eq 1 ] || { [ $level -gt 1 ] && [ "$3" = each ]; }; then
				limit "$controller" "$dir"
			fi
		done
		group[$controller]=$dir
	done
}

# limit CONTROLLER DIR
limit()
{
	case $1 in
	memory) echo "$MEMORY_LIMIT" >"$2/memory.limit_in_bytes" ;;
	cpu)
		echo "$PERIOD_US" >"$2/cpu.cfs_period_us"
		echo "$QUOTA_US" >"$2/cpu.cfs_quota_us"
		;;
	esac
}

# enter_groups PID
enter_groups()
{
	local controller

	for controller in "${CONTROLLERS[@]}"; do
		echo "$1" >"${group[$controller]}/cgroup.procs"
	done
}

has_text()
{
	[ -s "$1" ]
}

# What lxcfs 5 has below proc/.
readonly LXCFS_FILES=(meminfo stat cpuinfo uptime loadavg swaps diskstats)

# make_container NAME DEPTH top|each [VIEW-OPTION]...: in DEPTH groups below $GROUP_TOP, limited in the uppermost one or
# in each. Its init is in $init, and in $work/NAME are kernel, lxcfs (the kernel's with its files above) and view.
make_container()
{
	local dir=$work/$1 file
	make_groups "$1" "$2" "$3"

	mkdir "$dir" "$dir/kernel" "$dir/lxcfs" "$dir/view"
	# shellcheck disable=SC2016 # for the inner shell
	unshare --pid --fork --kill-child sh -c \
		'read -r pid rest </proc/self/stat; echo "$pid" >"$0"; exec sleep infinity' \
		"$dir/init" 2>>"$dir/init.log" &
	unshare_pids+=($!)
	wait_until 10 has_text "$dir/init" || fail "container $1 does not start"
	init=$(<"$dir/init")
	init_pids+=("$init")
	enter_groups "$init"
	for file in kernel lxcfs; do
		nsenter --target "$init" --pid -- mount -t proc proc "$dir/$file"
	done
	for file in "${LXCFS_FILES[@]}"; do
		mount --bind "$work/lxcfs/proc/$file" "$dir/lxcfs/$file"
	done
	shift 3
	"$build/nsprocfs" mount --target "$init" --resources on "$@" "$dir/view"
	views+=("$dir/view")
	check_container "$dir"
}

# Both must show the limit, or what is measured is something else.
check_container()
{
	local system total

	for system in lxcfs view; do
		# A mount namespace is no matter to lxcfs: it goes by the reader's pid namespace.
		total=$(nsenter --target "$init" --pid -- sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' "$1/$system/meminfo")
		[ "$total" = $((MEMORY_LIMIT / 1024)) ] ||
			fail "$system does not show the limit: MemTotal is '$total' kB"
	done
}
