#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A view is for every client: what each kind of them sees of it equals what the same client sees of the
# kernel's procfs, errno by errno and byte by byte.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 400 -- "$@"
need_fuse
need NSPROCFS ZOO WALKER NSPROC_MOUNT

# All that strangers need lies where they may go.
chmod 755 "$tmp"
cp "$WALKER" "$here/exceptions.txt" "$tmp/" || exit 1

# compare SOURCE CLIENT COMMAND...: the walker, started by COMMAND (setpriv, with options).
compare()
{
	local source=$1 client=$2 result=0

	"${@:3}" "$tmp/${WALKER##*/}" --deadline 120 --quick --exceptions "$tmp/exceptions.txt" \
		--section "$source" "$tmp/oracle" "$tmp/view" >"$tmp/out" 2>&1 || result=$?
	say_done "$result" "$source source, $client: as the kernel's"
	[ "$result" -eq 0 ] || cut -c1-400 "$tmp/out" | head -n 40 | sed 's/^/#   /'
	tail -n 1 "$tmp/out" | sed 's/^/# /'
}

# Whether the client was denied anything: a server that acts with its own rights would show all.
denied()
{
	! "$@" cat "$tmp/view/1/environ" >/dev/null 2>&1
}

let_in()
{
	"$@" cat "$tmp/view/1/status" >/dev/null
}

start_zoo 3
user=(setpriv --reuid 1000 --regid 1000)
for source in kernel host; do
	oracle oracle "${level_init[3]}" && check "$source source: mounted" view view "$source" "${level_init[3]}"
	check "$source source: a user is let in" let_in "${user[@]}" --clear-groups
	check "$source source: and denied what is root's" denied "${user[@]}" --clear-groups
	compare "$source" 'root' env
	compare "$source" 'uid 1000' "${user[@]}" --clear-groups
	if [ -z "${NSPROCFS_BRIEF:-}" ]; then
		compare "$source" 'uid 1000, nothing in its bounding set' \
			"${user[@]}" --clear-groups --bounding-set=-all --no-new-privs
		compare "$source" 'uid 1000 in group 0' "${user[@]}" --groups 0,1234
		compare "$source" 'root without CAP_SYS_PTRACE' setpriv --bounding-set=-sys_ptrace
		compare "$source" 'root without any capability' setpriv --bounding-set=-all
		compare "$source" 'uid 1000 with CAP_SYS_PTRACE' \
			"${user[@]}" --clear-groups --inh-caps=+sys_ptrace --ambient-caps=+sys_ptrace
	fi
	check "$source source: nothing is left" unview view
	umount "$tmp/oracle"
done
finish
