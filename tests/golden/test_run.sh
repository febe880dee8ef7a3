#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Shows that run.sh can fail: on one wrong digit on either side, a name too many or too few, a file that
# cannot be read, and on having nothing to compare.
#
# Usage: test_run.sh NSPROCFS

set -u
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:?usage: test_run.sh NSPROCFS}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
count=0
failed=0

# fails WHAT COMMAND...: after the command, in a copy of a case, run.sh finds a difference there.
fails()
{
	local what=$1

	shift
	count=$((count + 1))
	rm -rf "$tmp/case"
	cp -a "$here/keys" "$tmp/case"
	(cd "$tmp/case" && "$@") || exit 1
	if "$here/run.sh" "$program" "$tmp/case" >"$tmp/out"; then
		echo "FAIL: $what: not noticed"
		failed=$((failed + 1))
	elif ! grep -q "^FAIL: \|^0 golden" "$tmp/out"; then
		echo "FAIL: $what: no word of it"
		failed=$((failed + 1))
	fi
}

in_first()
{
	sed -i "$1" "$(find expect -name "$2" | sort | head -n 1)"
}

target=$(sed 's/--target //' "$here/keys/args")
count=$((count + 1))
"$here/run.sh" "$program" "$here/keys" >"$tmp/out" || { echo 'FAIL: as recorded'; failed=1; }
fails 'a digit of status' in_first 's/^Pid:\t./&0/' status
fails 'a digit of stat' in_first 's/^./&0/' stat
fails 'a line too many' in_first 1p keys
fails 'a name too many' in_first '1p' .ls
fails 'a name too few' in_first 1d .ls
fails 'the text of a link' in_first 's/pid:/uts:/' pid
fails 'a number in the source' sed -i 's/^NSpid:.*/&1/' "proc/$target/status"
fails 'a file that the source lacks' rm "proc/$target/stat"
fails 'nothing to compare' rm -r expect
echo "$count checks, $failed failed"
[ "$failed" -eq 0 ]
