#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Listing the processes while others come and go: nobody who stays is missed or listed twice. For 50
# and for 10,000 processes; the kernel's own procfs first.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 180 -- "$@"
need_fuse
need NSPROCFS ZOO NSPROC_MOUNT READDIR_STRESS

# stress NAME SLEEPERS PASSES: in the pid namespace of level 1, on $tmp/NAME. There a leak checker does not
# find itself in our /proc.
stress()
{
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 nsenter --target "${level_init[1]}" --pid "$READDIR_STRESS" --sleepers "$2" "$tmp/$1" "$3" \
		>"$tmp/out" 2>&1
	local result=$?
	sed 's/^/# /' "$tmp/out"
	return "$result"
}

start_zoo 1
mkdir "$tmp/empty"
stress empty 3 1
check_equal 'an empty directory is found to be wrong' 1 $?

oracle oracle "${level_init[1]}" || exit 1
check 'kernel, 50 processes' stress oracle 50 200
check 'kernel, 10,000 processes' stress oracle 10000 20
for source in kernel host; do
	check "$source source: mounted" view view "$source" "${level_init[1]}"
	check "$source source, 50 processes" stress view 50 200
	check "$source source, 10,000 processes" stress view 10000 20
	check "$source source: unmounted" unview view
done
finish
