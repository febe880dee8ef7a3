#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What only control groups of version 2 have: limits of swap by itself, memory.high, the kernel's memory by its kinds, weights
# of CPUs, effective sets, io.stat, pressure of every group, controllers that are not handed on, cgroup namespaces. Seen
# through a mounted view, against the groups' own files. It is no part of the ordinary tests, which would skip it where the
# unified hierarchy has no controllers: scripts/test-v2 runs it, with swap and disks of its own.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/cgroups.sh
. "$here/cgroups.sh"
begin 150 -- "$@"
need_fuse
need NSPROCFS HOLD WRITE_PROBE

readonly MIB=1048576
top=nsprocfs-v2-$$
own=$top/a/b/in # the container's
init=
inits=

# shown FILE KEY: the number in the view's line that begins so.
shown()
{
	awk -v key="$2" '$1 == key { print $2 }' "$tmp/v/$1"
}

# meminfo LINE: in bytes.
meminfo()
{
	echo $(($(shown meminfo "$1:") * 1024))
}

# file GROUP NAME [KEY]: what is in a file of a group.
file()
{
	awk -v key="${3:-}" 'key == "" { print $1 } key != "" && $1 == key { print $2 }' "$unified/$1/$2"
}

write()
{
	echo "$3" 2>/dev/null >"$unified/$1/$2"
}

# hold GROUP KIND MIB [FILE]: a process that uses so much, in the group; $held is what to kill.
hold()
{
	local ready=

	exec {holding}< <(
		enter "$1"
		exec "$HOLD" "${@:2}"
	)
	held=$!
	[ "$2" = busy ] && return
	read -r -t $((20 * slow)) ready <&"$holding"
	[ "$ready" = ready ]
}

release()
{
	kill -KILL "$held"
	exec {holding}<&-
}

# left GROUP...: the smallest of what each has left.
left()
{
	local group limit min=$((1 << 62)) usage

	for group in "$@"; do
		limit=$(file "$group" memory.max) usage=$(file "$group" memory.current)
		[ "$limit" = max ] || [ $((limit - usage)) -ge "$min" ] || min=$((limit - usage))
	done
	echo "$min"
}

test_memory()
{
	local n free

	check_equal 'MemTotal: the smallest of four, which is in the middle' $((160 * MIB)) "$(meminfo MemTotal)"
	n=$(left "$top" "$top/a" "$own")
	between 'MemFree: the least that is left' $((n - 2 * MIB)) "$(meminfo MemFree)" $((n + 2 * MIB))
	check 'a sibling takes 100 MiB' hold "$top/a/other" anon 100
	n=$(left "$top" "$top/a" "$own")
	between 'the least that is left is of the group above' 1 "$n" $((62 * MIB))
	free=$(meminfo MemFree)
	between 'MemFree: as much' $((n - 2 * MIB)) "$free" $((n + 2 * MIB))
	between 'MemAvailable: not less' "$free" "$(meminfo MemAvailable)" $((160 * MIB))
	check_equal 'MemTotal stays' $((160 * MIB)) "$(meminfo MemTotal)"
	release
	write "$own" memory.high $((24 * MIB))
	check_equal 'memory.high is no limit' $((160 * MIB)) "$(meminfo MemTotal)"
	write "$own" memory.high max
	write "$top/a" memory.max $((300 * MIB))
	check_equal 'a limit that is raised: the next one counts' $((192 * MIB)) "$(meminfo MemTotal)"
	write "$top/a" memory.max $((160 * MIB))
}

# is_near LINE KEY LEAST: as the group counts, and so much.
is_near()
{
	local before after got

	before=$(file "$own" memory.stat "$2") got=$(meminfo "$1") after=$(file "$own" memory.stat "$2")
	[ "$got" -ge "$3" ] && [ "$got" -ge $((before - MIB / 2)) ] && [ "$got" -le $((after + MIB / 2)) ]
}

# Kernel memory, which version 1 does not count by kind.
test_kernel_memory()
{
	local stack tables slab holder

	stack=$(meminfo KernelStack) tables=$(meminfo PageTables) slab=$(meminfo SUnreclaim)
	# Who forks is charged with the stack.
	(
		enter "$own"
		for _ in {1..40}; do
			sleep 1000 &
		done
		wait
	) 2>/dev/null &
	holder=$!
	disown
	# A stack is four pages; a process has four tables at least; and objects of more than a page.
	check '40 processes: KernelStack' wait_for 30 is_near KernelStack kernel_stack $((stack + 40 * 16384))
	check '40 processes: PageTables' wait_for 30 is_near PageTables pagetables $((tables + 40 * 16384))
	check '40 processes: SUnreclaim' wait_for 30 is_near SUnreclaim slab_unreclaimable $((slab + 40 * 4096))
	check_equal 'Slab is the sum' "$(awk '/^(SReclaimable|SUnreclaim):/ { n += $2 } END { print n }' "$tmp/v/meminfo")" \
		"$(awk '/^Slab:/ { print $2 }' "$tmp/v/meminfo")"
	kill_tree "$holder"
	kill -KILL "$holder" 2>/dev/null # without children it may have ended
}

swapped_out()
{
	write "$own" memory.reclaim $((8 * MIB))
	[ "$(file "$own" memory.swap.current)" -ge $((20 * MIB)) ]
}

# swap_agrees: what is used of swap in all three files, as the group counts.
swap_agrees()
{
	local used=$(($(meminfo SwapTotal) - $(meminfo SwapFree))) counted table

	counted=$(file "$own" memory.swap.current)
	table=$(awk 'NR > 1 { n += $4 } END { print n * 1024 }' "$tmp/v/swaps")
	[ "$used" -ge $((counted - MIB)) ] && [ "$used" -le $((counted + MIB)) ] &&
		[ "$table" -ge $((used - MIB)) ] && [ "$table" -le $((used + MIB)) ]
}

test_swap()
{
	if [ "$(wc -l </proc/swaps)" -lt 2 ]; then
		echo '# not tested: swap, this machine has none'
		return
	fi
	check_equal 'no limit: SwapTotal is the machine'\''s' "$(awk '/^SwapTotal/ { print $2 * 1024 }' /proc/meminfo)" \
		"$(meminfo SwapTotal)"
	write "$own" memory.swap.max $((64 * MIB))
	write "$top/a" memory.swap.max $((48 * MIB))
	check_equal 'SwapTotal: the smallest memory.swap.max' $((48 * MIB)) "$(meminfo SwapTotal)"
	check_equal 'swaps: one area, cut' "$(awk 'NR == 2 { print $1 }' /proc/swaps) $((48 * 1024))" \
		"$(awk 'NR > 1 { print $1, $3 }' "$tmp/v/swaps")"
	check_equal 'nothing is used of it' "$((48 * MIB)) 0" \
		"$(meminfo SwapFree) $(awk 'NR == 2 { print $4 }' "$tmp/v/swaps")"
	check 'a process of 40 MiB' hold "$own" anon 40
	check '20 MiB of it are swapped out' wait_for 30 swapped_out
	check 'used swap is what the group counts, in meminfo and swaps' wait_for 30 swap_agrees
	between 'and is in Committed_AS' $((38 * MIB)) "$(meminfo Committed_AS)" $((80 * MIB))
	release
	write "$own" memory.swap.max 0
	check_equal 'memory.swap.max 0: no swap' '0 1' "$(meminfo SwapTotal) $(wc -l <"$tmp/v/swaps")"
	write "$own" memory.swap.max max
	write "$top/a" memory.swap.max max
}

# ticks_of GROUP: user and system in cpu.stat.
ticks_of()
{
	awk '$1 ~ "^(user|system)_usec$" { n += $2 } END { printf "%d", n / 10000 }' "$unified/$1/cpu.stat"
}

view_ticks()
{
	awk '$1 == "cpu" { print $2 + $3 + $4 }' "$tmp/v/stat"
}

has_used()
{
	[ "$(ticks_of "$own")" -ge "$1" ]
}

# cpus OPTION...: how many a view with these options shows.
cpus()
{
	"$NSPROCFS" cat --target "$init" --resources on "$@" cpuinfo | grep -c '^processor'
}

test_cpus()
{
	local before got all

	all=$(nproc --all)
	hold "$own" busy
	check 'a process is busy for half a second' wait_for 30 has_used $(($(ticks_of "$own") + 50))
	before=$(ticks_of "$own") got=$(view_ticks)
	# User and system are whole ticks each.
	between 'stat: the ticks are those of cpu.stat' $((before - 2)) "$got" "$(ticks_of "$own")"
	release
	check_equal 'stat: no group counts by CPU, so all have equal parts' yes "$(awk '/^cpu[0-9]/ {
		n = $2 + $3 + $4; if (min == "" || n < min) min = n; if (n > max) max = n }
		END { print max - min <= 3 ? "yes" : max " and " min }' "$tmp/v/stat")"
	check_equal 'without a quota: all' "$all" "$(cpus --cpus quota)"
	write "$top" cpu.max '150000 100000'
	write "$own" cpu.max '400000 200000'
	check_equal 'the smallest quota is that of a group above: rounded up' 2 "$(cpus --cpus quota)"
	write "$top/a" cpu.max '50000 100000'
	check_equal 'a smaller one' 1 "$(cpus --cpus quota)"
	write "$top" cpu.max max
	write "$top/a" cpu.max max
	write "$own" cpu.max max
	write "$own" cpu.weight 101
	check_equal 'a weight of 101 is two CPUs' 2 "$(cpus --cpus shares)"
	write "$own" cpu.weight 100
	check_equal 'one of 100 is one' 1 "$(cpus --cpus shares)"
	write "$top/a" cpuset.cpus 1
	check_equal 'the set of a group above counts: cpuset.cpus.effective' '1 1' \
		"$(file "$own" cpuset.cpus.effective) $(cpus)"
	check_equal 'it is that CPU' "$(awk '/^apicid/ && ++n == 2 { print $3 }' /proc/cpuinfo)" \
		"$(awk '/^apicid/ { print $3 }' "$tmp/v/cpuinfo")"
	check_equal 'its own set is empty all the time' '' "$(cat "$unified/$own/cpuset.cpus")"
	write "$top/a" cpuset.cpus "$(all_cpus)"
	check_equal 'all again' "$all" "$(cpus)"
}

# disk FIELD: of the device that $tmp is on.
disk()
{
	awk -v device="$device" -v field="$1" '$1 ":" $2 == device { print $field }' "$tmp/v/diskstats"
}

io()
{
	sed -n "s/^$device .*$1=\([0-9]*\).*/\1/p" "$unified/$own/io.stat"
}

# reads_of COUNT: of 64 KiB each, past all caches.
reads_of()
{
	(enter "$own" && exec dd if="$tmp/data" of=/dev/null bs=65536 count="$1" iflag=direct 2>/dev/null)
}

test_disks()
{
	local device reads sectors

	device=$(stat -c %Hd:%Ld "$tmp")
	dd if=/dev/urandom of="$tmp/data" bs=65536 count=16 conv=fsync 2>/dev/null
	reads_of 1 # and the program itself
	reads=$(disk 4) sectors=$(disk 6)
	check 'a process of the group reads 16 x 64 KiB' reads_of 16
	check_equal 'reads: as io.stat' "$(io rios) $(($(io rbytes) / 512))" "$(disk 4) $(disk 6)"
	between 'reads: at least one for each' 16 $(($(disk 4) - reads)) 64
	check_equal 'sectors: each once' 2048 $(($(disk 6) - sectors))
}

# What the group's file says is what the view says, at one moment.
same_pressure()
{
	cmp -s "$unified/$own/$1.pressure" "$tmp/v/pressure/$1"
}

# Pages are taken from it all the time, because it is above memory.high.
test_pressure()
{
	local said name holder

	for name in cpu memory io; do
		check "pressure/$name is the group's" wait_for 30 same_pressure "$name"
	done
	write "$own" memory.high $((16 * MIB))
	(enter "$own" && exec "$HOLD" anon 64 >/dev/null) &
	holder=$!
	disown
	said=$("$WRITE_PROBE" poll "$tmp/v/pressure/memory" 2 'some 1000 2000000')
	check 'a trigger for memory fires' grep -q '^changed 1 0x2' <<<"$said"
	check 'the group has been under pressure' test "$(awk '/^some/ { sub("total=", "", $5); print $5 }' \
		"$tmp/v/pressure/memory")" -gt 1000
	kill -KILL "$holder"
	write "$own" memory.high max
}

# A group that its parent hands no controllers to: its memory is the parent's.
test_not_handed_on()
{
	mkdir "$unified/$own/deep" && groups+=("$unified/$own/deep")
	echo "$init" >"$unified/$own/deep/cgroup.procs"
	check 'a group without controllers' test ! -e "$unified/$own/deep/memory.max"
	check 'is found' wait_for 30 pressure_is_of "$own/deep"
	check_equal 'its memory is that of the groups above' $((160 * MIB)) "$(meminfo MemTotal)"
	check_equal 'its CPUs as well' "$(nproc --all)" "$(cpus)"
	echo "$init" >"$unified/$own/cgroup.procs"
	check 'it goes back, and that one is removed' wait_for 30 remove_group "$unified/$own/deep"
	check_equal 'found' $((160 * MIB)) "$(meminfo MemTotal)"
}

pressure_is_of()
{
	cmp -s "$unified/$1/cpu.pressure" "$tmp/v/pressure/cpu"
}

# In a cgroup namespace, with a mount that shows only its own group: what is above is not seen.
test_cgroup_namespace()
{
	local said

	mkdir "$tmp/cgroup"
	said=$(enter "$own"; unshare --cgroup --mount "$BASH" -c '
		mount -t cgroup2 cgroup2 "$1" || exit
		umount --lazy "$2" || exit
		"$NSPROCFS" cat --target "$3" --resources on meminfo | head -n 1
		"$NSPROCFS" explain --target "$3" --resources on | grep " memory: "' - "$tmp/cgroup" "$unified" "$init")
	check_equal 'in a cgroup namespace: its own limit' "MemTotal:         $((192 * 1024)) kB" "${said%%$'\n'*}"
	check_equal 'and it says what it sees' 'memory: / (version 2, 1 group, those above are not visible here)' \
		"$(sed -n '2s/^ *//p' <<<"$said")"
}

# Twelve deep, the limit in the uppermost.
test_deep()
{
	local path=$top/deep i deep

	for i in {1..12}; do
		path+=/$i
		make_group "$path" || return
	done
	set_limit "$top/deep/1" $((96 * MIB))
	start_init "$path" sleep 1000 || return
	deep=$child inits=$child
	check_equal 'twelve groups deep' "MemTotal:          $((96 * 1024)) kB" \
		"$("$NSPROCFS" cat --target "$deep" --resources on meminfo | head -n 1)"
	kill -KILL "$deep"
}

test_explained()
{
	"$NSPROCFS" explain --target "$init" --profile container meminfo stat uptime vmstat >"$tmp/out"
	check 'explain: MemTotal' grep -Eq "^ +MemTotal: +$((160 * 1024)) kB +.*\\(memory.max of 4 groups\\)\$" "$tmp/out"
	check 'explain: MemFree' grep -Eq '^ +MemFree: +[0-9]+ kB +left, .*\(memory.max, memory.current of 4 groups\)$' "$tmp/out"
	check 'explain: SwapTotal' grep -Eq '^ +SwapTotal: .*\(memory.swap.max of 4 groups\)$' "$tmp/out"
	check 'explain: KernelStack' grep -Eq '^ +KernelStack: +[0-9]+ kB +counted \(memory.stat: kernel_stack\)$' "$tmp/out"
	check 'explain: stat' grep -Eq '^ +cpu0 .*an equal part of what was used; idle: .*\(cpu.stat\)$' "$tmp/out"
	check 'explain: uptime' grep -Eq '\(N: [0-9]+\) \(cpu.stat\)$' "$tmp/out"
	check_equal 'explain: no file of version 1' '' "$(grep -Eo 'limit_in_bytes|usage_in_bytes|total_[a-z]*|cpuacct\.[a-z]*' "$tmp/out")"
	"$NSPROCFS" explain --target "$init" --profile container >"$tmp/out"
	check_equal 'explain: which groups' "memory cpu cpuset cpuacct blkio hugetlb" \
		"$(sed -n "s|^ *\\([a-z]*\\): /$own (version 2, 4 groups up to the root)\$|\\1|p; s|^ *\\([a-z]*\\): /$own (version 2, 4 groups)\$|\\1|p" "$tmp/out" | xargs)"
}

test_status()
{
	write "$own" cpu.max '75000 100000'
	check_equal 'status --json' "$((160 * MIB)) 75000 100000 $init" "$("$NSPROCFS" status --json "$tmp/v" | python3 -c '
import json, sys
v = json.load(sys.stdin)["views"][0]
print(v["memory_limit"], v["quota_us"], v["period_us"], v["target"])')"
	between 'status: what is used' $(($(file "$own" memory.current) - MIB)) \
		"$("$NSPROCFS" status --json "$tmp/v" | python3 -c 'import json, sys; print(json.load(sys.stdin)["views"][0]["memory_used"])')" \
		$(($(file "$own" memory.current) + MIB))
	check_equal 'status: the limit in the line' 160M "$("$NSPROCFS" status "$tmp/v" | awk -v dir="$tmp/v" '
		$1 == dir { sub(".*/", "", $5); print $5 }')"
	write "$own" cpu.max max
}

use_controllers memory cpu cpuset cpuacct
[ -n "$unified" ] || skip 'the unified hierarchy has no controllers here'
for group in "$top" "$top/a" "$top/a/b" "$own" "$top/a/other" "$top/deep"; do
	make_group "$group" || skip "no control group can be made in $unified"
done
set_limit "$top" $((256 * MIB)) && set_limit "$top/a" $((160 * MIB)) && set_limit "$own" $((192 * MIB)) ||
	skip 'no limit can be set'
start_init "$own" sleep 1000 || skip 'no pid namespace can be made'
init=$child
chmod 755 "$tmp"
check 'a view' view v kernel "$init" --profile container --rw

test_memory
test_kernel_memory
test_swap
test_cpus
test_disks
test_pressure
test_not_handed_on
test_cgroup_namespace
test_deep
test_explained
test_status
check 'the view can be unmounted' unview v
finish
