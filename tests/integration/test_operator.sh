#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What an operator does to a view of a limited container, and gets wrong: limits that change while others read, a
# container that is started again, a server that was killed, directories without a view, values that there are not.
# Each error is one line (and the pointer to --help, where the command line is wrong) and has its exit status.
#
# Usage: test_operator.sh [NSPROCFS]   (else $NSPROCFS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 220 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS
need_fuse
export LC_ALL=C

readonly LOW=67108864 HIGH=134217728
name=nsprocfs-operator-$$
group=
init=

remove_group()
{
	rmdir "$group" 2>/dev/null || [ ! -e "$group" ]
}

eval "lib_$(declare -f cleanup)"
cleanup()
{
	trap - EXIT
	kill_tree $$ "${watchdog:-}"
	[ -z "$group" ] || wait_for 30 remove_group || echo "# left behind: $group"
	lib_cleanup
}

# hierarchy TYPE OPTION: where it is mounted, from its root on.
hierarchy()
{
	awk -v type="$1" -v option="$2" '$0 ~ " - " type " " && $4 == "/" &&
		(option == "" || ("," $NF ",") ~ ("," option ",")) { print $5; exit }' /proc/self/mountinfo
}

# The group with a limit on memory, of version 1 or 2: $group, and $limit_file in it.
make_group()
{
	local root

	root=$(hierarchy cgroup memory)
	limit_file=memory.limit_in_bytes
	if [ -z "$root" ]; then
		root=$(hierarchy cgroup2 '')
		limit_file=memory.max
		grep -qw memory "$root/cgroup.controllers" 2>/dev/null || skip 'no hierarchy with memory is mounted'
		grep -qw memory "$root/cgroup.subtree_control" ||
			echo +memory >"$root/cgroup.subtree_control" || skip 'memory is not handed on'
	fi
	mkdir "$root/$name" 2>/dev/null || skip "no control group can be made in $root"
	group=$root/$name
	limit $LOW || skip 'no limit can be set'
}

limit()
{
	echo "$1" >"$group/$limit_file"
}

child_of()
{
	child=$(children_of "$1")
	child=${child%% *}
	[ -n "$child" ]
}

# start_container [OPTION-OF-UNSHARE...]: in the group from its first moment on.
# shellcheck disable=SC2120 # check passes them
start_container()
{
	(
		echo "$BASHPID" >"$group/cgroup.procs"
		exec unshare --pid --fork --kill-child "$@" sleep 1000
	) 2>/dev/null &
	holder=$!
	disown # no word of its end
	wait_for 30 child_of "$holder" || return 1
	init=$child
}

# says SENTENCE STATUS TEXT ARGUMENT...: what nsprocfs says on standard error, without the pointer to --help, and its
# exit status.
says()
{
	local said status

	said=$("$NSPROCFS" "${@:4}" 2>&1 >/dev/null </dev/null)
	status=$?
	check_equal "$1" "$2 $3" "$status $(grep -v '^Try .nsprocfs ' <<<"$said" |
		grep -v '^information\.$')"
}

# One read of the file is of one moment.
readings()
{
	local i

	for ((i = 0; i < 400; i++)); do
		awk '$1 == "MemTotal:" { total = $2 }
			$1 == "MemFree:" { free = $2 }
			$1 == "MemAvailable:" { available = $2 }
			END { print total, (free <= available && available <= total) ? "right" : "wrong" }' "$tmp/v/meminfo"
	done
}

flip()
{
	while :; do
		limit $HIGH
		limit $LOW
	done
}

test_changes()
{
	local flipper pids=() i

	check 'a view' view v auto "$init" --cpus quota
	flip &
	flipper=$!
	for i in 1 2 3; do
		readings >"$tmp/readings.$i" &
		pids+=($!)
	done
	wait "${pids[@]}"
	kill "$flipper"
	wait "$flipper" 2>/dev/null
	check_equal 'while the limit changes, each of 1200 readings is of the one or the other' 1200 \
		"$(cat "$tmp"/readings.? | grep -cxE "($((LOW / 1024))|$((HIGH / 1024))) right")"
	check_equal 'and both were seen' 2 "$(cat "$tmp"/readings.? | sort -u | wc -l)"
	limit $HIGH
	check_equal 'the last one holds' $((HIGH / 1024)) "$(awk '/^MemTotal:/ { print $2 }' "$tmp/v/meminfo")"
	limit $LOW
}

not_mounted()
{
	! mountpoint -q "$tmp/$1"
}

# The choice while others read: each text is of the container or of the machine, on which the kernel may say that less is
# available than free.
test_choices()
{
	local flipper machine

	machine=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
	while :; do
		"$NSPROCFS" set "$tmp/v" --resources=off && "$NSPROCFS" set "$tmp/v" --resources=on
	done &
	flipper=$!
	readings >"$tmp/choices"
	kill "$flipper"
	wait "$flipper" 2>/dev/null
	check_equal 'while set goes back and forth, each of 400 readings is of the one or the other' 400 \
		"$(grep -cxE "$((LOW / 1024)) right|$machine (right|wrong)" "$tmp/choices")"
	check_equal 'and both were seen then' 2 "$(cut -d ' ' -f 1 "$tmp/choices" | sort -u | wc -l)"
}

test_restart()
{
	kill -KILL "$init"
	check 'the container ends: so does the view' wait_for 30 not_mounted v
	says 'set says so' 1 "nsprocfs: set: $tmp/v: no view is mounted there; nsprocfs status lists those that are" \
		set "$tmp/v" --resources=off
	check 'it is started again' start_container
	check 'and the view made again in the same place' view v auto "$init" --resources on
	check_equal 'it has the limit' $((LOW / 1024)) "$(awk '/^MemTotal:/ { print $2 }' "$tmp/v/meminfo")"
}

# Both processes of a view: what is left is a mount that nobody serves.
test_dead_server()
{
	local said="$tmp/v: the view's server is dead: Transport endpoint is not connected; take the mount away: umount DIR"

	pkill -KILL -f -- "mount .*$tmp/v\$"
	check 'its server is killed' wait_for 30 dead "$tmp/v"
	says 'set on a dead view' 1 "nsprocfs: set: $said" set "$tmp/v" --resources=off
	says 'status of a dead view' 1 "nsprocfs: status: $said" status "$tmp/v"
	says 'status of all' 1 "nsprocfs: status: $said" status
	check 'what it says helps' umount "$tmp/v"
	says 'status without any view' 0 'nsprocfs: status: no view is mounted here' status
	check_equal 'the same in JSON' '{"views": []}' "$("$NSPROCFS" status --json 2>&1 | tr -d ' \n' | sed 's/:/: /')"
}

inside()
{
	nsenter --target "$init" --pid --mount -- "$@"
}

free_total()
{
	inside free -k | awk '/^Mem:/ { print $2 }'
}

readonly SYS=/sys/devices/system

# As docs/operators.md says: over all of the container's own /proc, and its part of /sys.
put_over()
{
	mount -N "$init" --rbind "$tmp/share/proc" /proc &&
		mount -N "$init" --bind "$tmp/share/sys/cpu" $SYS/cpu &&
		mount -N "$init" --bind "$tmp/share/sys/node" $SYS/node
}

test_over()
{
	local machine

	kill -KILL "$init"
	mkdir -p "$tmp/share/proc" "$tmp/share/sys"
	mount --bind "$tmp/share" "$tmp/share" && mount --make-shared "$tmp/share"
	check 'over: a container whose mounts are slaves' start_container --mount --propagation slave --mount-proc
	wait_for 30 inside test -d /proc/self # it mounts
	machine=$(free_total)
	check 'over: natively it has the memory of the machine' test "$machine" -gt $((HIGH / 1024))
	check 'over: a view' view share/proc auto "$init" --profile container --cpus quota --rw
	check 'over: of /sys' "$NSPROCFS" mount --sys --target "$init" --cpus quota "$tmp/share/sys"
	check 'over: both are put over the container'\''s' put_over
	check_equal 'over: free in it' $((LOW / 1024)) "$(free_total)"
	check_equal 'over: numactl and others' $((LOW / 1024)) \
		"$(inside cat $SYS/node/node0/meminfo | awk '$3 == "MemTotal:" { print $4 }')"
	check_equal 'over: its processes are the same' "$(inside cat /proc/1/comm)" sleep
	limit $HIGH
	check_equal 'over: another limit is seen' $((HIGH / 1024)) "$(free_total)"
	check 'over: set -meminfo' "$NSPROCFS" set "$tmp/share/proc" --resources=-meminfo
	check_equal 'over: the memory of the machine' "$machine" "$(free_total)"
	"$NSPROCFS" set "$tmp/share/proc" --resources=on
	check 'over: away with it' inside umount --lazy /proc
	check_equal 'over: there is the kernel'\''s again' "$machine" "$(free_total)"
	check 'over: the host'\''s mount' wait_for 30 unmounts share/proc
}

# Single files, with the kernel's start times.
test_files_over()
{
	check 'files: a view without time' view share/proc auto "$init" --profile container --resources=-time
	check 'files: one is put over the container'\''s' mount -N "$init" --bind "$tmp/share/proc/meminfo" /proc/meminfo
	check_equal 'files: free in it' $((HIGH / 1024)) "$(free_total)"
	check_equal 'files: /proc is the kernel'\''s' proc "$(inside stat --file-system --format %T /proc)"
	check 'files: away with it' inside umount /proc/meminfo
	check 'files: the machine'\''s memory' test "$(free_total)" -gt $((HIGH / 1024))
	mount -N "$init" --rbind "$tmp/share/proc" /proc
	pkill -KILL -f -- "mount .*$tmp/share/proc\$"
	check 'files: a view over all of it, whose server is killed' wait_for 30 dead "$tmp/share/proc"
	umount "$tmp/share/proc"
	check 'files: the view again' view share/proc auto "$init" --profile container
	check 'files: goes over the dead one' mount -N "$init" --rbind "$tmp/share/proc" /proc
	check_equal 'files: free in it' $((HIGH / 1024)) "$(free_total)"
	wait_for 30 unmounts share/proc
	umount "$tmp/share/sys"
}

dead()
{
	[ "$(stat "$1" 2>&1 | sed 's/.*: //')" = 'Transport endpoint is not connected' ]
}

test_directories()
{
	local command

	for command in set status; do
		local -a options=()

		[ $command = status ] || options=(--resources=off)
		says "$command: no such directory" 1 \
			"nsprocfs: $command: $tmp/nosuch: No such file or directory; nsprocfs status lists where views are mounted" \
			$command "${options[@]}" "$tmp/nosuch"
		says "$command: no view there" 1 \
			"nsprocfs: $command: $tmp: no view is mounted there; nsprocfs status lists those that are" \
			$command "${options[@]}" "$tmp"
	done
	says 'set without a directory' 2 'nsprocfs set: the view on which DIR?' set --resources=off
	says 'set without a change' 2 'nsprocfs set: --resources=WHAT is missing' set "$tmp"
	says 'set of two' 2 'nsprocfs set: one DIR at a time' set --resources=off "$tmp" "$tmp"
}

readonly FILES='meminfo, swaps, vmstat, cpus, stat, time, loadavg, diskstats or pressure'
readonly NAME_IT='name it as in PID/cgroup, as CONTROLLER:PATH or by its directory; or use --resources=off'

# of_resources VALUE STATUS TEXT: of --resources=VALUE, in set (if it is for that), in cat, and as exit status of run.
of_resources()
{
	says "--resources=$1" "$2" "$3" cat --target "$init" "--resources=$1" uptime
	check_equal "run --resources=$1" 125 \
		"$("$NSPROCFS" run --target "$init" "--resources=$1" true 2>/dev/null; echo $?)"
}

test_values()
{
	local what

	for what in '' nosuch ON on,off; do
		of_resources "$what" 2 \
			"nsprocfs cat: --resources=$what: use on, off, client, a control group, @FILE or -FILE,..."
		says "set --resources=$what" 2 "nsprocfs set: --resources=$what: use on, off or -FILE,..." \
			set "$tmp" "--resources=$what"
	done
	for what in -nosuch -meminfo,nosuch; do
		of_resources "$what" 2 "nsprocfs cat: --resources=-nosuch: use $FILES"
	done
	for what in - '-meminfo,' '-meminfo,,stat'; do
		of_resources "$what" 2 "nsprocfs cat: --resources=-: use $FILES"
	done
	for what in /nosuch memory:/nosuch nosuch:/ "$tmp"; do
		of_resources "$what" 1 \
			"nsprocfs: cat: open control group $what: No such file or directory; $NAME_IT"
	done
	for what in '' quot 2 -1; do
		says "--cpus=$what" 2 "nsprocfs cat: --cpus=$what: use set, quota or shares" \
			cat --target "$init" "--cpus=$what" cpuinfo
	done
}

# of_file TEXT-OF-THE-FILE TEXT: in cat and in set.
of_file()
{
	printf '%b' "$1" >"$tmp/choice"
	of_resources "@$tmp/choice" 2 "nsprocfs cat: $2"
	says "set of that" 2 "nsprocfs set: $2" set "$tmp" --resources="@$tmp/choice"
}

test_files()
{
	of_file '' "$tmp/choice: no line with on, off or -FILE,..."
	of_file '# nothing\n\n' "$tmp/choice: no line with on, off or -FILE,..."
	of_file 'on\noff\n' "$tmp/choice: more than one line"
	of_file 'nosuch\n' "$tmp/choice: --resources=nosuch: use on, off or -FILE,..."
	of_file '-nosuch\n' "$tmp/choice: --resources=-nosuch: use $FILES"
	of_resources "@$tmp" 2 "nsprocfs cat: read $tmp: Is a directory"
	of_resources @/dev/null 2 'nsprocfs cat: /dev/null: no regular file'
	of_resources "@$tmp/nosuch" 2 "nsprocfs cat: --resources=@$tmp/nosuch: No such file or directory"
}

make_group
start_container || skip 'no pid namespace can be made'
test_changes
test_choices
test_restart
test_values
test_files
test_dead_server
test_directories
test_over
test_files_over
finish
