#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The kernel is the oracle: the view of each level of the zoo equals the kernel's procfs of that pid
# namespace, for the kernel and for the host source, seen from the host and from inside level 1.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 540 -- "$@"
need_fuse
need NSPROCFS ZOO WALKER NSPROC_MOUNT

# compare SOURCE WHERE LEVEL PID [OPTION...]: the view of the namespace of PID, here.
compare()
{
	local source=$1 where=$2 level=$3 result=0

	if ! oracle oracle "$4" || ! view view "$source" "$4"; then
		say_done 1 "$source source, level $level from $where: oracle and view are mounted"
		return
	fi
	"$WALKER" --deadline 240 --exceptions "$here/exceptions.txt" --section "$source" "${@:5}" \
		"$tmp/oracle" "$tmp/view" >"$tmp/out" 2>&1 || result=$?
	say_done "$result" "$source source, level $level from $where: as the kernel's"
	[ "$result" -eq 0 ] || cut -c1-600 "$tmp/out" | head -n 60 | sed 's/^/#   /'
	tail -n 1 "$tmp/out" | sed 's/^/# /'
	check "$source source, level $level from $where: nothing is left" unview view
	umount "$tmp/oracle"
}

# Run anew in the pid namespace of level 1: its arguments are the inits of levels 2 and 3 there.
if [ $# -gt 0 ]; then
	for source in kernel host; do
		[ -n "${NSPROCFS_BRIEF:-}" ] || compare "$source" 'inside level 1' 2 "$1" --quick
		compare "$source" 'inside level 1' 3 "$2" --quick
	done
	finish
fi

start_zoo 3
# Under sanitizers all takes several times as long: there one level, without sys/, has to do.
levels=(1 2 3)
[ -z "${NSPROCFS_BRIEF:-}" ] || levels=(2)
for source in kernel host; do
	for level in "${levels[@]}"; do
		# What does not depend on the level, sys/ and the threads of every process, once.
		[ "$level" -eq 3 ] && options=() || options=(--quick)
		compare "$source" 'the host' "$level" "${level_init[level]}" "${options[@]}"
	done
done
LIB_INSIDE=1 nsenter --target "${level_init[1]}" --pid --mount unshare --mount --propagation private \
	"$BASH" "$here/test_differential.sh" \
	"$(number_at "${level_init[2]}" 1)" "$(number_at "${level_init[3]}" 1)"
check 'inside level 1 all was well' test $? -eq 0
finish
