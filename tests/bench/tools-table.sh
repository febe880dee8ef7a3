#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail

# Prints what programs show in one container, limited to 256 MB and half a CPU, on the kernel's own procfs and /sys,
# with lxcfs over them, and with views (`mount`, and `mount --sys`), as a table for docs/resources.md. In the container
# a process burns what CPU it is given and another one holds 64 MB. Usage: tests/bench/tools-table.sh BUILD-DIRECTORY.
# Needs what `scripts/install-deps resources` installs; programs that are not there (node, java) are left out.

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

export devices=sys/devices/system

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
		exec timeout 60 unshare --mount --propagation private sh -c '
			case $0 in
			*/lxcfs) mount --bind "${0%/*/*}/lxcfs/$devices/cpu" "/$devices/cpu" ;;
			*/view)
				mount --bind "${0%/*}/sys/cpu" "/$devices/cpu" &&
					mount --bind "${0%/*}/sys/node" "/$devices/node"
				;;
			esac && mount --rbind "$0" /proc && exec "$@"' "$work/c/$system" \
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
		value=$(inside "$system" env LC_ALL=C sh -c "$3" 2>/dev/null | sed 's/^ *//; s/ *$//' |
			paste -sd '|' | sed 's/|/; /g') || :
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
		"$tab | sed 's/\x1b[[(][0-9;?]*[A-Za-z]//g' | tr '\r\n' '  ' | grep -oE '[0-9.]+[KMG]/[0-9.]+G|[0-9.]+M/[0-9.]+M|Load average: [0-9.]+' | sort -u | head -n 2"
	row vmstat '`vmstat 1 2`, second line: free kB, user, system, idle' \
		'vmstat 1 2 | awk "END { print \$4 \", \" \$13 \", \" \$14 \", \" \$15 }"'
	row mpstat '`mpstat 1 1`: CPUs it counts, idle' \
		'mpstat 1 1 | awk "NR == 1 { gsub(/[()]/, \"\"); n = \$(NF - 1) } END { print n \", \" \$NF \" %\" }"'
	row uptime '`uptime`' 'uptime | sed "s/^ *[0-9:]* *//; s/,  *[0-9]* users*//; s/  */ /g"'
	row w '`w`, first line' 'w | head -n 1 | sed "s/^ *[0-9:]* *//; s/,  *[0-9]* users*//; s/  */ /g"'
	row ps '`ps`: elapsed seconds of process 1; %CPU of the one that burns' \
		'ps -o etimes= -p 1 | tr -d " "; ps -e -o pcpu= --sort=-pcpu | head -n 1'
	row ps '`ps -o lstart=`: process 1 started so many seconds ago' \
		'echo $(($(date +%s) - $(date -d "$(ps -o lstart= -p 1)" +%s)))'
	row ps '`ps -o %mem=`, of the one that holds 64 MB' 'ps -e -o pmem= --sort=-pmem | head -n 1'
	print_cpu_rows
	print_runtime_rows
	row busybox '`busybox free -m`, total' 'busybox free -m | awk "/^Mem:/ { print \$2 }"'
	row busybox '`busybox uptime`, up' 'busybox uptime | sed "s/.*up *//; s/, *[0-9]* users*.*//"'
}

# Who counts processors in /sys, in cpuinfo, or asks the kernel.
# shellcheck disable=SC2016 # for the inner shell, or Markdown
print_cpu_rows()
{
	row nproc '`nproc`; `nproc --all`' 'nproc; nproc --all'
	row getconf '`getconf`: `_NPROCESSORS_CONF`; `_NPROCESSORS_ONLN`; `_PHYS_PAGES` in MiB' \
		'getconf _NPROCESSORS_CONF; getconf _NPROCESSORS_ONLN
		echo $(($(getconf _PHYS_PAGES) * $(getconf PAGESIZE) >> 20))'
	row lscpu '`lscpu`: CPU(s); on-line; NUMA node0' \
		'lscpu | sed -n "s/^CPU(s): *//p; s/^On-line CPU(s) list: *//p; s/^NUMA node0 CPU(s): *//p"'
	row numactl '`numactl --hardware`, node 0: cpus; size; free' \
		'numactl --hardware | sed -n "s/^node 0 cpus: */cpus /p; s/^node 0 size: *//p; s/^node 0 free: *//p"'
	row numactl '`numactl --show`: physcpubind' 'numactl --show | sed -n "s/^physcpubind: *//p"'
	row grep '`grep -c processor /proc/cpuinfo`' 'grep -c "^processor" /proc/cpuinfo'
}

# Languages, each by its own library.
# shellcheck disable=SC2016 # for the inner shell, or Markdown
print_runtime_rows()
{
	local flags='-XX:+PrintFlagsFinal -version 2>/dev/null | sed -nE "s/.* MaxHeapSize *= ([0-9]*) .*/\1/p"'
	local cpus="$work/Cpus.java"

	echo 'class Cpus { public static void main(String[] a) {
		System.out.println(Runtime.getRuntime().availableProcessors()); } }' >"$cpus"
	row node 'node `os.totalmem()`, `freemem()` in MiB' \
		'node -p "[os.totalmem(), os.freemem()].map(n => Math.floor(n / 2**20)).join(\", \")"'
	row node 'node `os.cpus().length`, `os.availableParallelism()`, `os.uptime()`, `os.loadavg()[0]`' \
		'node -p "[os.cpus().length, os.availableParallelism(), Math.floor(os.uptime()),
			os.loadavg()[0].toFixed(2)].join(\", \")"'
	row node 'node `process.constrainedMemory()` in MiB' \
		'node -p "Math.floor(process.constrainedMemory() / 2**20)"'
	row java 'java: heap in MiB; `availableProcessors()`' \
		"echo \$((\$(java $flags) >> 20)); java $cpus"
	row java 'java `-XX:-UseContainerSupport`: the same' \
		"echo \$((\$(java -XX:-UseContainerSupport $flags) >> 20)); java -XX:-UseContainerSupport $cpus"
	row java 'java `-XshowSettings:system`: CPUs, memory limit' \
		'java -XshowSettings:system -version 2>&1 | sed -n "s/.*Effective CPU Count: */CPUs /p; s/.*Memory Limit: *//p"'
	row /usr/bin/python3 'python `os.cpu_count()`, `len(os.sched_getaffinity(0))`' \
		'/usr/bin/python3 -c "import os; print(os.cpu_count(), len(os.sched_getaffinity(0)), sep=\", \")"'
	row /usr/bin/python3 'psutil `virtual_memory()` total, available in MiB' \
		'/usr/bin/python3 -c "import psutil; m = psutil.virtual_memory(); print(m.total >> 20, m.available >> 20, sep=\", \")"'
	row /usr/bin/python3 'psutil `cpu_count()`, `cpu_count(logical=False)`, `cpu_percent(1)`' \
		'/usr/bin/python3 -c "import psutil; print(psutil.cpu_count(), psutil.cpu_count(logical=False), psutil.cpu_percent(1), sep=\", \")"'
	row /usr/bin/python3 'psutil: `boot_time()` seconds ago; process 1 started after it' \
		'/usr/bin/python3 -c "import psutil, time; b = psutil.boot_time(); print(int(time.time() - b), int(psutil.Process(1).create_time() - b), sep=\", \")"'
}

print_versions()
{
	local package

	printf '%s; Linux %s; nsprocfs %s;' "$(date +%F)" "$(uname -r)" \
		"$(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo '(no git)')"
	for package in lxcfs procps htop sysstat coreutils util-linux numactl libc6 nodejs openjdk-17-jre-headless \
		openjdk-17-jdk-headless python3 python3-psutil busybox-static; do
		dpkg-query -W -f=' ${Package} ${Version};' "$package" 2>/dev/null || :
	done
	printf '\n\n'
}

can_make_containers || exit 77
start_containers 600 --enable-loadavg --enable-cfs
make_container c 1 top --cpus quota
touch "$work/c/pidns"
mount --bind "/proc/$init/ns/pid" "$work/c/pidns"
mkdir "$work/c/sys"
"$build/nsprocfs" mount --sys --target "$init" --cpus quota "$work/c/sys"
views+=("$work/c/sys")
start_load
print_versions
wait_until 60 is_old_enough
printf '| program | kernel | lxcfs | view |\n|---|---|---|---|\n'
print_rows
