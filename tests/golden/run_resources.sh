#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Golden tests of the container's resources, end to end, without FUSE, root or real control groups: each case
# declares groups and a machine in one text, and says what `nsprocfs cat` must print. resources/README has the form.
#
# Usage: run_resources.sh NSPROCFS [CASE-FILE...]

set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:?usage: run_resources.sh NSPROCFS [CASE-FILE...]}")
shift
[ $# -gt 0 ] || set -- "$here"/resources/*.case

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
count=0
failed=0

# group PATH: makes it and what the kernel puts into a group; it is the last one.
make_group()
{
	group=$dir/cgroup/$1
	mkdir -p "$group"
	case $version in
	1) : >"$group/cgroup.procs" ;;
	2) echo 'cpuset cpu memory' >"$group/cgroup.controllers" ;;
	*) return 1 ;;
	esac
}

# start FILE [TEXT]: the file, with the text as its line; the lines that follow go there.
start()
{
	file=$1
	mkdir -p "${file%/*}"
	if [ $# -gt 1 ]; then
		printf '%s\n' "$2"
	fi >"$file"
}

body()
{
	case $1 in
	*\\) printf '%s' "${1%\\}" ;;
	*) printf '%s\n' "$1" ;;
	esac >>"$file"
}

# unpack CASE-FILE: into $dir; sets version, group, options, defect. Fails on a line that it does not know.
unpack()
{
	local line file=/dev/null

	while IFS= read -r line; do
		case $line in
		'#'* | '') ;;
		'version '*) version=${line#* } ;;
		'options '*) read -r -a options <<<"${line#* }" ;;
		'defect '*) defect=${line#* } ;;
		'machine '*) start "$dir/proc/${line#* }" ;;
		'group '*) make_group "${line#* }" ;;
		'show '*) start "$dir/show/${line#* }" ;;
		'refuse '*' EIO') line=${line% *} && start "$dir/refuse/${line#* }" 'Input/output error' ;;
		'|'*) body "${line#'|'}" ;;
		$'\t|'*) body "${line#*'|'}" ;;
		$'\t'*' '*) line=${line#?} && start "$group/${line%% *}" "${line#* }" ;;
		$'\t'*) start "$group/${line#?}" ;;
		*) false ;;
		esac || { echo "FAIL: ${1##*/}: what is \"$line\"?" && return 1; }
	done <"$1"
}

# print FILE: as the container has it; what it says of errors goes to $tmp/err.
print()
{
	"$program" cat --tree "$dir/proc" --resources "$group" "${options[@]}" "$1" \
		>"$tmp/out" 2>"$tmp/err"
}

# Prints what is wrong; each line that begins with FAIL is one.
compare()
{
	local file name

	for file in "$dir"/show/*; do
		name=${file##*/}
		if ! print "$name"; then
			echo "FAIL: $1: $(cat "$tmp/err")"
		elif ! cmp -s "$file" "$tmp/out"; then
			echo "FAIL: $1: $name: - expected + got"
			diff -a -u0 "$file" "$tmp/out" | tail -n +4
		fi
	done
	for file in "$dir"/refuse/*; do
		name=${file##*/}
		if print "$name"; then
			echo "FAIL: $1: $name: is not refused, but says"
			head -n 5 "$tmp/out"
		elif [ -s "$tmp/out" ] || [ "$(cat "$tmp/err")" != "nsprocfs: cat: $name: $(cat "$file")" ]; then
			echo "FAIL: $1: $name: not \"$(cat "$file")\", but: $(cat "$tmp/err" "$tmp/out")"
		fi
	done
}

run_case()
{
	local name=${1##*/} dir=$tmp/case version='' group='' defect='' options=() n

	rm -rf "$dir"
	mkdir -p "$dir/show" "$dir/refuse"
	if ! unpack "$here/resources/machine" || ! unpack "$1"; then
		failed=$((failed + 1))
		return
	fi
	n=$(find "$dir/show" "$dir/refuse" -type f | wc -l)
	count=$((count + n))
	compare "$name" >"$tmp/wrong"
	if [ "$n" -eq 0 ] || [ ! -d "$group" ]; then
		echo "FAIL: $name: no group, or nothing to compare"
	elif [ -n "$defect" ] && [ -s "$tmp/wrong" ]; then
		echo "known: $name: $defect"
		return
	elif [ -n "$defect" ]; then
		echo "FAIL: $name: is right, so its defect is none any more"
	elif [ -s "$tmp/wrong" ]; then
		cat -v "$tmp/wrong"
	else
		return
	fi
	failed=$((failed + 1))
}

shopt -s nullglob
for file in "$@"; do
	run_case "$file"
done
echo "$count files of $# cases, $failed cases failed"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
