#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# nsprocfs pids: the numbers of the zoo's processes against the NSpid lines and the procfs instances of
# its namespaces; names of any bytes; cgroups; recorded trees.
#
# Usage: test_pids.sh [NSPROCFS]   (else $NSPROCFS; $ZOO)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 100 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS ZOO

readonly ESRCH='No such process'

# pids ARGUMENT...: its output in $out, $err, $status.
pids()
{
	"$NSPROCFS" pids "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

# The processes of a level, as its own procfs lists them.
members()
{
	find "/proc/${level_init[$1]}/root/proc" -mindepth 1 -maxdepth 1 -name '[1-9]*' -printf '%f\n' | sort -n
}

# number_of NAME LEVEL: the first process of this name in the namespace itself, in our numbers.
number_of()
{
	local status ns

	ns=$(readlink "/proc/${level_init[$2]}/ns/pid")
	while read -r status; do
		[ "$(readlink "${status%/status}/ns/pid")" = "$ns" ] || continue
		status=${status#/proc/}
		echo "${status%/status}"
		return
	done < <(grep -lx "Name:	$1" /proc/[0-9]*/status 2>/dev/null | sort -V)
}

# The chains of all our processes, by the number here: "4242 4242,17,1".
chains()
{
	cat /proc/[0-9]*/status 2>/dev/null |
		awk '$1 == "NSpid:" { c = $2; for (i = 3; i <= NF; i++) c = c "," $i; print $2, c }' | sort
}

test_numbers()
{
	local level source columns

	chains >"$tmp/chains"
	for level in 1 2 3; do
		for source in kernel host; do
			columns=PID,HOST,NSPID
			[ $level -lt 2 ] || columns+=,L1
			[ $level -lt 3 ] || columns+=,L2
			pids --source $source --target "${level_init[level]}" -n -o $columns
			check_equal "level $level, $source: exit status" 0 "$status$err"
			check_equal "level $level, $source: every process, ascending" \
				"$(members $level)" "$(awk '{ print $1 }' "$tmp/out")"
			check_equal "level $level, $source: whole chains" '' \
				"$(awk '{ print $2, $3 }' "$tmp/out" | sort | comm -23 - "$tmp/chains")"
			check_equal "level $level, $source: columns are parts of the chain" '' \
				"$(awk -v n=$level '{
					split($3, chain, ",")
					for (i = 1; i < n; i++) if ($(3 + i) != chain[i + 1]) print
					if ($2 != chain[1] || $1 != chain[n + 1]) print }' "$tmp/out")"
		done
	done
	pids --pid-map nspid --source host --target "${level_init[2]}" -n -o PID
	check_equal 'by NSpid lines: every process' "$(members 2)" "$(tr -d ' ' <"$tmp/out")"
}

test_from_inside()
{
	local inside number

	number=$(number_at "${level_init[3]}" 1)
	inside=$(nsenter -t "${level_init[1]}" -p -m "$NSPROCFS" pids --target "$number" -n -o PID,HOST,L1 |
		head -n 1 | tr -s ' ')
	check_equal 'from level 1: the host is level 1, L1 is level 2' \
		"1 $number $(number_at "${level_init[3]}" 2)" "${inside# }"
	inside=$(nsenter -t "${level_init[1]}" -p -m "$NSPROCFS" pids --target "$number" --to-host 1)
	check_equal 'from level 1: --to-host' "$number" "$inside"
}

test_one_number()
{
	local thread host here=${level_init[2]}

	check_equal '--to-host of the init' "$here" "$("$NSPROCFS" pids -t "$here" --to-host 1)"
	check_equal '--from-host of the init' 1 "$("$NSPROCFS" pids -t "$here" --from-host "$here")"
	host=$(number_of threads 2)
	for thread in /proc/"$host"/task/*; do
		thread=${thread##*/}
		host=$(awk '$1 == "NSpid:" { print $NF }' "/proc/$thread/status")
		check_equal "--to-host of thread $host" "$thread" "$("$NSPROCFS" pids -t "$here" --to-host "$host")"
		check_equal "--from-host of thread $thread" "$host" \
			"$("$NSPROCFS" pids -t "$here" --from-host "$thread")"
	done
	pids -t "$here" --to-host 4000000
	check_equal '--to-host of nobody' "1 nsprocfs: pids: number 4000000 of the view: $ESRCH" "$status $out$err"
	pids -t "$here" --from-host 4000000
	check_equal '--from-host of nobody' "1 nsprocfs: pids: number 4000000 of the host: $ESRCH" "$status $out$err"
	pids -t "$here" --from-host $$
	check_equal '--from-host of a process outside' \
		"1 nsprocfs: pids: number $$ of the host: $ESRCH; it is a process outside the view" "$status $out$err"
	pids -t "$here" --from-host 0
	check_equal '--from-host of no number: exit status' 2 "$status"
	pids -t "$here" --from-host 1 --to-host 1
	check_equal 'both at once: exit status' 2 "$status"
}

# The zoo has names with newlines, escape sequences, bytes that are no UTF-8, and none at all.
test_names()
{
	local n byte='([^"\\[:cntrl:]]|\\["\\]|\\u00[0-9a-f]{2})*' row number='[0-9]+'

	n=$(members 1 | wc -l)
	LC_ALL=C.UTF-8 pids -t "${level_init[1]}"
	check_equal 'a line for each process' $((n + 1)) "$(wc -l <"$tmp/out")"
	check_equal 'no control characters' '' "$(LC_ALL=C tr -d '\n\040-\176\200-\377' <"$tmp/out")"
	check 'UTF-8' iconv -f UTF-8 -t UTF-8 -o /dev/null "$tmp/out"
	check 'a newline is shown' grep -qF 'new\x0aline' "$tmp/out"
	check 'an escape sequence is shown' grep -qF '\x01\x1b[31m\x7f' "$tmp/out"
	LC_ALL=C pids -t "${level_init[1]}"
	check_equal 'ASCII where the locale says so' '' "$(LC_ALL=C tr -d '\n\040-\176' <"$tmp/out")"

	row="    \{\"pid\": $number, \"host\": $number, \"nspid\": \[$number(,$number)+\], "
	row+="\"comm\": \"$byte\", \"cgroup\": \"$byte\"\},?"
	LC_ALL=C pids -t "${level_init[1]}" --json
	check_equal 'JSON: begin' '{   "processes": [' "$(head -n 2 "$tmp/out" | tr '\n' ' ' | sed 's/ $//')"
	check_equal 'JSON: end' '  ] }' "$(tail -n 2 "$tmp/out" | tr '\n' ' ' | sed 's/ $//')"
	check_equal 'JSON: an object for each process' "$n" "$(LC_ALL=C.UTF-8 grep -cxE "$row" "$tmp/out")"
	check_equal 'JSON: and nothing else' $((n + 4)) "$(wc -l <"$tmp/out")"
	check_equal 'JSON: a comma behind each but the last' $((n - 1)) "$(grep -c '},$' "$tmp/out")"
	check 'JSON: UTF-8' iconv -f UTF-8 -t UTF-8 -o /dev/null "$tmp/out"
	check 'JSON: a newline' grep -qF '"comm": "new\u000aline"' "$tmp/out"
	check 'JSON: a backslash' grep -qF '"comm": "back\\slash\\n"' "$tmp/out"
	check 'JSON: bytes that are no UTF-8' grep -q $'"comm": "\xef\xbf\xbd\xef\xbf\xbd' "$tmp/out"
}

test_columns()
{
	pids -t "${level_init[3]}"
	check_equal 'the headings' 'PID HOST L1 L2 NSPID COMM CGROUP' "$(head -n 1 "$tmp/out" | xargs)"
	pids -t "${level_init[1]}" -o comm,Pid
	check_equal 'chosen' 'COMM PID' "$(head -n 1 "$tmp/out" | xargs)"
	pids -t "${level_init[1]}" -o +pid -n
	check_equal 'added' '1' "$(awk 'NR == 1 { print $1 == $NF }' "$tmp/out")"
	pids -t "${level_init[1]}" -o pid,nope
	check_equal 'no such column' "2 nsprocfs: pids: --output: 'nope' is none of the columns PID HOST NSPID \
COMM CGROUP: Invalid argument" "$status $out$err"
	pids -t "${level_init[1]}" -o ''
	check_equal 'no column: exit status' 2 "$status"
	pids -t "${level_init[1]}" -o l1
	check_equal 'no level between: exit status' 2 "$status"
}

# Sets $group_dir, $group_name, $group_path: a cgroup of our own with one process in it.
make_group()
{
	local mount root controllers

	while read -r mount root controllers; do
		[ "$root" = / ] || continue
		mkdir "$mount/nsprocfs-$$" "$mount/nsprocfs-$$/in" 2>/dev/null || continue
		group_dir=$mount/nsprocfs-$$
		group_path=/nsprocfs-$$
		if echo "$1" 2>/dev/null >"$group_dir/in/cgroup.procs"; then
			group_name=$controllers:$group_path
			return 0
		fi
		rmdir "$group_dir/in" "$group_dir"
	done < <(sed -n 's/^[0-9]* [0-9]* [^ ]* \([^ ]*\) \([^ ]*\) .* - cgroup cgroup .*,\([a-z]*\)$/\2 \1 \3/p
		s/^[0-9]* [0-9]* [^ ]* \([^ ]*\) \([^ ]*\) .* - cgroup2 .*/\2 \1 /p' /proc/self/mountinfo)
	return 1
}

test_cgroups()
{
	local sleeper there group

	sleeper=$(number_of sleeper 2)
	there="$(number_at "$sleeper" 2) $sleeper"
	if ! make_group "$sleeper"; then
		echo '# skipped: --cgroup: no cgroup can be made here'
		return
	fi
	ln -s "$group_dir" "$tmp/group"
	for group in "$group_path" "$group_path/" "$group_path/in" "${group_path#/}" "$group_name" "$group_dir" \
		"$group_dir/in" "$tmp/group"; do
		pids -t "${level_init[2]}" --cgroup "$group" -n -o PID,HOST
		check_equal "--cgroup $group" "0 $there" "$status $(echo "$out" | xargs)"
	done
	pids -t "${level_init[2]}" --cgroup / -n -o PID
	check_equal '--cgroup /: all' "$(members 2)" "$(tr -d ' ' <"$tmp/out")"
	for group in "$group_path/i" "$group_path/in/x" "nosuch:$group_path" "$group_dir/out"; do
		pids -t "${level_init[2]}" --cgroup "$group" -n
		check_equal "--cgroup $group" \
			"1 nsprocfs: pids: cgroup $group has no process of the view: $ESRCH" "$status $out$err"
	done
	pids -t "${level_init[2]}" --cgroup /nosuch --json
	check_equal 'no process in JSON' '1 { "processes": [] }' "$status $(echo "$out" | xargs -d '\n' | tr -s ' ')"
	pids -t "${level_init[2]}" -n -o HOST,CGROUP
	group=$(awk 'NR == 1 { print $2 }' "$tmp/out")
	check_equal "a group pasted from the column: $group" "$(awk -v g="$group" '$2 == g { print $1 }' "$tmp/out")" \
		"$("$NSPROCFS" pids -t "${level_init[2]}" --cgroup "$group" -n -o HOST,CGROUP |
			awk -v g="$group" '$2 == g { print $1 }')"
}

# shellcheck disable=SC2317 # the trap calls it
clean_group()
{
	[ -d "${group_dir:-}" ] || return
	while read -r pid; do
		echo "$pid" >"${group_dir%/*}/cgroup.procs"
	done <"$group_dir/in/cgroup.procs"
	rmdir "$group_dir/in" "$group_dir"
}

test_trees()
{
	local tree=$here/../golden/level3 target args

	read -r -a args <"$tree/args"
	target=${args[1]}
	pids --tree "$tree/proc" "${args[@]}" -n -o PID
	check_equal 'recorded host: every process' "$(grep '^[0-9]' "$tree/expect/.ls")" "$(echo "$out" | tr -d ' ')"
	pids --tree "$tree/proc" "${args[@]}" -n -o NSPID,HOST,L1,L2,PID
	check_equal 'recorded host: the chain of the init' \
		"$(sed -n 's/^NSpid:\t//p' "$tree/proc/$target/status" | tr '\t' ,) \
$(sed -n 's/^NSpid:\t//p' "$tree/proc/$target/status" | xargs)" "$(echo "$out" | head -n 1 | xargs)"
	pids --tree "$tree/proc" "${args[@]}" --to-host 1
	check_equal 'recorded host: --to-host' "$target" "$out"
	pids --tree "$tree/proc"
	check_equal 'as recorded: headings' 'PID NSPID COMM CGROUP' "$(head -n 1 "$tmp/out" | xargs)"
	pids --tree "$tree/proc" --to-host 1
	check_equal 'as recorded: no host' "2 nsprocfs: pids: the tree is shown as recorded, no host is known: \
Invalid argument; add --target: a process of the tree, in a PID namespace" "$status $out$err"

	mkdir -p "$tmp/tree/7" "$tmp/tree/8"
	printf 'Name:\told\nTgid:\t8\nPid:\t8\nPPid:\t0\n' >"$tmp/tree/8/status"
	pids --tree "$tmp/tree" --json
	check_equal 'without status, without NSpid' \
		'{ "processes": [ {"pid": 7, "nspid": null, "comm": "", "cgroup": ""}, {"pid": 8, "nspid": null, "comm": "old", "cgroup": ""} ] }' \
		"$(tr -s ' \n' ' ' <"$tmp/out" | sed 's/ $//')"
}

# Processes come and go by hundreds while the table is made.
test_vanishing()
{
	local i bad=0 pid

	# shellcheck disable=SC2016 # for the shell inside
	unshare --pid --fork --kill-child --mount-proc --propagation private \
		bash -c 'while :; do for i in 1 2 3 4 5 6 7 8; do (:) & done; wait; done' &
	wait_for 30 has_children $! || { check 'a busy namespace' false; return; }
	pid=$(children_of $!)
	for ((i = 0; i < 60; i++)); do
		pids --target "${pid% }" -n -o PID,HOST
		[ "$status$err" = 0 ] && awk 'NF != 2 { exit 1 }' "$tmp/out" || bad=$((bad + 1))
	done
	check_equal 'whole tables while processes come and go' 0 $bad
	kill -KILL $!
	wait $! 2>/dev/null
}

# shellcheck disable=SC2317 # wait_for calls it
has_children()
{
	[ -n "$(children_of "$1")" ]
}

test_strangers()
{
	chmod 755 "$tmp"
	cp "$NSPROCFS" "$tmp/nsprocfs" # where anybody may execute it
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$tmp/nsprocfs" pids --target "${level_init[1]}" -n -o PID,HOST >"$tmp/out" 2>"$tmp/err"
	check_equal 'a stranger: the init, by NSpid lines' "1 ${level_init[1]}" "$(head -n 1 "$tmp/out" | xargs)"
	check 'a stranger: told of the source' grep -q '^nsprocfs: pids: source: host .*; kernel refused: ' "$tmp/err"
}

trap 'clean_group; cleanup' EXIT
start_zoo 3
test_numbers
test_from_inside
test_one_number
test_names
test_columns
test_cgroups
test_trees
test_vanishing
test_strangers
finish
