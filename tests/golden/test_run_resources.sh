#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Shows that run_resources.sh can fail: on one digit on either side, on what is refused or shown against the
# case, on a case that it does not understand or that says nothing, and on a known defect that is none.
#
# Usage: test_run_resources.sh NSPROCFS

set -u
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:?usage: test_run_resources.sh NSPROCFS}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
count=0
failed=0

# fails WHAT CASE SED-SCRIPT: after the script, which must change something, the case fails with a word of it.
fails()
{
	count=$((count + 1))
	sed "$3" "$here/resources/$2.case" >"$tmp/$2.case"
	if cmp -s "$here/resources/$2.case" "$tmp/$2.case"; then
		echo "FAIL: $1: the script changes nothing"
	elif "$here/run_resources.sh" "$program" "$tmp/$2.case" >"$tmp/out" 2>&1; then
		echo "FAIL: $1: not noticed"
	elif ! grep -q "^FAIL: $2" "$tmp/out"; then
		echo "FAIL: $1: no word of it"
	else
		return
	fi
	failed=$((failed + 1))
}

fails 'a digit that is expected' v2-one-deep '/^|MemFree:/s/60000/60001/'
fails 'a blank that is expected' v2-one-deep '/^|MemFree:/s/ kB/  kB/'
fails 'a line too many' v2-one-deep '/^|MemFree:/p'
fails 'a line too few' v2-one-deep '/^|MemFree:/d'
fails 'a digit of a limit' v2-one-deep '/memory.max /s/102400000/102401024/'
fails 'a digit of memory.stat' v2-one-deep '/|anon /s/20480000/20481024/'
fails 'another group' v2-shared-limit '/memory.max 102400000/,/memory.current/s/40960000/163840000/'
fails 'the machine' v2-no-memory '0,/Novel/s/|Novel.*7/|Novel:                 8/'
fails 'other options' cpus-quota '/^options/d'
fails 'shown, not refused' v2-garbage-limit 's/12 pages/12/'
fails 'refused, not shown' v2-one-deep 's/memory.max .*/memory.max 12 pages/'
fails 'no such file' v2-garbage-limit 's/^refuse meminfo/refuse nothing/'
fails 'an unknown line' v2-one-deep 's/^version 2/&\nversions 2/'
fails 'an unknown version' v2-one-deep 's/^version 2/version 3/'
fails 'no group' v2-one-deep '/^group/,/^show/{/^show/!d}'
fails 'nothing to compare' v2-one-deep '/^show/Q'
fails 'a defect that is none' v2-one-deep 's/^version 2/defect of nothing\n&/'
count=$((count + 1))
"$here/run_resources.sh" "$program" "$here/resources/v2-one-deep.case" >"$tmp/out" 2>&1 ||
	{ echo 'FAIL: as it is'; failed=$((failed + 1)); }
echo "$count checks, $failed failed"
[ "$failed" -eq 0 ]
