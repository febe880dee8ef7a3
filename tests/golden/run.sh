#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Golden tests: the engine on recorded trees, without FUSE, root or processes. For each CASE/, every
# file under expect/ is compared with what `nsprocfs cat` prints of it, every NAME.ls (.ls: in the
# directory itself) with `nsprocfs ls`; see record.sh for where they come from. In args @DIR@ is the case.
#
# Usage: run.sh NSPROCFS [CASE...]

set -u
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:?usage: run.sh NSPROCFS [CASE...]}")
shift
if [ $# -eq 0 ]; then
	set -- "$here"/*/args
	set -- "${@%args}"
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
count=0
failed=0

# check CASE FILE COMMAND...: the output of the command is the file.
check()
{
	local case=$1 file=$2

	shift 2
	count=$((count + 1))
	if ! "$@" >"$tmp/out" 2>"$tmp/err"; then
		echo "FAIL: $case: ${*:2:1} ${*: -1}: $(cat "$tmp/err")"
	elif cmp -s "$file" "$tmp/out"; then
		return
	else
		echo "FAIL: $case: ${*:2:1} ${*: -1}: - expected + got"
		diff -a -u0 "$file" "$tmp/out" | tail -n +4 | head -n 20 | cat -v
	fi
	failed=$((failed + 1))
}

run_case()
{
	local dir=${1%/} args file path name=${1%/}

	name=${name##*/}
	read -r -a args <"$dir/args"
	args=("${args[@]//@DIR@/$dir}")
	while read -r file; do
		path=${file#"$dir/expect/"}
		if [ "${file##*/}" = .ls ]; then
			check "$name" "$file" "$program" ls --tree "$dir/proc" "${args[@]}" "/${path%.ls}"
		else
			check "$name" "$file" "$program" cat --tree "$dir/proc" "${args[@]}" "$path"
		fi
	done < <(find "$dir/expect" -type f 2>/dev/null | sort)
}

for dir in "$@"; do
	run_case "$dir"
done
echo "$count golden files, $failed differ"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
