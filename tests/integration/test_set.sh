#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What can be done with a view while it is served: `set`, SIGHUP, `status`. In a container with a memory
# limit that this test makes; what is shown is compared with the group's own files and the machine's.
#
# Usage: test_set.sh [NSPROCFS]   (else $NSPROCFS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/cgroups.sh
. "$here/cgroups.sh"
begin 100 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS

readonly MIB=1048576
name=nsprocfs-set-$$
init=   # of the container
keeper= # of the view in the foreground

eval "groups_$(declare -f cleanup)"
cleanup()
{
	[ -z "${worker:-}" ] || kill -CONT "$worker" 2>/dev/null
	groups_cleanup
}

# mem_total FILE: in KiB.
mem_total()
{
	awk '$1 == "MemTotal:" { print $2 }' "$1"
}

shows_limit()
{
	[ "$(mem_total "$tmp/$1/meminfo")" = $((64 * 1024)) ]
}

shows_machine()
{
	[ "$(mem_total "$tmp/$1/meminfo")" = "$(mem_total /proc/meminfo)" ]
}

# The container is some seconds old, the machine at least minutes.
uptime_is_machines()
{
	local theirs ours

	read -r theirs _ <"$tmp/$1/uptime"
	read -r ours _ </proc/uptime
	[ $((${ours%.*} - ${theirs%.*})) -le 2 ]
}

# json VIEW KEY: as status --json has it.
json()
{
	"$NSPROCFS" status --json "$tmp/$1" |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["views"][0].get(sys.argv[1]))' "$2"
}

# refused COMMAND...: fails, and says that it is a matter of rights.
refused()
{
	! "$@" 2>"$tmp/refused" && grep -q 'Operation not permitted' "$tmp/refused"
}

test_set()
{
	mkdir "$tmp/read"
	check 'a view with the container'\''s resources' view v kernel "$init" --resources on
	check 'MemTotal is the limit' shows_limit v
	check 'set off' "$NSPROCFS" set "$tmp/v" --resources=off
	check 'MemTotal is the machine'\''s' shows_machine v
	check 'uptime is the machine'\''s' uptime_is_machines v
	check 'all still lists' test -n "$(ls "$tmp/v")"
	check 'and reads' cp "$tmp/v/stat" "$tmp/v/cpuinfo" "$tmp/v/swaps" "$tmp/v/vmstat" \
		"$tmp/v/1/status" "$tmp/read"
	check 'set -meminfo' "$NSPROCFS" set "$tmp/v" --resources=-meminfo
	check 'MemTotal is the machine'\''s with that' shows_machine v
	check_equal 'status says so' 'without meminfo' "$("$NSPROCFS" status "$tmp/v" |
		grep -o 'without [a-z, ]*[a-z]')"
	check 'set on' "$NSPROCFS" set "$tmp/v" --resources on
	check 'MemTotal is the limit again' shows_limit v
	check_equal 'nothing else is taken' 2 \
		"$("$NSPROCFS" set "$tmp/v" --resources=-nosuch 2>/dev/null; echo $?)"
	check_equal 'nor a group' 2 \
		"$("$NSPROCFS" set "$tmp/v" --resources=/ 2>/dev/null; echo $?)"
	check 'a view whose resources are off by default' view k kernel "$init"
	check 'MemTotal is the machine'\''s by default' shows_machine k
	check 'they can be set on' "$NSPROCFS" set "$tmp/k" --resources=on
	check 'MemTotal is the limit then' shows_limit k
	check 'that view can be unmounted' wait_for 30 unmounts k
}

# Under run the view is where /proc is, and its clients are inside.
test_run()
{
	local total='/^MemTotal:/ { print $2 }'

	check_equal 'set from inside of run' "$((64 * 1024)) $(mem_total /proc/meminfo)" \
		"$("$NSPROCFS" run --target "$init" --resources on -- sh -c "
			awk '$total' /proc/meminfo
			'$NSPROCFS' set /proc --resources=off
			awk '$total' /proc/meminfo" | tr '\n' ' ' | sed 's/ $//')"
	check_equal 'without CAP_SYS_ADMIN, no' "$((64 * 1024))" \
		"$("$NSPROCFS" run --target "$init" --resources on -- setpriv --bounding-set -sys_admin \
			--inh-caps -sys_admin sh -c "
			'$NSPROCFS' set /proc --resources=off
			awk '$total' /proc/meminfo" 2>/dev/null)"
}

# As nobody; and as root without CAP_SYS_ADMIN, or with it in another user namespace, as in containers.
test_refused()
{
	check 'another user may not set' \
		refused setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$NSPROCFS" set "$tmp/v" --resources=off
	check 'nor ask' refused setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$NSPROCFS" status "$tmp/v"
	check 'nor root without CAP_SYS_ADMIN' refused setpriv --bounding-set -sys_admin \
		--inh-caps -sys_admin "$NSPROCFS" set "$tmp/v" --resources=off
	check 'nor root of another user namespace' refused unshare --user --map-root-user \
		"$NSPROCFS" set "$tmp/v" --resources=off
	check 'nothing has changed' shows_limit v
	check_equal 'who may not hears what procfs says' 'Inappropriate ioctl for device' \
		"$(setpriv --reuid 65534 --regid 65534 --clear-groups perl -e '
sysopen(my $d, $ARGV[0], 0) or die $!;
my $off = pack("L", 0);
ioctl($d, 0x4004d702, $off) or print $!' "$tmp/v")"
}

test_status()
{
	local line

	check_equal 'status: the limit' "$(memory_file "$name" limit)" \
		"$(json v memory_limit)"
	check_equal 'what is used' "$(memory_file "$name" usage)" \
		"$(json v memory_used)"
	check_equal 'the target' "$init" "$(json v target)"
	check_equal 'the source' kernel "$(json v source)"
	check_equal 'how many processors' "$(grep -c '^processor' "$tmp/v/cpuinfo")" "$(json v cpus)"
	line=$("$NSPROCFS" status | grep -F "$tmp/v ")
	check_equal 'without a directory: all that are mounted' "$tmp/v kernel $init on" \
		"$(awk '{ print $1, $2, $3, $4 }' <<<"$line")"
	check_equal 'the limit in the line' 64M "$(awk '{ sub(".*/", "", $5); print $5 }' <<<"$line")"
	check_equal 'a directory without a view' \
		"nsprocfs: status: $tmp: no view is mounted there; nsprocfs status lists those that are" \
		"$("$NSPROCFS" status "$tmp" 2>&1)"
	mkdir -p "$tmp/t/1"
	echo 'MemTotal: 1 kB' >"$tmp/t/meminfo"
	mkdir "$tmp/r"
	check 'a view of a recorded tree' "$NSPROCFS" mount --tree "$tmp/t" "$tmp/r"
	check_equal 'has a status' tree "$(json r source)"
	check_equal 'but no control groups' \
		"nsprocfs: set: $tmp/r: the view has no control groups to take resources from: $(
			python3 -c 'import errno, os; print(os.strerror(errno.EOPNOTSUPP))')" \
		"$("$NSPROCFS" set "$tmp/r" --resources=on 2>&1)"
	check 'it can be unmounted' wait_for 30 unmounts r
}

mounted()
{
	mountpoint -q "$tmp/$1" || return 1
}

test_hangup()
{
	local file=$tmp/choice

	echo on >"$file"
	mkdir "$tmp/f"
	"$NSPROCFS" mount -f --source kernel --target "$init" --resources "@$file" "$tmp/f" 2>"$tmp/f.err" &
	keeper=$!
	check 'a view with its choice from a file' wait_for 30 mounted f
	check 'MemTotal is the limit, as the file says' shows_limit f
	printf '# for now\n\n  off\n' >"$file"
	kill -HUP "$keeper"
	check 'SIGHUP reads it again' wait_for 30 shows_machine f
	echo nonsense >"$file"
	kill -HUP "$keeper"
	check 'what it does not understand it says' wait_for 30 grep -q nonsense "$tmp/f.err"
	check 'and leaves all as it was' shows_machine f
	echo on >"$file"
	kill -HUP "$keeper"
	check 'on again' wait_for 30 shows_limit f
	"$NSPROCFS" set "$tmp/f" --resources=off
	check 'set' shows_machine f
	kill -HUP "$keeper"
	check 'SIGHUP undoes it' wait_for 30 shows_limit f
	kill -TERM "$keeper"
	wait "$keeper"
	check_equal 'SIGTERM ends the view' 0 $?
	check_equal 'a file that is not there' 2 \
		"$("$NSPROCFS" cat --target "$init" --resources @"$tmp/nosuch" uptime 2>/dev/null; echo $?)"
}

# The terminal of a view in the foreground goes: that is no wish for another choice.
test_terminal()
{
	mkdir "$tmp/y"
	check_equal 'a hangup of its terminal ends a view in the foreground' 0 \
		"$(timeout 30 python3 -c '
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
while not os.path.ismount(sys.argv[-1]):
    time.sleep(0.01)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))' \
			"$NSPROCFS" mount -f --source kernel --target "$init" "$tmp/y")"
	check 'it is unmounted' wait_for 30 not_mounted y
}

not_mounted()
{
	! mountpoint -q "$tmp/$1"
}

# The process that serves: the child of the one that mounted.
find_worker()
{
	local pid

	for pid in $(pgrep -f -- "mount .*$tmp/$1\$"); do
		worker=$(children_of "$pid")
		worker=${worker%% *}
		[ -z "$worker" ] || return 0
	done
	return 1
}

# All of its threads: one that has not come to that yet may take a request, and then who waits for it cannot be killed.
stopped()
{
	! grep -h '^State:' "/proc/$worker"/task/*/status | grep -qv stopped
}

test_hanging()
{
	local start=$SECONDS

	check 'a view without a watchdog' view h kernel "$init" --patience 0 --resources on
	check 'it has a server' find_worker h || return
	kill -STOP "$worker"
	wait_for 30 stopped
	check_equal 'its server hangs: status says so' 'does not answer' \
		"$("$NSPROCFS" status "$tmp/h" 2>&1 | grep -o 'does not answer')"
	check_equal 'and set' 'does not answer' \
		"$("$NSPROCFS" set "$tmp/h" --resources=off 2>&1 | grep -o 'does not answer')"
	check 'the other view is in the table' grep -qF "$tmp/v " <("$NSPROCFS" status 2>/dev/null)
	check_equal 'but the exit status is not 0' 1 "$("$NSPROCFS" status >/dev/null 2>&1; echo $?)"
	check 'all within some seconds' test $((SECONDS - start)) -le 25
	kill -CONT "$worker"
	check 'it goes on: the view can be unmounted' wait_for 30 unmounts h
}

[ -c /dev/fuse ] || skip 'there is no /dev/fuse'
command -v python3 >/dev/null || skip 'there is no python3'
use_controllers memory
make_group "$name" || skip "no control group can be made in $memory"
set_limit "$name" $((64 * MIB)) || skip 'no limit can be set'
start_init "$name" sleep 1000 || skip 'no pid namespace can be made'
init=$child
chmod 755 "$tmp"

test_set
test_run
test_refused
test_status
test_hangup
test_terminal
test_hanging
check 'the view can be unmounted' unview v
finish
