# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317 # names from outside
#
# What is run in a PID namespace of its own: natively as unshare(1) makes it, and as `nsprocfs run
# --unshare-pid --rw` does. In both, the first process is somebody else and the case is number 2.

case_sandbox_bash()
{
	echo $$
	cat <(echo from a pipe) /dev/stdin <<<'from a here-document'
	sleep 1000 "$mark" &
	until grep -qx sleep "/proc/$!/comm"; do
		:
	done
	readlink "/proc/$!/exe" "/proc/$!/fd/0"
	kill $!
	wait $!
	echo $?
	(exec -a other sh -c 'tr "\0" " " </proc/self/cmdline; echo $0')
	ps -e -o pid=,pgid=,sid=,args= >"$tmp/work/list"
	awk '$1 > 1' "$tmp/work/list"
}

case_sandbox_unshare()
{
	unshare --user --map-root-user --pid --fork --mount-proc ps -e -o pid,comm
	unshare --mount --pid --fork --mount-proc ps -e -o pid,comm
	unshare --user --map-auto --map-root-user id -u
	setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urpf --mount-proc ps -e -o pid,comm
}

case_sandbox_bwrap()
{
	bwrap --ro-bind / / --dev /dev --proc /proc --unshare-pid ps -e -o pid,comm
	setpriv --reuid 1000 --regid 1000 --clear-groups \
		bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all ps -e -o pid,comm
	bwrap --ro-bind / / --dev /dev --bind /proc /proc --unshare-user --uid 1000 \
		sh -c 'id -u; cat /proc/self/uid_map; cat /proc/self/comm'
}

# The engine wants control groups of version 2 alone.
case_sandbox_crun()
{
	umount -R /sys/fs/cgroup 2>/dev/null
	mount -t cgroup2 none /sys/fs/cgroup
	cd "$tmp/bundle" || return
	crun --root "$tmp/work/crun" --cgroup-manager=disabled run inner
	echo $?
}

# As root, and as an ordinary user without subordinate numbers, in a user namespace of the engine. It says so.
case_sandbox_podman()
{
	local options=(--rm --cgroups=disabled --network host --pids-limit 0 --ulimit nofile=1000:1000
		--ulimit nproc=1000:1000)
	local engine=(podman --storage-driver vfs --cgroup-manager cgroupfs)

	umount -R /sys/fs/cgroup 2>/dev/null
	mount -t cgroup2 none /sys/fs/cgroup
	cp -a "$tmp/bundle/rootfs" "$tmp/work"
	"${engine[@]}" --root "$tmp/work/storage" --runroot "$tmp/work/run" --tmpdir "$tmp/work/libpod" \
		run "${options[@]}" --rootfs "$tmp/work/rootfs" sh -c 'ps; cat /proc/self/comm'
	mkdir "$tmp/work/home"
	chown -R 1000:1000 "$tmp/work/home" "$tmp/work/rootfs"
	chmod 755 "$tmp/work"
	setpriv --reuid 1000 --regid 1000 --clear-groups env HOME="$tmp/work/home" XDG_RUNTIME_DIR="$tmp/work/home" \
		"${engine[@]}" run "${options[@]}" --rootfs "$tmp/work/rootfs" \
		sh -c 'ps; cat /proc/self/comm /proc/self/uid_map' 2>"$tmp/work/said"
	echo $?
	grep -vE 'shared mount|subuid|single mapping' "$tmp/work/said"
}

case_sandbox_chromium()
{
	. "$tmp/container.sh"
	case_chromium
}

case_sandbox_runc()
{
	cd "$tmp/bundle" || return
	runc --root "$tmp/work/runc" run inner
	echo $?
}

case_sandbox_gdb()
{
	gdb -nx -batch -ex 'break exit' -ex run -ex 'info proc' -ex bt -ex kill --args /usr/bin/true
	strace -f -o "$tmp/work/trace" -e trace=execve sh -c 'cat /proc/self/comm; readlink /proc/self'
	sed -E 's/0x[0-9a-f]+/ADDRESS/g' "$tmp/work/trace"
}
