#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Clients that stand elsewhere than the server: in other namespaces of every type, with a clock offset, mapped
# ids and another root directory. What each sees of the view equals what it sees of the kernel's procfs.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 500 -- "$@"
need_fuse
need NSPROCFS ZOO WALKER NSPROC_MOUNT

chmod 755 "$tmp"
cp "$WALKER" "$tmp/" || exit 1
# The walker is in the container, and at each look another.
{
	echo '(walker)*  *  the reader itself'
	echo 'sys/fs/?*-*  bytes:L1.*  the process that reads on behalf of the walker has dentries and inodes of its own'
	echo '*/fd  lookup:1/../1:ENOENT  a link whose text is no path of the reader'
	echo 'sys/kernel/pid_max  ?id  the attributes are those of our PID namespace'
	cat "$here/exceptions.txt"
} >"$tmp/exceptions.txt"

init=

# A user namespace first, whose maps are written from here; then the others, made by its root.
start_container()
{
	local holder wrapper

	unshare --user sleep 100000 </dev/null &
	holder=$!
	wait_for 30 is_sleeping "$holder" || return
	echo '0 100000 65536' >"/proc/$holder/uid_map" && echo '0 100000 65536' >"/proc/$holder/gid_map" || return
	nsenter --user --target "$holder" --setuid 0 --setgid 0 \
		unshare --uts --ipc --net --cgroup --time --boottime 123456 --pid --fork --kill-child \
		"$BASH" -c 'hostname container; exec sleep 100000' </dev/null &
	wrapper=$!
	wait_for 30 has_child "$wrapper" || return
	init=$(children_of "$wrapper")
	init=${init%% *}
	wait_for 30 is_sleeping "$init"
}

has_child()
{
	[ -n "$(children_of "$1")" ]
}

is_sleeping()
{
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" = sleep ]
}

# inside COMMAND...: in all namespaces of the container but that of mounts, as its root.
inside()
{
	nsenter --target "$init" --user --uts --ipc --net --cgroup --time --pid -- "$@"
}

# compare SOURCE OPTION CLIENT COMMAND...: the walker, with an option or '', started by COMMAND.
compare()
{
	local source=$1 option=$2 client=$3 result=0

	# A leak checker does not find itself in another pid namespace.
	# shellcheck disable=SC2086 # one word or none
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 "${@:4}" "$tmp/${WALKER##*/}" --deadline 200 $option --exceptions "$tmp/exceptions.txt" \
		--section "$source" "$tmp/oracle" "$tmp/view" >"$tmp/out" 2>&1 || result=$?
	say_done "$result" "$source source, $client: as the kernel's"
	[ "$result" -eq 0 ] || cut -c1-400 "$tmp/out" | head -n 40 | sed 's/^/#   /'
	tail -n 1 "$tmp/out" | sed 's/^/# /'
}

start_container || exit 1
# Processes to look at: of the container's root, of its users, with threads and children.
inside "$BASH" -c 'for uid in 0 1000 2000; do
	setpriv --reuid $uid --regid $uid --clear-groups sleep 100000 & done; wait' </dev/null >/dev/null 2>&1 &
wait_for 30 test "$(pgrep -c -x sleep --ns "$init" --nslist pid)" -ge 4
user=(setpriv --reuid 1000 --regid 1000 --clear-groups)
sources=(kernel host)
[ -z "${NSPROCFS_BRIEF:-}" ] || sources=(host)
for source in "${sources[@]}"; do
	oracle oracle "$init" && check "$source source: mounted" view view "$source" "$init"
	check_equal "$source source: the host name is the container's" container \
		"$(inside cat "$tmp/view/sys/kernel/hostname")"
	check_equal "$source source: ids are the container's" 'Uid:	0	0	0	0' \
		"$(inside grep Uid: "$tmp/view/1/status")"
	# With all of sys/ once: under sanitizers that takes too long.
	[ "$source${NSPROCFS_BRIEF:-}" = kernel ] && all='' || all=--quick
	compare "$source" "$all" "the container's root" inside
	compare "$source" --quick "the container's uid 1000" inside "${user[@]}"
	compare "$source" --quick "its uid 1000 with CAP_SYS_PTRACE" inside "${user[@]}" \
		--inh-caps=+sys_ptrace --ambient-caps=+sys_ptrace
	# In a chroot: paths are told from there. The jail is a copy of all mounts, with the two trees.
	mkdir -p "$tmp/jail" && mount --rbind / "$tmp/jail"
	check_equal "$source source, in a chroot: a path is told from there" / \
		"$(inside chroot "$tmp/jail" sh -c 'exec 3</ && readlink "$1/self/fd/3"' sh "$tmp/view")"
	compare "$source" --quick "the container's root in a chroot" inside chroot "$tmp/jail"
	umount --lazy "$tmp/jail"
	check "$source source: nothing is left" unview view
	umount "$tmp/oracle"
done
finish
