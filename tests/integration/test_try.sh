#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# scripts/try, with the program that was built here: its figures of a limited container against the machine's own and
# the limits, and that nothing stays behind, also when it is ended or fails half-way.
#
# Usage: test_try.sh [NSPROCFS]   (else $NSPROCFS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 280 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS
need_fuse
try=$here/../../scripts/try
export TMPDIR=$tmp LC_ALL=C

# groups_of TRY: the control groups that this run of it has made.
groups_of()
{
	find /sys/fs/cgroup -type d -name "nsprocfs-try-$1" 2>/dev/null
}

# clean LABEL TRY
clean()
{
	check_equal "$1: no group stays" '' "$(groups_of "$2")"
	check_equal "$1: no process stays" '' "$(pgrep -af -- "$tmp/tmp\.")"
	check_equal "$1: no file stays" '' "$(find "$tmp" -mindepth 1 -maxdepth 1 -name 'tmp.*')"
	check_equal "$1: no mount stays" '' "$(grep -F "$tmp/tmp." /proc/self/mountinfo)"
}

# run_try NAME COMMAND...: what it prints is in $tmp/NAME; its status in $status, its number in $pid. The re-executions
# of the script keep the number.
run_try()
{
	local name=$1

	shift
	"$@" >"$tmp/$name" 2>&1 </dev/null &
	pid=$!
	wait "$pid"
	status=$?
}

# cell NAME LABEL COLUMN: of the table in what was printed; columns are two spaces or more apart, 2 is the kernel's.
cell()
{
	sed 's/^ *//' "$tmp/$1" | awk -F '  +' -v label="$2" -v column="$3" '$1 == label { print $column }'
}

# in_seconds [[HH:]MM:]SS
in_seconds()
{
	awk -F : '{ s = 0; for (i = 1; i <= NF; i++) s = s * 60 + $i; print s }' <<<"$1"
}

machine_mib()
{
	free -m | awk '/^Mem:/ { print $2 " MiB" }'
}

# Both columns of what cannot depend on limits.
check_times()
{
	local kernel view

	kernel=$(in_seconds "$(cell "$1" 'ps: process 1 runs for' 2)")
	view=$(in_seconds "$(cell "$1" 'ps: process 1 runs for' 3)")
	check "$1: process 1 began some seconds ago: $view" test "$view" -ge 0 -a "$view" -le 280
	check "$1: natively, the same, but earlier: $kernel" test "$kernel" -ge 0 -a $((view - kernel)) -ge -1
	kernel=$(in_seconds "$(cell "$1" 'ps: and since' 2)")
	view=$(in_seconds "$(cell "$1" 'ps: and since' 3)")
	# Whole seconds, and what is left of them; midnight may be between.
	check "$1: it began at the same time" test $(((view - kernel + 1 + 86400) % 86400)) -le 2
	check_equal "$1: the container has just come up" 'up 0 minutes' \
		"$(cell "$1" 'uptime -p' 3 | sed 's/up [1-5] minutes*$/up 0 minutes/')"
	check "$1: one thread at least runs: $(cell "$1" 'cat /proc/loadavg' 3)" \
		grep -qE '^[0-9.]+ [0-9.]+ [0-9.]+ [1-9][0-9]*/[1-9][0-9]? [0-9]+$' \
		<<<"$(cell "$1" 'cat /proc/loadavg' 3)"
	[ "$(cut -d . -f 1 /proc/uptime)" -lt 600 ] ||
		check "$1: natively, the machine has not" test "$(cell "$1" 'uptime -p' 2)" != 'up 0 minutes'
}

test_limits()
{
	local used

	run_try limited "$try" --program "$NSPROCFS"
	check_equal 'limited: exit status' 0 "$status"
	[ "$status" -eq 0 ] || cat "$tmp/limited"
	check_times limited
	check_equal 'limited: natively, free has the memory of the machine' "$(machine_mib)" \
		"$(cell limited 'free: total' 2)"
	check_equal 'limited: natively, all processors' "$(getconf _NPROCESSORS_CONF)" \
		"$(cell limited 'nproc --all' 2)"
	if grep -q '^Its control groups limit it: .*256 MiB of memory' "$tmp/limited"; then
		check_equal 'limited: free has the limit' '256 MiB' "$(cell limited 'free: total' 3)"
		used=$(cell limited 'free: used' 3)
		check "limited: used is what the cache holds, 48 MiB, and a little more: $used" \
			test "${used% MiB}" -ge 48 -a "${used% MiB}" -le 96
		check 'limited: status has the limit' grep -qE '^/.* on .*/256M ' "$tmp/limited"
	else
		echo "# no memory limit: $(grep '^try:' "$tmp/limited")"
	fi
	if grep -q '^Its control groups limit it: .*processor [0-9]* only' "$tmp/limited"; then
		check_equal 'limited: one processor' 1 "$(cell limited 'nproc --all' 3)"
		check_equal 'limited: one that it may run on' 1 "$(cell limited nproc 3)"
	fi
	check 'limited: set off is seen' grep -qE "^MemTotal: +$(
		awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo) kB" "$tmp/limited"
	check_equal 'limited: not one error' '' "$(grep -iE 'error|denied|no such|failed' "$tmp/limited")"
	clean limited "$pid"
}

# Where no group can be made it says so, once, and goes on.
test_unlimited()
{
	# shellcheck disable=SC2016 # for that shell
	run_try unlimited unshare --mount bash -c '
		grep -E " - cgroup2? " /proc/self/mountinfo | cut -d " " -f 5 | while read -r dir; do
			mount -o remount,bind,ro "$dir" || exit
		done
		exec "$@"' bash "$try" --program "$NSPROCFS"
	check_equal 'unlimited: exit status' 0 "$status"
	[ "$status" -eq 0 ] || cat "$tmp/unlimited"
	check_equal 'unlimited: says so' 1 "$(grep -c '^try: going on without some limits: memory: ' \
		"$tmp/unlimited")"
	check_equal 'unlimited: and in the text' 1 "$(grep -c '^It has no limits' "$tmp/unlimited")"
	check_times unlimited
	clean unlimited "$pid"
}

has_container()
{
	compgen -G "$tmp/tmp.*/ready" >/dev/null
}

test_ended()
{
	"$try" --program "$NSPROCFS" >"$tmp/ended" 2>&1 </dev/null &
	pid=$!
	check 'ended: the container runs' wait_for 90 has_container
	kill -TERM "$pid"
	wait "$pid"
	check_equal 'ended: exit status after SIGTERM' 143 $?
	clean ended "$pid"
}

test_failing()
{
	printf '#!/bin/sh\nexit 7\n' >"$tmp/fails"
	chmod +x "$tmp/fails"
	run_try failing "$try" --program "$tmp/fails"
	check_equal 'failing: exit status of what failed' 7 "$status"
	check 'failing: the container was there' grep -q '^A container runs here' "$tmp/failing"
	clean failing "$pid"
	run_try usage "$try" --program
	check_equal 'usage: exit status' 2 "$status"
	run_try usage "$try" --program "$tmp/nosuch"
	check_equal 'usage: exit status without a program' 2 "$status"
}

test_limits
test_unlimited
test_ended
test_failing
finish
