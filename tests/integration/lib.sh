# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# For tests of whole trees: sourced by a script whose first lines are
#
#   here=$(cd "$(dirname "$0")" && pwd)
#   . "$here/lib.sh"
#   begin [SECONDS] -- "$@"
#
# The programs come from the environment: NSPROCFS, ZOO, WALKER, NSPROC_MOUNT, READDIR_STRESS (those a
# test uses). begin() enters a private mount namespace, makes $tmp, and arms a deadline after which every
# FUSE mount is aborted and everything ended. Each check prints a line "ok ..." or "not ok ...".
#
# On a machine that is NSPROCFS_SLOW times slower than others (one that is emulated) the deadline and what
# wait_for() waits are so many times as long.

set -u

slow=${NSPROCFS_SLOW:-1}
checks=0
failed=0
tmp=
zoo_pid=
level_init=() # level_init[N]: the init of level N of the zoo, in our numbers; start_zoo sets it

skip()
{
	echo "skipped: $*"
	exit 77
}

# say_done RESULT SENTENCE: one check.
say_done()
{
	checks=$((checks + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $checks - $2"
	else
		echo "not ok $checks - $2"
		failed=$((failed + 1))
	fi
}

# check SENTENCE COMMAND...: the command succeeds.
check()
{
	local sentence=$1 result=0

	shift
	"$@" || result=$?
	say_done "$result" "$sentence"
}

# check_equal SENTENCE WANTED GOT
check_equal()
{
	local result=0

	[ "$2" = "$3" ] || result=1
	say_done "$result" "$1"
	[ "$result" -eq 0 ] || printf '#   wanted: %q\n#   got:    %q\n' "$2" "$3"
}

# between SENTENCE LOW VALUE HIGH: whole numbers.
between()
{
	local result=0

	[ "$2" -le "${3:--1}" ] && [ "${3:--1}" -le "$4" ] || result=1
	say_done "$result" "$1"
	[ "$result" -eq 0 ] || echo "#   wanted: $2 to $4, got: $3"
}

# Programs that the script needs, by the names of their variables.
need()
{
	local name

	for name in "$@"; do
		[ -x "${!name:-}" ] || skip "\$$name is not a program: '${!name:-}'"
		printf -v "$name" %s "$(realpath "${!name}")"
		export "${name?}"
	done
}

# wait_for SECONDS COMMAND...: polls until the command succeeds; fails when the time is over.
wait_for()
{
	local deadline=$((SECONDS + $1 * slow))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.01
	done
}

children_of()
{
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

# Kills what a process has started, children first; $2: but not this one.
kill_tree()
{
	local pid

	for pid in $(children_of "$1"); do
		[ "$pid" = "${2:-}" ] && continue
		kill_tree "$pid"
		kill -KILL "$pid" 2>/dev/null
	done
}

# Device numbers (minors) of the FUSE mounts below $tmp.
view_minors()
{
	[ -n "$tmp" ] || return
	sed -n "s|^[0-9]* [0-9]* 0:\([0-9]*\) [^ ]* ${tmp}[^ ]* .* - fuse\.[^ ]* .*|\1|p" /proc/self/mountinfo
}

# A reader of a view whose server hangs can only be freed by aborting the connection.
abort_views()
{
	local minor

	for minor in $(view_minors); do
		echo 1 >"$tmp/connections/$minor/abort"
	done 2>/dev/null
}

# Runs beside the test. Nothing is ever read: that is how bash sleeps without a process.
watch_deadline()
{
	local test_pid=$1 deadline=$((SECONDS + $2)) never

	exec {never}<> <(:)
	while [ "$SECONDS" -lt "$deadline" ]; do
		read -r -t 0.2 -u "$never" || :
		[ -d "/proc/$test_pid" ] || return
	done
	echo "not ok - finished within $2 s"
	abort_views
	kill_tree "$test_pid" "$BASHPID"
	kill -TERM "$test_pid"
}

cleanup()
{
	local pid mount

	trap - EXIT
	stop_zoo
	[ -z "${watchdog:-}" ] || kill -KILL "$watchdog" 2>/dev/null
	kill_tree $$
	abort_views
	for mount in $(sed -n "s|^[0-9]* [0-9]* [^ ]* [^ ]* \(${tmp}[^ ]*\) .*|\1|p" /proc/self/mountinfo | tac); do
		umount -l -- "$mount"
	done
	rm -rf --one-file-system -- "$tmp"
}

# begin SECONDS -- ARGS...: see above.
begin()
{
	local seconds=120

	[ "$1" = -- ] || seconds=$1
	[ "$1" = -- ] || shift
	shift
	[ "$(id -u)" -eq 0 ] || skip 'making namespaces and mounts takes root'
	if [ -z "${LIB_INSIDE:-}" ]; then
		LIB_INSIDE=1 exec unshare --mount --propagation private "$BASH" "$0" "$@"
	fi
	unset LIB_INSIDE
	tmp=$(mktemp -d) || exit 1
	trap cleanup EXIT
	trap 'exit 1' INT TERM HUP
	mkdir "$tmp/connections"
	if [ -c /dev/fuse ]; then
		mount -t fusectl none "$tmp/connections" || exit 1
	fi
	watch_deadline $$ $((seconds * slow)) </dev/null &
	watchdog=$!
	disown # no word of its end
}

finish()
{
	echo "$checks checks, $failed failed"
	[ "$failed" -eq 0 ] && [ "$checks" -gt 0 ]
	exit
}

# start_zoo DEPTH: sets zoo_pid, level_init.
start_zoo()
{
	local word number pid

	coproc ZOO_RUN { exec "$ZOO" --depth "$1"; }
	zoo_pid=$ZOO_RUN_PID
	level_init=()
	while read -r word number _ pid <&"${ZOO_RUN[0]}"; do
		[ "$word" != ready ] || return 0
		# shellcheck disable=SC2034 # for who sources this
		level_init[number]=$pid
	done
	echo 'not ok - the zoo is ready'
	exit 1
}

stop_zoo()
{
	[ -n "$zoo_pid" ] || return 0
	kill -TERM "$zoo_pid" 2>/dev/null
	wait "$zoo_pid" 2>/dev/null
	zoo_pid=
}

# The number of process $1 (ours) in the namespace $2 levels below.
number_at()
{
	awk -v field="$(($2 + 2))" '$1 == "NSpid:" { print $field }' "/proc/$1/status"
}

# oracle NAME PID [OPTION]: mounts the kernel's procfs of the namespace of process PID on $tmp/NAME.
oracle()
{
	mkdir -p "$tmp/$1"
	"$NSPROC_MOUNT" "${@:3}" "$2" "$tmp/$1"
}

need_fuse()
{
	[ -c /dev/fuse ] || skip 'there is no /dev/fuse'
	: 2>/dev/null <>/dev/fuse || skip '/dev/fuse cannot be opened'
}

# view NAME SOURCE PID [OPTION...]: mounts the view of the namespace of process PID on $tmp/NAME.
view()
{
	mkdir -p "$tmp/$1"
	"$NSPROCFS" mount --source "$2" --target "$3" "${@:4}" "$tmp/$1" </dev/null
}

view_gone()
{
	[ -z "$(view_minors)" ] && ! pgrep -f -- "$tmp/$1" >/dev/null
}

# A view is busy for a while when a link was followed.
unmounts()
{
	umount "$tmp/$1" 2>/dev/null
}

# unview NAME: unmounts it; fails if a process that serves it is left after a while.
unview()
{
	wait_for 30 unmounts "$1" && wait_for 30 view_gone "$1"
}
