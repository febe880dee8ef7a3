#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Real tools under `nsprocfs run`, by each source: what they say of the processes of a container must be
# what the kernel's procfs of that namespace says, and what they need for themselves must be there.
#
# Usage: test_tools.sh NSPROCFS

# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

for tool in ps top pgrep pidof lsof pstree pmap htop vmstat free w uptime script; do
	command -v "$tool" >/dev/null || {
		echo "FAIL: $tool is missing: scripts/install-deps installs it"
		exit 1
	}
done

# A container with a pipe between two of its processes, threads' worth of names, and a zombie.
cat >"$tmp/init" <<'INIT'
sleep 1001 "$1" &
sleep 1002 "$1" | cat - /dev/null "/dev/../dev/zero$1" 2>/dev/null &
ln -s "$(command -v sleep)" "$2/odd) name" 2>/dev/null
"$2/odd) name" 1003 "$1" &
: >"$2/ready"
exec sleep 1000 "$1"
INIT

start_container()
{
	unshare --pid --fork --kill-child --mount-proc --propagation private \
		bash "$tmp/init" "$mark" "$tmp" &
	target_holder=$!
	until_true 30 has_child $target_holder || exit 1
	target=$(children_of $target_holder)
	target=${target% }
	until_true 30 is_sleeping "$target" || exit 1
	until_true 30 has_comm 'odd) name' || exit 1
}

# A process of the container has this name.
# shellcheck disable=SC2317
has_comm()
{
	nsenter --target "$target" --pid --mount grep -qsxF -- "$1" /proc/[0-9]*/comm
}

run()
{
	out=$("$program" run --source="$source" --target "$target" -- "$@" 2>"$tmp/err" </dev/null)
	status=$?
	err=$(cat "$tmp/err")
}

# "PID NAME" of the container's processes, as its own procfs has them, without the reader's own.
truth()
{
	# shellcheck disable=SC2016
	nsenter --target "$target" --mount bash -c '
		for pid in $(cd /proc && echo [0-9]* | tr " " "\n" | sort -n); do
			printf "%s %s\n" "$pid" "$(cat "/proc/$pid/comm")"
		done'
}

test_lists()
{
	local wanted

	wanted=$(truth)
	expect "$source: there are processes to list" 5 "$(wc -l <<<"$wanted")"
	run ps -e --no-headers -o pid:1,ucomm:32
	expect "$source: ps -e" "$wanted" "$(sed 's/ *$//' <<<"$out")"
	run ps aux
	expect "$source: ps aux" "0::$(wc -l <<<"$wanted")" "$status:$err:$(tail -n +2 <<<"$out" | wc -l)"
	run top -b -n 1
	expect "$source: top lists each" "$(cut -d' ' -f1 <<<"$wanted")" \
		"$(awk 'seen { print $1 } $1 == "PID" { seen = 1 }' <<<"$out" | sort -n)"
	run pgrep -x sleep
	expect "$source: pgrep" "$(awk '$2 == "sleep" { print $1 }' <<<"$wanted")" "$out"
	run pidof cat
	expect "$source: pidof" "$(awk '$2 == "cat" { print $1 }' <<<"$wanted")" "$out"
	run pstree -p 1
	expect "$source: pstree" "$(cut -d' ' -f1 <<<"$wanted" | sort)" \
		"$(grep -o '([0-9]*)' <<<"$out" | tr -d '()' | sort)"
	run ps -o pid:1= -p 1
	expect "$source: ps -p 1" 1 "$out"
}

test_one_process()
{
	local sleeper

	run pmap 1
	expect_match "$source: pmap" '1: .*sleep 1000.*total.*' "$out"
	sleeper=$(nsenter --target "$target" --mount --pid pgrep -f 'sleep 1002')
	run lsof -n -P -a -p "$sleeper" -d 1
	expect_match "$source: lsof knows the pipe" '.*FIFO.* pipe' "$out"
	run lsof -n -P -a -p 1 -d cwd
	expect_match "$source: lsof knows the directory" ".*cwd.*DIR.* $PWD" "$out"
}

# The tools that show the machine.
test_machine()
{
	local tool

	for tool in 'free -m' 'vmstat' 'uptime' 'w'; do
		# shellcheck disable=SC2086
		run $tool
		expect "$source: $tool" '0:' "$status:$err"
		count=$((count + 1))
		[ -n "$out" ] || fail "$source: $tool printed nothing"
	done
	expect "$source: MemTotal" "$(grep MemTotal /proc/meminfo)" \
		"$("$program" run --source="$source" --target "$target" -- grep MemTotal /proc/meminfo)"
	out=$(printf q | "$program" run --source="$source" --target "$target" -- \
		env TERM=xterm COLUMNS=120 LINES=40 script -qec htop /dev/null 2>&1)
	expect_match "$source: htop" '.*odd\) name.*' "$out"
}

# What the command needs of itself.
test_guest()
{
	run bash -c 'cat <(echo through a pipe)'
	expect "$source: <(...)" '0::through a pipe' "$status:$err:$out"
	run bash -c 'echo from stdin | cat /dev/stdin'
	expect "$source: /dev/stdin" '0::from stdin' "$status:$err:$out"
	run bash -c 'echo to stdout >/dev/stdout | cat'
	expect "$source: /dev/stdout" '0::to stdout' "$status:$err:$out"
	# shellcheck disable=SC2016
	run bash -c '[ -d "/proc/$$/task/$$" ] && readlink "/proc/$$/exe"; exit'
	expect "$source: its own directory" "0::$(readlink -f "$(command -v bash)")" "$status:$err:$out"
	# shellcheck disable=SC2016
	run bash -c 'read -r pid _ </proc/self/stat; [ "$pid" = "$$" ] && [ "$(readlink /proc/self)" != "$$" ] && sed -n "s/^Pid:\t//p" "/proc/$$/status" | grep -qx "$$"'
	expect "$source: its own number" '0::' "$status:$err:$out"
	run bash -c 'ls /proc/thread-self/ /proc/self/task >/dev/null && cat /proc/self/cmdline | tr "\0" " "'
	expect "$source: its own threads and arguments" '0::cat /proc/self/cmdline ' "$status:$err:$out"
	# shellcheck disable=SC2016
	run bash -c 'cd /proc && for d in [0-9]*; do [ "$d" != "$$" ] || echo listed; done'
	expect "$source: a guest is not listed" '0::' "$status:$err:$out"
	run cat "/proc/$$/comm"
	expect_match "$source: who is neither member nor guest is not there" \
		".*/proc/$$/comm: No such file or directory|" "$err"
}

start_container
for source in kernel host; do
	test_lists
	test_one_process
	test_machine
	test_guest
done
finish
