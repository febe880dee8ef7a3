#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every name that the running kernel has must have a row in the table of entries: whoever sees this fail
# adds one (docs/adding-a-file.md). Then, that it would fail.
#
# Usage: test_listing.sh [NSPROCFS]   (else $NSPROCFS; $ZOO)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 60 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS ZOO

# unknown ARGUMENT...: the names without a row in $out, what could not be looked into in $err, $status.
unknown()
{
	"$NSPROCFS" explain --unknown "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

test_kernel()
{
	local source

	for source in kernel host; do
		unknown --source $source --target "${level_init[1]}"
		check_equal "source $source: names of Linux $(uname -r) without a row" '' "$out"
		check_equal "source $source: all was looked into" "0 " "$status $err"
	done
	# What only our own procfs shows: processes of every kind, the first namespaces.
	unknown --tree /proc
	check_equal 'our own procfs: names without a row' '0 ' "$status $out"
	unknown --source kernel --profile container --target "${level_init[1]}"
	check_equal 'the profile does not matter' '0 ' "$status $out"
}

# A tree with names that no kernel has, in every directory whose names have rows.
plant()
{
	local dir

	for dir in "$@"; do
		mkdir -p "$tmp/tree/$dir"
		: >"$tmp/tree/$dir/invented"
	done
}

test_planted()
{
	mkdir -p "$tmp/tree/42/fd" "$tmp/tree/42/fdinfo" "$tmp/tree/42/map_files" "$tmp/tree/sys/kernel/new" \
		"$tmp/tree/fs/anything/below" "$tmp/tree/irq/7/handler"
	mkdir -p "$tmp/tree/42/net/dev_snmp6"
	touch "$tmp/tree/42/fd/0" "$tmp/tree/42/fdinfo/0" "$tmp/tree/42/map_files/7f00-7f01" \
		"$tmp/tree/42/net/dev_snmp6/new" "$tmp/tree/sys/kernel/new/name" "$tmp/tree/stat"
	unknown --tree "$tmp/tree"
	check_equal 'a tree of known names' '0 ' "$status $out"
	plant . 42 42/attr 42/ns 42/net 42/net/stat 42/task 42/task/43 42/task/43/ns \
		pressure sysvipc tty 42/fd 42/fdinfo 42/map_files
	unknown --tree "$tmp/tree"
	check_equal 'invented names: exit status' 1 "$status"
	check_equal 'invented names' "$(cd "$tmp/tree" && find . -name invented | sed 's/^\.//' | sort)" \
		"$(sort "$tmp/out")"

	rm -r "$tmp/tree"
	mkdir -p "$tmp/tree/42/task/42"
	touch "$tmp/tree/42/task/42/children" "$tmp/tree/42/children"
	unknown --tree "$tmp/tree"
	check_equal 'a name of threads, in a process' '1 /42/children' "$status $out"
	rm -r "$tmp/tree"
	mkdir -p "$tmp/tree"
	: >"$tmp/tree/"$'new\nname\e[31m'
	unknown --tree "$tmp/tree"
	check_equal 'a name that a terminal would obey' '1 /new\012name\033[31m' "$status $out"
}

# What may not be looked into is said; it is not taken for known.
test_closed()
{
	mkdir -p "$tmp/tree/42/attr"
	chmod 755 "$tmp"
	cp "$NSPROCFS" "$tmp/nsprocfs" # where anybody may execute it
	chmod 0 "$tmp/tree/42/attr"
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$tmp/nsprocfs" explain --unknown --tree "$tmp/tree" >"$tmp/out" 2>"$tmp/err"
	check_equal 'a directory that may not be read' \
		'nsprocfs: explain: not looked into /42/attr/: Permission denied' "$(cat "$tmp/err")"
}

start_zoo 1
test_kernel
test_planted
test_closed
finish
