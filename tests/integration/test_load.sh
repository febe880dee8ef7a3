#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Load, use of devices and pressure of a live container, against the files of its own control groups. What lxcfs gets
# wrong: groups more than two levels deep, a load of 0.00 until somebody has read it once, the machine's last number and
# pressure, a crash when a trigger is closed.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/cgroups.sh
. "$here/cgroups.sh"
begin 150 -- "$@"
need_fuse
need NSPROCFS NSPROC_MOUNT WRITE_PROBE

name=nsprocfs-load-$$
init=   # of the container
group=  # of the unified hierarchy
io=     # the group that counts use of devices: that one, or of version 1
device= # major:minor of what $tmp is on
pri=2

is_named()
{
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]
}

make_groups()
{
	local root dir

	find_unified
	device=$(stat -c %Hd:%Ld "$tmp")
	root=$(mounted_cgroup cgroup2)
	if [ -n "$root" ] && mkdir "$root/$name" 2>/dev/null; then
		group=$root/$name
		for dir in "$group" "$group/1" "$group/1/2" "$group/1/2/3"; do
			[ -d "$dir" ] || mkdir "$dir"
			groups+=("$dir")
		done
	fi
	if [ -n "$unified" ]; then
		io=$group
		return
	fi
	root=$(mounted_cgroup cgroup blkio)
	if [ -n "$root" ] && mkdir "$root/$name" 2>/dev/null; then
		io=$root/$name
		groups+=("$io")
	fi
}

# Version 1 counts from when there is a limit.
counts_device()
{
	[ -n "$io" ] || return
	[ -n "$unified" ] || echo "$device 1000000000000" 2>/dev/null >"$io/blkio.throttle.write_bps_device"
}

in_view()
{
	awk -v field="$1" '{ print $field }' "$tmp/view/loadavg"
}

# busy: two processes of the container that run for good, in the deepest group, and both want the same CPU.
busy()
{
	local pid cpu

	cpu=$(sed -n 's/^Cpus_allowed_list:[[:blank:]]*\([0-9]*\).*/\1/p' /proc/self/status)
	for _ in 1 2; do
		nsenter --target "$init" --pid taskset -c "$cpu" "$BASH" -c 'while :; do :; done' </dev/null >/dev/null 2>&1 &
		pid=$!
		disown
		wait_for 30 has_child "$pid" || return 1
		[ -z "$group" ] || children_of "$pid" >"$group/1/2/3/cgroup.procs"
	done
}

two_run()
{
	[[ $(in_view 4) = 2/* ]]
}

load_has_risen()
{
	! grep -q '^0\.00 ' "$tmp/view/loadavg"
}

test_load()
{
	local first n threads

	check_equal 'nothing runs: no load, one thread' '0.00 0.00 0.00 1/1' "$(cut -d' ' -f1-4 "$tmp/view/loadavg")"
	busy
	check 'two run, four groups deep' wait_for 30 two_run
	threads=("$tmp"/oracle/[0-9]*/task/[0-9]*)
	check_equal 'all threads' "2/${#threads[@]}" "$(in_view 4)"
	check 'the load rises' wait_for 30 load_has_risen
	check_equal 'by a step of the kernel for two' '0.16 0.03 0.01' "$(cut -d' ' -f1-3 "$tmp/view/loadavg")"
	# shellcheck disable=SC2016 # for awk
	n=$(nsenter --target "$init" --pid awk '{ print $5 }' "$tmp/view/loadavg")
	check "the last number is of the namespace: $n" test "$n" -lt 1000
	first=$("$NSPROCFS" cat --resources on --target "$init" loadavg)
	check_equal 'the first answer of a view that is younger' '2.00 2.00 2.00' "${first% * *}"
	first=$("$NSPROCFS" cat --resources on --source host --target "$init" loadavg)
	check_equal 'the same by the host source' '2.00 2.00 2.00' "${first% * *}"
	check 'without the file it is the machine'"'"'s' same_as_machine loadavg --resources=-loadavg
}

# Within the namespace, by a shell that starts no process but those it is told to: the view's number, then the kernel's,
# which the first reading may have moved on.
test_last_number()
{
	local said

	# shellcheck disable=SC2016 # for the other shell
	said=$(nsenter --target "$init" --pid "$BASH" -c 'for _ in {1..20}; do
		read -r _ _ _ _ ours <"$0" && read -r _ _ _ _ kernels <"$1" || echo "cannot be read"
		[ "$ours" = "$kernels" ] || echo "$ours, not $kernels"
		(:)
		read -r _ _ _ _ ours <"$0" && read -r _ _ _ _ kernels <"$1"
		[ "$ours" = "$kernels" ] || echo "$ours, not $kernels, after one was started"
	done; echo end' "$tmp/view/loadavg" "$tmp/oracle/loadavg")
	check_equal 'the last number is the kernel'"'"'s, whatever was started' end "$said"
}

# same_as_machine FILE OPTION...: at some time.
same_as_machine()
{
	for _ in {1..20}; do
		[ "$("$NSPROCFS" cat --profile container --target "$init" "${@:2}" "$1" | cut -d' ' -f1-3)" = \
			"$(cut -d' ' -f1-3 "/proc/$1")" ] && return
	done
	return 1
}

# diskstats_field N: of the device that $tmp is on.
diskstats_field()
{
	awk -v major="${device%:*}" -v minor="${device#*:}" -v field="$1" '$1 == major && $2 == minor { print $field }' \
		"$tmp/view/diskstats"
}

# In the group: 3 writes of 4096 bytes, past all caches.
write_there()
{
	# shellcheck disable=SC2016 # for the other shell
	"$BASH" -c 'echo $$ >"$1/cgroup.procs" && exec dd if=/dev/zero "of=$2" bs=4096 count=3 oflag=direct' - \
		"$io" "$tmp/written" 2>/dev/null
}

# written ios|bytes: by the group's own count.
written()
{
	if [ -n "$unified" ]; then
		sed -n "s/^$device .*w$1=\([0-9]*\).*/\1/p" "$io/io.stat"
		return
	fi
	awk -v device="$device" '$1 == device && $2 == "Write" { print $3 }' "$io/blkio.throttle.io_$(
		[ "$1" = ios ] && echo serviced || echo service_bytes)_recursive"
}

test_disks()
{
	check_equal 'the devices of the machine' "$(cut -c1-12 /proc/diskstats)" "$(cut -c1-12 "$tmp/view/diskstats")"
	if ! counts_device; then
		echo "# not tested: use of device $device (no group that counts it)"
		return
	fi
	check_equal 'a device that the container has not used' '0 0' "$(diskstats_field 8) $(diskstats_field 10)"
	check 'a process of the group writes' write_there
	check_equal 'what it has written' '3 24' "$(diskstats_field 8) $(diskstats_field 10)"
	check_equal 'as the group counts' \
		"$(written ios) $(written bytes)" \
		"$(diskstats_field 8) $(($(diskstats_field 10) * 512))"
	check_equal 'what no group counts is 0' 0 "$(awk '{ n += $7 + $11 + $12 + $13 + $14 } END { print n }' "$tmp/view/diskstats")"
	check_equal 'other devices were not used' '' "$(awk -v major="${device%:*}" \
		'$1 != major { for (i = 4; i <= NF; i++) if ($i) print }' "$tmp/view/diskstats")"
}

trigger()
{
	"$WRITE_PROBE" poll "$1" $pri 'some 1000 2000000'
}

stranger()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# An ordinary user; the group's file is its owner's to write.
refused()
{
	echo 'pressure/memory r some 150000 2000000' |
		stranger "$WRITE_PROBE" list "$tmp/view"
}

many_triggers()
{
	for _ in {1..50}; do
		echo 'pressure/cpu r some 150000 2000000'
	done | "$WRITE_PROBE" list "$tmp/view" | sort -u
}

read_errno()
{
	# shellcheck disable=SC2002 # the errno of the open is asked for, by cat
	LC_ALL=C cat "$tmp/view/pressure/$1" 2>&1 >/dev/null | sed 's/.*: //'
}

explained()
{
	"$NSPROCFS" explain --target "$init" --resources on pressure/cpu | sed -n 's/^  resources  *//p'
}

test_no_pressure()
{
	[ -n "$io" ] && [ -z "$unified" ] || return
	check_equal 'explain says so' "the container's: it has no cpu.pressure" "$(explained)"
	check_equal 'in groups of version 1 only there is no pressure' 'Operation not supported' "$(read_errno cpu)"
	check_equal 'nor a trigger' 'pressure/cpu r some 150000 2000000: open EOPNOTSUPP' \
		"$(echo 'pressure/cpu r some 150000 2000000' | "$WRITE_PROBE" list "$tmp/view")"
}

test_pressure()
{
	local file

	if [ -z "$group" ] || ! cat "$group/cpu.pressure" >/dev/null 2>&1; then
		echo '# not tested: pressure of a group (no unified hierarchy, or psi=0)'
		return
	fi
	test_no_pressure
	echo "$init" >"$group/cgroup.procs"
	for file in io cpu memory irq; do
		[ -e "/proc/pressure/$file" ] || continue
		wait_for 30 test -r "$tmp/view/pressure/$file"
		check "$file is the group's" wait_for 30 cmp -s "$group/$file.pressure" "$tmp/view/pressure/$file"
	done
	check_equal 'explain says which' \
		"the container's: cpu.pressure of its control group, in place of the source's" "$(explained)"
	check_equal 'and of each line that it is so' "$(wc -l <"$group/cpu.pressure")" \
		"$("$NSPROCFS" explain --target "$init" --resources on pressure/cpu |
			grep -c "^ .* avg10=.*  the group's own, as the kernel prints it (cpu.pressure)\$")"
	check 'which is another than the machine'"'"'s' not_machine
	check 'everybody may read it' stranger cmp -s "$group/memory.pressure" "$tmp/view/pressure/memory"
	check_equal 'not for everybody' 'pressure/memory r some 150000 2000000: open EACCES' "$(refused)"
	check_equal 'set and closed, again and again' 'pressure/cpu r some 150000 2000000: write ok' "$(many_triggers)"
	check 'the view is there' test -r "$tmp/view/loadavg"
}

# Two processes of the group want one CPU.
test_trigger()
{
	local said

	[ -n "$group" ] && [ -e "$group/cpu.pressure" ] || return
	said=$(trigger "$tmp/view/pressure/cpu")
	check_equal 'a trigger fires as on the file of the group' "$(trigger "$group/cpu.pressure")" "$said"
	check 'it has woken poll and epoll' grep -q '^changed 1 0x' <<<"$said"
	tr '\n' ';' <<<"$said" | sed 's/^/# /'
	echo
}

# without_numbers FILE: what stays of it while the machine works.
without_numbers()
{
	sed -E 's/-?[0-9]+/N/g; s/ +/ /g' "$1"
}

# What docs/resources.md says is the machine's is the machine's, to the byte or but for numbers that move; of slabinfo,
# which root alone may read, nothing is told to others, and nothing at all with profile container.
test_machine()
{
	local file

	check_equal "partitions is the machine's" "$(cat /proc/partitions)" "$(cat "$tmp/view/partitions")"
	for file in zoneinfo buddyinfo cgroups slabinfo pagetypeinfo; do
		[ -e "/proc/$file" ] || continue
		check_equal "$file is the machine's" "$(without_numbers "/proc/$file" | sort -u)" \
			"$(without_numbers "$tmp/view/$file" | sort -u)"
		check_equal "$file: mode and owner" "$(stat -c '%a %u %g' "/proc/$file")" \
			"$(stat -c '%a %u %g' "$tmp/view/$file")"
	done
	for file in slabinfo pagetypeinfo; do
		[ -e "/proc/$file" ] || continue
		check_equal "$file: not for everybody" "cat: $tmp/view/$file: Permission denied" \
			"$(stranger env LC_ALL=C cat "$tmp/view/$file" 2>&1)"
		check_equal "$file: not with profile container" \
			"nsprocfs: cat: $file: No such file or directory" \
			"$(LC_ALL=C "$NSPROCFS" cat --target "$init" --profile container "$file" 2>&1)"
	done
}

not_machine()
{
	! cmp -s "$tmp/view/pressure/cpu" /proc/pressure/cpu
}

unshare --pid --fork --kill-child --mount-proc --propagation private sleep 1000 2>/dev/null &
holder=$!
disown
until init=$(children_of $holder) && init=${init% } && [ -n "$init" ] && is_named "$init" sleep; do
	sleep 0.01
done
make_groups
[ -z "$io" ] || echo "$init" >"$io/cgroup.procs"
oracle oracle "$init"
chmod 711 "$tmp"
cp "$WRITE_PROBE" "$tmp/write-probe" && WRITE_PROBE=$tmp/write-probe
mkdir "$tmp/view"
check 'the view begins' "$NSPROCFS" mount --rw --resources on --target "$init" "$tmp/view" </dev/null
test_disks
test_machine
test_pressure
test_load
test_trigger
test_last_number
umount "$tmp/view"
check 'the view ends at once' wait_for 30 view_gone view
finish
