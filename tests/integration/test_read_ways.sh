#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The ways in which a program can read a file: each gives what the kernel's procfs gives, or an error after
# which programs use read(2); never the end of a file that is full. And nothing that is read for one client
# stays in the kernel for the next.
#
# Usage: test_read_ways.sh NSPROCFS

# shellcheck disable=SC2016,SC2317 # text for other shells; functions called by their names
DEADLINE_S=${DEADLINE_S:-80}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"
ways=$(realpath "${READ_WAYS:?READ_WAYS is not a program}")
dir=$tmp/view
readonly FILES=(version filesystems sys/kernel/ostype sys/kernel/pid_max 1/comm 1/cmdline 1/environ 1/limits 1/mountinfo
	1/auxv 1/net/dev_mcast 1/attr/current)

# in_target COMMAND...: where /proc is the kernel's, of the target.
in_target()
{
	nsenter --target "$target" --mount "$@"
}

# Where the kernel says something else than we, that is all it may be.
judge()
{
	local native=$1 view=$2 way=$3

	case $way in
	sendfile* | splice)
		# Known in docs/what-differs.md.
		[ "$view" = EINVAL ]
		;;
	aio)
		# A file that the kernel's procfs does not read so.
		[ "$native" = EINVAL ] && [ "$view" = "$by_read" ]
		;;
	end)
		[ "$native" = EINVAL ] && [[ $view == '0 bytes'* ]]
		;;
	mmap)
		# What is mapped would stay in the cache of the kernel, for whoever comes next.
		[[ $native =~ ^(ENODEV|EIO)$ ]] && [ "$view" = EFAULT ]
		;;
	*) false ;;
	esac
}

test_ways()
{
	local file way native view by_read

	(cd /proc && in_target sh -c 'cd /proc && exec "$@"' sh "$ways" "${FILES[@]}") >"$tmp/native"
	(cd "$dir" && "$ways" "${FILES[@]}") >"$tmp/seen"
	expect 'all files in all ways' "$(cut -d ' ' -f 1,2 "$tmp/native")" "$(cut -d ' ' -f 1,2 "$tmp/seen")"
	expect_match 'natively some are sent' '[1-9][0-9]*' \
		"$(grep -cE ' (sendfile|splice) [1-9][0-9]* bytes' "$tmp/native")"
	while read -r file way native <&3 && read -r _ _ view <&4; do
		[ "$way" != read ] || by_read=$native
		[ "$native" = "$view" ] || judge "$native" "$view" "$way" ||
			fail "$file by $way: natively $native, in the view $view"
		count=$((count + 1))
	done 3<"$tmp/native" 4<"$tmp/seen"
}

# Somebody asks for the size all the time: the kernel must not take it for what is there to send.
test_beside_stat()
{
	local n

	(while :; do
		echo "$dir/version"
	done) | xargs -n 50 stat -c %s >"$tmp/sizes" 2>&1 &
	until_true 30 test -s "$tmp/sizes"
	for n in {1..100}; do
		"$ways" "$dir/version" || echo "$n failed"
	done | grep -E ' (sendfile|sendfile_after_stat|splice) ' | cut -d ' ' -f 3- | sort | uniq -c >"$tmp/sent"
	expect_match 'beside stat(2)' ' *300 EINVAL' "$(cat "$tmp/sent")"
	kill $!
	wait $! 2>/dev/null
	expect 'the size is shown as it is' 0 "$(sort -u "$tmp/sizes" | grep -v '^xargs\|^$')"
}

test_programs()
{
	expect 'busybox cat' "$(cat /proc/version)" "$(busybox cat "$dir/version" | cat)"
	expect 'busybox cat to a file' sleep "$(busybox cat "$dir/1/comm" >"$tmp/out" && cat "$tmp/out")"
	expect 'busybox cp' "$(cat /proc/version)" "$(busybox cp "$dir/version" "$tmp/out" && cat "$tmp/out")"
	expect 'cp' "$(cat /proc/version)" "$(cp "$dir/version" "$tmp/out" && cat "$tmp/out")"
	expect 'python' "$(cat /proc/version)" "$(/usr/bin/python3 -c 'import shutil, sys
shutil.copyfile(sys.argv[1], sys.argv[2])' "$dir/version" "$tmp/out" && cat "$tmp/out")"
}

# procfs does not know O_APPEND, and a write begins where the descriptor stands. A setting of an IPC namespace of
# its own.
test_append()
{
	mkdir "$tmp/other"
	expect 'appended is written, natively and in the view' $'31057\n31058' "$(unshare --ipc bash -c '
		cd "$3" || exit
		"$1" mount --rw --target "$2" "$3/other" 2>/dev/null || exit
		for proc in /proc other; do
			number=$((${number:-31056} + 1))
			echo "$number" >>"$proc/sys/kernel/msgmni"
			cat /proc/sys/kernel/msgmni
		done
		umount other' append "$program" "$target" "$tmp" 2>&1)"
}

mkdir "$dir"
start_target
"$program" mount --rw --target "$target" "$dir" 2>"$tmp/said" || { fail "$(cat "$tmp/said")" && exit 1; }
connection_of $$ >/dev/null
test_ways
test_beside_stat
test_programs
test_append
umount "$dir"
finish
