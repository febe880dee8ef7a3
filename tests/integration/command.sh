# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# For tests of `nsprocfs run` and `nsprocfs mount`: sourced with the program as the first argument of the
# script. Enters a private mount namespace, arms a deadline that aborts hung mounts, starts nothing by
# itself. Every process of a test carries $mark (a number sleep(1) accepts) in its arguments, so that
# "nothing is left" can be told.

set -u

program=$(realpath "${1:-${NSPROCFS:?usage: $0 NSPROCFS}}")
readonly DEADLINE_S=${DEADLINE_S:-150}

if [ "$(id -u)" -ne 0 ]; then
	echo 'skipped: making namespaces and mounts takes root'
	exit 77
fi
if ! : 2>/dev/null <>/dev/fuse; then
	echo 'skipped: /dev/fuse cannot be opened'
	exit 77
fi
if [ -z "${NSPROCFS_TEST_INSIDE:-}" ]; then
	NSPROCFS_TEST_INSIDE=1 exec unshare --mount --propagation private "$BASH" "$0" "$program" "${@:2}"
fi
unset NSPROCFS_TEST_INSIDE

tmp=$(mktemp -d)
mark=$(printf "0.%08d" $$) # as long as any other, or it might be part of it
count=0
failed=0
target=
target_holder=
echo "$mark" >"$tmp/mark"
: >"$tmp/views"
mkdir "$tmp/empty" "$tmp/connections"
mount -t fusectl none "$tmp/connections" || exit 1

fail()
{
	echo "FAIL: $*"
	failed=$((failed + 1))
}

# The numbers of our processes that live: a zombie has no arguments.
marked()
{
	grep -lzaF -f "$tmp/mark" /proc/[0-9]*/cmdline 2>/dev/null | tr -dc '0-9\n'
}

kill_marked()
{
	local pid

	for pid in $(marked); do
		kill -KILL "$pid" 2>/dev/null
	done
}

abort_views()
{
	local minor inode

	while read -r minor inode; do
		connection_gone "$minor" "$inode" || echo 1 >"$tmp/connections/$minor/abort"
	done 2>/dev/null <"$tmp/views"
}

cleanup()
{
	trap - EXIT
	[ -z "$target_holder" ] || stop_target
	kill -KILL "$watchdog" 2>/dev/null
	kill_marked
	abort_views
	umount -l "$tmp/connections"
	rm -rf "$tmp"
}

# A reader of a view whose server hangs cannot be killed, and bash waits for it: so from outside.
watch_deadline()
{
	local deadline=$((SECONDS + DEADLINE_S))

	while [ $SECONDS -lt $deadline ]; do
		[ -e "/proc/$1" ] || return
		sleep 0.5
	done
	echo "FAIL: not finished after $DEADLINE_S s"
	kill_marked
	abort_views
	kill -KILL "$1"
}
watch_deadline $$ </dev/null &
watchdog=$!
disown
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

# until_true SECONDS COMMAND...: polls until the command succeeds. Fails when the time is over.
until_true()
{
	local deadline=$((SECONDS + $1))

	shift
	until "$@"; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.01
	done
}

children_of()
{
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

# number_of ROOT N: the process below process ROOT that says of itself it has number N; the two differ in
# a pid namespace.
number_of()
{
	local child

	for child in $(children_of "$1"); do
		if awk -v n="$2" '$1 == "NSpid:" { exit $NF != n }' "/proc/$child/status" 2>/dev/null; then
			echo "$child"
			return
		fi
		number_of "$child" "$2"
	done
}

has_child()
{
	[ -n "$(children_of "$1")" ]
}

nothing_marked()
{
	[ -z "$(marked)" ]
}

# A process in a pid namespace of its own, which is a level below ours: $target.
start_target()
{
	unshare --pid --fork --kill-child --mount-proc --propagation private sleep 1000 "$mark" &
	target_holder=$!
	until_true 30 has_child $target_holder || exit 1
	target=$(children_of $target_holder)
	target=${target% }
	until_true 30 is_sleeping "$target" || exit 1
}

is_sleeping()
{
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" = sleep ]
}

stop_target()
{
	kill -KILL "$target_holder"
	wait "$target_holder" 2>/dev/null
	target_holder=
}

# expect WHAT WANTED GOT
expect()
{
	count=$((count + 1))
	[ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"
}

# expect_match WHAT REGEX GOT: the whole of GOT matches.
expect_match()
{
	count=$((count + 1))
	[[ $3 =~ ^($2)$ ]] || fail "$1: wanted /$2/, got '$3'"
}

# expect_soon WHAT COMMAND...: the command succeeds within five seconds.
expect_soon()
{
	local what=$1

	shift
	count=$((count + 1))
	until_true 30 "$@" || fail "$what: not within 30 s: $*"
}

# The device number of the topmost view in the mounts of a process; nothing if there is none.
view_minor()
{
	sed -n 's/^[0-9]* [0-9]* 0:\([0-9]*\) .* - fuse\.nsprocfs .*/\1/p' "/proc/$1/mountinfo" 2>/dev/null |
		tail -n 1
}

# "MINOR INODE" of the kernel's connection of the view a process has, to be asked for later. A number
# alone can be another view's in a moment.
connection_of()
{
	local minor

	minor=$(view_minor "$1")
	[ -n "$minor" ] || return 1
	echo "$minor $(stat -c %i "$tmp/connections/$minor" 2>/dev/null)" | tee -a "$tmp/views"
}

# The kernel has let go of the file system: no mount namespace and no descriptor holds it.
connection_gone()
{
	[ "$(stat -c %i "$tmp/connections/$1" 2>/dev/null)" != "$2" ]
}

finish()
{
	echo "$count checks, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}
