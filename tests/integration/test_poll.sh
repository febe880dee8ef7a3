#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# poll(2) and epoll(7) on files of a view say what they say on the kernel's procfs of the namespace, and wake
# when those wake.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
if [ "$(id -u)" -eq 0 ] && [ -z "${POLL_INSIDE:-}" ]; then
	POLL_INSIDE=1 exec unshare --uts "$BASH" "$0" "$@"
fi
begin 110 -- "$@"
need_fuse
need NSPROCFS NSPROC_MOUNT WRITE_PROBE

in=1 pri=2
n=0

is_named()
{
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]
}

# is_waiting TIMES FILE: it has said so, or has ended.
is_waiting()
{
	[ "$(grep -c waiting "$2")" -ge "$1" ] || ! kill -0 "$probe" 2>/dev/null
}

# polled TREE FILE CHANGE EVENTS [VALUE]: what the probe says, while CHANGE is done twice.
polled()
{
	local tree=$1 file=$2 change=$3 probe

	: >"$tmp/said"
	"$WRITE_PROBE" poll "$tmp/$tree/$file" "${@:4}" >"$tmp/said" &
	probe=$!
	wait_for 30 is_waiting 1 "$tmp/said" && $change
	wait_for 30 is_waiting 2 "$tmp/said" && $change
	wait "$probe"
	cat "$tmp/said"
}

# same SENTENCE FILE CHANGE EVENTS [VALUE]
same()
{
	local sentence=$1 oracle view

	shift
	oracle=$(polled oracle "$@")
	view=$(polled view "$@")
	check_equal "$sentence" "$oracle" "$view"
	tr '\n' ';' <<<"$oracle" | sed 's/^/# /'
	echo
}

mount_inside()
{
	nsenter --target "$init" --mount -- mount -t tmpfs none /mnt
}

rename_host()
{
	n=$((n + 1))
	hostname "poll$n"
}

nothing()
{
	:
}

unshare --pid --fork --kill-child --mount-proc --propagation private sleep 1000 &
holder=$!
disown
until init=$(children_of $holder) && init=${init% } && [ -n "$init" ] && is_named "$init" sleep; do
	sleep 0.01
done

are_gone()
{
	! kill -0 "$@" 2>/dev/null
}

# Many who wait for one thing, half of whom do not live to see it.
test_many()
{
	local i pids=()

	rm -f "$tmp"/many-*

	for i in {1..40}; do
		: >"$tmp/many-$i"
		"$WRITE_PROBE" poll "$tmp/view/1/mountinfo" $((in | pri)) >"$tmp/many-$i" &
		disown
		pids+=($!)
	done
	for i in {1..40}; do
		probe=${pids[i - 1]}
		wait_for 30 is_waiting 1 "$tmp/many-$i"
	done
	kill -KILL "${pids[@]:0:20}"
	mount_inside
	for i in {21..40}; do
		probe=${pids[i - 1]}
		wait_for 30 is_waiting 2 "$tmp/many-$i"
	done
	check_equal 'forty wait, twenty are killed, twenty wake' 20 "$(grep -l '^changed 1 0xa' "$tmp"/many-* | wc -l)"
	kill -KILL "${pids[@]:20}"
	wait_for 30 are_gone "${pids[@]}"
}

psi_is_on()
{
	cat /proc/pressure/cpu >/dev/null 2>&1
}

oracle oracle "$init"
for source in kernel host; do
	mkdir -p "$tmp/view"
	"$NSPROCFS" mount --rw --source "$source" --target "$init" "$tmp/view" </dev/null
	same "$source: mountinfo" 1/mountinfo mount_inside $((in | pri))
	same "$source: mounts, news only" 1/mounts mount_inside $pri
	same "$source: sys/kernel/hostname" sys/kernel/hostname rename_host $((in | pri))
	if psi_is_on; then
		same "$source: a pressure trigger" pressure/cpu nothing $pri 'some 1000 2000000'
	else
		echo '# no wait for a pressure trigger: pressure stall information is off on this machine (psi=1)'
		same "$source: a pressure file" pressure/cpu nothing $((in | pri)) 'some 150000 2000000'
	fi
	test_many
	check "$source: nothing is left" unview view
done
finish
