#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A view as /proc of the containers of an engine (crun; podman where it is installed), as operators put it there:
# over that of a container that runs, and as a volume from the start. What programs in the container say must be
# the same as with the /proc that the engine has mounted.
#
# Usage: test_engines.sh NSPROCFS

# shellcheck disable=SC2016,SC2317 # text for other shells; functions called by their names
DEADLINE_S=${DEADLINE_S:-150}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

# What is asked in each container. Numbers of processes that are started for it are not always the same: the server
# uses up some.
readonly LOOK='
	exec 2>&1
	ps -o pid,comm,args | awk "\$1 == 1"
	top -b -n 1 | awk "\$1 == 1 { print \$1, \$3, \$NF }"
	free | awk "/^Mem/ { print \$2 }"
	pidof sleep
	for link in 1/exe self/exe self/cwd; do readlink /proc/$link; done
	cat /proc/1/comm /proc/self/comm /proc/1/cgroup /proc/1/uid_map /proc/sys/kernel/hostname
	grep -E "^(Name|Pid|NSpid|Uid|Cap...):" /proc/1/status
	tr "\0" "\n" </proc/1/environ | sort
	ls /proc | grep -v "^[0-9]"
	ls /proc/1
	test -e /proc/self/fd/0 && test /proc/self -ef /proc/$$ && echo self
	: | cat /dev/stdin && echo through a link
	su -s /bin/sh nobody -c "cat /proc/1/environ; readlink /proc/1/exe; cat /proc/1/comm"'

umount -R /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 none /sys/fs/cgroup || exit 1
mkdir -p "$tmp/shared" "$tmp/bundle/rootfs/"{bin,dev,etc,proc,run,sys,tmp}
mount -t tmpfs none "$tmp/shared" && mount --make-shared "$tmp/shared" || exit 1
mkdir "$tmp/shared/over" "$tmp/shared/volume"
cp "$(command -v busybox)" "$tmp/bundle/rootfs/bin" || exit 1
for name in awk cat free grep ls pidof ps readlink sh sleep sort su test top tr; do
	ln -s busybox "$tmp/bundle/rootfs/bin/$name"
done
printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$tmp/bundle/rootfs/etc/passwd"

# write_config VIEW: where the view is to be /proc from the start; nothing: the engine's own.
write_config()
{
	rm -f "$tmp/bundle/config.json"
	(cd "$tmp/bundle" && crun spec) || return
	/usr/bin/python3 - "$tmp" "$mark" "$1" <<'END'
import json, sys
tmp, mark, view = sys.argv[1:]
name = tmp + "/bundle/config.json"
config = json.load(open(name))
config["process"].update(terminal=False, args=["sleep", "1000", mark], rlimits=[])
config["root"]["readonly"] = False
config["linux"].update(rootfsPropagation="rslave", maskedPaths=[], readonlyPaths=[])
bind = {"type": "bind", "options": ["rbind", "rslave"]}
config["mounts"].append({"destination": "/run/shared", "source": tmp + "/shared", **bind})
if view:
    config["mounts"] = [m for m in config["mounts"] if m["destination"] != "/proc"]
    config["mounts"].insert(0, {"destination": "/proc", "source": view, **bind})
json.dump(config, open(name, "w"))
END
}

readonly crun=(crun --root "$tmp/crun" --cgroup-manager=disabled)
readonly podman=(podman --storage-driver vfs --root "$tmp/storage" --runroot "$tmp/runroot" --tmpdir "$tmp/libpod"
	--cgroup-manager cgroupfs)

start_crun()
{
	write_config "$1" && (cd "$tmp/bundle" && "${crun[@]}" run --detach box </dev/null >"$tmp/said" 2>&1)
}

# The limits are those of a machine on which root may not raise any.
start_podman()
{
	"${podman[@]}" run --detach --name box --cgroups=disabled --network host --pids-limit 0 \
		--ulimit nofile=1000:1000 --ulimit nproc=1000:1000 --volume "$tmp/shared:/run/shared:rslave" \
		${1:+--volume "$1:/proc:rslave"} --rootfs "$tmp/bundle/rootfs" sleep 1000 "$mark" >"$tmp/said" 2>&1
}

init_of_crun()
{
	"${crun[@]}" state box | sed -n 's/.*"pid": \([0-9]*\).*/\1/p'
}

init_of_podman()
{
	"${podman[@]}" inspect --format '{{.State.Pid}}' box
}

look_crun()
{
	"${crun[@]}" exec box sh -c "$LOOK"
}

look_podman()
{
	"${podman[@]}" exec box sh -c "$LOOK"
}

end_crun()
{
	"${crun[@]}" delete --force box
}

end_podman()
{
	"${podman[@]}" rm --force --time 0 box >"$tmp/said" 2>&1
}

type_of_proc()
{
	nsenter --target "$1" --mount /bin/busybox stat -f /proc | sed -n 's/.*Type: *//p'
}

no_view()
{
	[ -z "$(view_minor $$)" ]
}

# Over the /proc of a container that runs.
test_over()
{
	local engine=$1 init

	"start_$engine" '' || return
	init=$("init_of_$engine")
	"look_$engine" >"$tmp/native"
	expect_match "$engine: natively all is said" '[5-9][0-9]|[1-9][0-9]{2}' "$(wc -l <"$tmp/native")"
	"$program" mount --rw --target "$init" "$tmp/shared/over" 2>"$tmp/said"
	connection_of $$ >/dev/null
	nsenter --target "$init" --mount /bin/busybox mount -o rbind /run/shared/over /proc
	expect_match "$engine: the view covers /proc" '[0-9]+' "$(view_minor "$init")"
	expect "$engine, over /proc" '' "$("look_$engine" | diff "$tmp/native" -)"
	"end_$engine"
	expect_soon "$engine: the view ends with the container" no_view
}

# One view for all containers, from their start.
test_volume()
{
	local engine=$1

	"$program" mount --rw --pidns follow "$tmp/shared/volume" 2>"$tmp/said"
	connection_of $$ >/dev/null
	"start_$engine" "$tmp/shared/volume" || fail "$engine does not start with a view: $(cat "$tmp/said")"
	expect_match "$engine: the view is /proc" '[0-9]+' "$(view_minor "$("init_of_$engine")")"
	expect "$engine, as a volume" '' "$("look_$engine" | diff "$tmp/native" -)"
	"end_$engine"
	umount -R "$tmp/shared/volume"
	expect_soon "$engine: the view ends when it is unmounted" no_view
}

# shellcheck disable=SC2317
leave()
{
	"${crun[@]}" delete --force box 2>/dev/null
	! command -v podman >/dev/null || end_podman
	abort_views
	umount -R "$tmp/shared"
	cleanup
}
trap leave EXIT

for engine in crun podman; do
	if ! command -v $engine >/dev/null; then
		echo "left out: $engine is not installed"
	elif ! test_over $engine; then
		echo "left out: $engine does not start a container here: $(tail -n 1 "$tmp/said")"
		"end_$engine" 2>/dev/null
	else
		test_volume $engine
	fi
done
finish
