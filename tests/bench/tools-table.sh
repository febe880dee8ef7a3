#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail

# Prints what programs show in one container, limited to 256 MB and half a CPU, on the kernel's own procfs, with
# lxcfs, and in a view, as a table for docs/resources.md. In the container a process burns what CPU it is given and
# another one holds 64 MB. Usage: tests/bench/tools-table.sh BUILD-DIRECTORY. Needs what `scripts/install-deps
# resources` installs; programs that are not there are left out.

say()
{
	printf 'tools-table: %s\n' "$*" >&2
}

if [ $# -ne 1 ] || [ ! -x "$1/nsprocfs" ]; then
	say 'usage: tools-table.sh BUILD-DIRECTORY'
	exit 2
fi
if [ "$(id -u)" -ne 0 ] || [ ! -c /dev/fuse ]; then
	say 'needs root (it mounts) and /dev/fuse'
	exit 77
fi
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
if [ "${NSPROCFS_BENCH_INSIDE:-}" != yes ]; then
	NSPROCFS_BENCH_INSIDE=yes exec unshare --mount --propagation private -- "$0" "$@"
fi
# shellcheck source=tests/bench/containers.sh
. "$here/containers.sh"

export cpu=sys/devices/system/cpu

# inside SYSTEM COMMAND...: in the container, its groups and its /proc as SYSTEM shows it.
inside()
{
	local system=$1
	shift
	(
		trap - EXIT
		enter_groups "$BASHPID"
		# lxcfs comes with a part of /sys, too.
		# shellcheck disable=SC2016 # for the inner shell
		exec timeout 60 unshare --mount --propagation private sh -c \
			'[ "${0##*/}" != lxcfs ] || mount --bind "${0%/*/*}/lxcfs/$cpu" "/$cpu" &&
			mount --rbind "$0" /proc && exec "$@"' "$work/c/$system" \
			nsenter --pid="$work/c/pidns" -- "$@"
	)
}

# row PROGRAM LABEL SHELL-TEXT: what the text prints on one line, on each system.
row()
{
	local system value line="| $2 |"

	if ! command -v "$1" >/dev/null; then
		say "no $1"
		return
	fi
	for system in kernel lxcfs view; do
		value=$(inside "$system" env LC_ALL=C sh -c "$3" 2>/dev/null | tr '\n' ' ') || :
		value=${value% }
		line+=" ${value:-nothing} |"
	done
	printf '%s\n' "$line"
}

# The container is 12 s old when programs look, so that there is something to see.
is_old_enough()
{
	local ticks

	ticks=$(($(cut -d ' ' -f 1 /proc/uptime | tr -d .) - $(cut -d ' ' -f 22 "/proc/$init/stat")))
	[ $ticks -ge 1200 ]
}

start_load()
{
	local load

	# shellcheck disable=SC2016 # for the inner shell
	for load in 'while :; do :; done' 'exec /usr/bin/python3 -c "
import time
held = b\"x\" * (64 << 20)
time.sleep(600)"'; do
		(
			trap - EXIT
			enter_groups "$BASHPID"
			exec nsenter --target "$init" --pid -- sh -c "$load"
		) &
		unshare_pids+=($!)
	done
}

# shellcheck disable=SC2016 # for the inner shell, or Markdown
print_rows()
{
	local tab top2

	row free '`free -m`: total, used, available' \
		'free -m | awk "/^Mem:/ { print \$2 \", \" \$3 \", \" \$7 }"'
	top2='top -b -n 2 -d 1 -w 200 | sed -nE "s/^%Cpu.*[ ,]([0-9.]+) id.*/\\1 % idle/p; s/^MiB Mem : *([0-9.]+) total.*/\\1 MiB/p" | tail -n 2'
	row top '`top`: memory, idle' "$top2"
	tab='script -qec "stty rows 40 cols 120; TERM=xterm timeout -s INT 4 htop --no-color -d 10" /dev/null'
	row htop '`htop`: memory, load' \
		"$tab | sed 's/\x1b[[(][0-9;?]*[A-Za-z]//g' | tr '\r\n' '  ' | grep -oE '[0-9.]+[KMG]/[0-9.]+[KMG]|Load average: [0-9. ]+' | head -n 3 | sort -u | tail -n 3"
	row vmstat '`vmstat 1 2`, second line: free kB, user, system, idle' \
		'vmstat 1 2 | awk "END { print \$4 \", \" \$13 \", \" \$14 \", \" \$15 }"'
	row mpstat '`mpstat 1 1`: CPUs it counts, idle' \
		'mpstat 1 1 | awk "NR == 1 { gsub(/[()]/, \"\"); n = \$(NF - 1) } END { print n \", \" \$NF \" %\" }"'
	row uptime '`uptime`' 'uptime | sed "s/^ *[0-9:]* *//; s/ *[0-9]* users*,//; s/  */ /g"'
	row w '`w`, first line' 'w | head -n 1 | sed "s/^ *[0-9:]* *//; s/ *[0-9]* users*,//; s/  */ /g"'
	row ps '`ps`: elapsed seconds of process 1; %CPU of the one that burns' \
		'ps -o etimes= -p 1 | tr -d " "; ps -e -o pcpu= --sort=-pcpu | head -n 1'
	row ps '`ps -o lstart=`: process 1 started so many seconds ago' \
		'echo $(($(date +%s) - $(date -d "$(ps -o lstart= -p 1)" +%s)))'
	row nproc '`nproc --all`' 'nproc --all'
	row lscpu '`lscpu`: CPU(s), on-line' \
		'lscpu | sed -n "s/^CPU(s): *//p; s/^On-line CPU(s) list: *//p"'
	row node 'node `os.totalmem()`, `freemem()` in MiB' \
		'node -p "[os.totalmem(), os.freemem()].map(n => Math.floor(n / 2**20)).join(\", \")"'
	row node 'node `os.cpus().length`, `os.uptime()`, `os.loadavg()[0]`' \
		'node -p "os.cpus().length + \", \" + Math.floor(os.uptime()) + \", \" + os.loadavg()[0].toFixed(2)"'
	row java 'java `-XshowSettings:system`: CPUs, memory limit' \
		'java -XshowSettings:system -version 2>&1 | sed -n "s/.*Effective CPU Count: */CPUs /p; s/.*Memory Limit: *//p"'
	row /usr/bin/python3 'psutil `virtual_memory()` total, available in MiB; `cpu_count()`' \
		'/usr/bin/python3 -c "import psutil; m = psutil.virtual_memory(); print(m.total >> 20, m.available >> 20, psutil.cpu_count(), sep=\", \")"'
	row /usr/bin/python3 'psutil: `boot_time()` seconds ago; process 1 started after it' \
		'/usr/bin/python3 -c "import psutil, time; b = psutil.boot_time(); print(int(time.time() - b), int(psutil.Process(1).create_time() - b), sep=\", \")"'
	row nproc '`nproc`: sched_getaffinity(2)' 'nproc'
	row busybox '`busybox free -m`, total: sysinfo(2)' 'busybox free -m | awk "/^Mem:/ { print \$2 }"'
	row busybox '`busybox uptime`, up: sysinfo(2)' 'busybox uptime | sed "s/.*up *//; s/, *load.*//"'
}

can_make_containers || exit 77
start_containers 600 --enable-loadavg --enable-cfs
make_container c 1 top --cpus quota
touch "$work/c/pidns"
mount --bind "/proc/$init/ns/pid" "$work/c/pidns"
start_load
wait_until 60 is_old_enough
printf '| program | kernel | lxcfs | view |\n|---|---|---|---|\n'
print_rows
