#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A view as the /proc that nsprocfs itself starts from: one of the pid namespace it runs in will do, one
# of another will not.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 60 -- "$@"
need_fuse
need NSPROCFS ZOO

start_zoo 2
outer=${level_init[1]}
inner=${level_init[2]}
inside=$(number_at "$inner" 1) # the inner init's number at level 1

# with_view COMMAND...: in the outer namespace, with the view of it at /proc.
with_view()
{
	# shellcheck disable=SC2016 # for the inner shell
	nsenter --target "$outer" --pid unshare --mount --propagation private \
		sh -c 'mount --bind "$0" /proc && exec "$@"' "$tmp/view" "$@"
}

# same_pids: the table of the inner namespace, by numbers there, is what the machine's /proc gives.
# shellcheck disable=SC2317 # check calls it
same_pids()
{
	"$NSPROCFS" pids --target "$inner" | awk 'NR > 1 { print $1 }' >"$tmp/direct"
	with_view "$NSPROCFS" pids --source host --target "$inside" >"$tmp/table" || return
	awk 'NR > 1 { print $1 }' "$tmp/table" >"$tmp/nested"
	[ -s "$tmp/direct" ] && cmp "$tmp/direct" "$tmp/nested"
}

check 'the view of level 1 is mounted' view view kernel "$outer"
check 'with it at /proc, level 2 is the same' same_pids
with_view "$NSPROCFS" pids --target 1 >"$tmp/out" 2>&1
check 'with it at /proc, level 1 is our own' grep -q 'our own pid namespace' "$tmp/out"
check 'unmounted' unview view

"$NSPROCFS" run --target "$outer" -- "$NSPROCFS" pids --target "$inside" >"$tmp/out" 2>&1
check_equal 'inside of run, it fails' 1 $?
check 'inside of run, it says why' grep -q '/proc is a view of another pid namespace' "$tmp/out"
check_equal 'in one line' 1 "$(wc -l <"$tmp/out")"
finish
