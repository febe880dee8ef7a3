#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The watchdog of `nsprocfs mount` and `nsprocfs run`: a server that is stopped or whose threads all hang
# is ended, and whoever waits gets an error in time; one that is slow, loaded, or stopped for a moment
# only, is not.
#
# Usage: test_watchdog.sh NSPROCFS

# shellcheck disable=SC2016,SC2317 # text for eval; functions called by expect_soon
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

export LC_ALL=C
dir=$tmp/view.$mark
inner=$tmp/inner.$mark
mkdir "$dir" "$inner" "$tmp/tree"
echo '12.34 56.78' >"$tmp/tree/uptime"
exec {never}<> <(:)

# On a machine that others load as well, all may come a little later than it should.
readonly MARGIN_MS=3000
readonly errors='Software caused connection abort|Transport endpoint is not connected|Input/output error'

now_ms()
{
	echo $((${EPOCHREALTIME/./} / 1000))
}

# The time itself is what is tested: nothing else could be waited for.
let_pass_ms()
{
	read -rt "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))" -u "$never"
}

# How a server that was given up is spoken of: by COMMAND, after SECONDS, with this END.
given_up()
{
	echo "nsprocfs: $1: the view's server has answered nothing for $2 s while requests waited:" \
		"Timer expired; so $3"
}

minor_at()
{
	sed -n "s|^[0-9]* [0-9]* 0:\([0-9]*\) [^ ]* $1 .* - fuse\.nsprocfs .*|\1|p" /proc/self/mountinfo
}

is_view()
{
	[ -n "$(minor_at "$1")" ]
}

# Requests that somebody waits for (fs/fuse/control.c).
waits()
{
	[ "$(cat "$tmp/connections/$1/waiting")" -ge "$2" ]
}

all_stopped()
{
	! grep -h '^State:' "/proc/$1"/task/*/status | grep -qv stopped
}

# Each thread of it stops when it comes to that: until then one may serve a request.
stop()
{
	kill -STOP "$1"
	expect_soon 'stopped' all_stopped "$1"
}

# start_mount DIRECTORY OPTION...: in the foreground, its words in $tmp/err. Sets keeper, worker, minor.
start_mount()
{
	local at=$1

	shift
	"$program" mount -f "$@" "$at" >"$tmp/out" 2>"$tmp/err" </dev/null &
	keeper=$!
	expect_soon 'it is mounted' is_view "$at"
	expect_soon 'it has a worker' has_child $keeper
	expect_soon 'it serves' test -d "$at/."
	worker=$(children_of $keeper)
	worker=${worker% }
	minor=$(minor_at "$at")
	echo "$minor $(stat -c %i "$tmp/connections/$minor")" >>"$tmp/views"
}

has_ended()
{
	[ ! -e "/proc/$1/exe" ]
}

# expect_status WHAT WANTED PID: the process ends soon, with this status. If it hangs, says where.
expect_status()
{
	local task

	if ! until_true 30 has_ended "$3"; then
		fail "$1: $3 does not end"
		for task in /proc/"$3"/task/* /proc/"$worker"/task/*; do
			echo "$task: $(grep State "$task/status"): $(cat "$task/stack")"
		done
		kill -KILL "$3"
	fi
	wait "$3"
	expect "$1: status" "$2" $?
}

# Reads in the background: $reader; what it says is in $tmp/read.
start_reader()
{
	: >"$tmp/read"
	cat "$@" >"$tmp/read" 2>&1 </dev/null &
	reader=$!
}

# expect_error_in WHAT SECONDS STARTED: the reader gets an error when the patience is over.
expect_error_in()
{
	local ms

	wait $reader
	expect "$1: the reader fails" 1 $?
	ms=$(($(now_ms) - $3))
	expect_match "$1: how the reader fails" "cat: .*: ($errors)" "$(cat "$tmp/read")"
	expect "$1: not before the patience is over ($ms ms)" 1 $((ms >= $2 * 1000))
	expect "$1: soon after it ($ms ms)" 1 $((ms <= $2 * 1300 + MARGIN_MS))
}

expect_ended()
{
	expect_status "$1" 1 $keeper
	expect "$1: message" "$(given_up mount "$2" 'it was killed')" "$(tail -n 1 "$tmp/err")"
	expect_soon "$1: no mount" eval '! is_view "$dir"'
	# A hung source can hold it at the end (a file of another FUSE file system is flushed unkillably).
	[ "$1" = full ] || expect_soon "$1: no worker" has_ended "$worker"
	expect "$1: the directory is as it was" '' "$(ls -A "$dir")"
}

test_mount_stopped()
{
	local started

	start_mount "$dir" --target "$target" --patience "$1"
	stop "$worker"
	started=$(now_ms)
	start_reader "$dir/1/comm"
	expect_error_in "stopped, $1 s" "$1" "$started"
	expect_ended "stopped, $1 s" "$1"
}

# The same while requests come all the time: some are in work when it stops.
test_stopped_at_work()
{
	local pids=() pid i

	start_mount "$dir" --target "$target" --patience 1
	for i in 1 2 3; do
		while cat "$dir"/1/{smaps,status,maps} "$dir/stat"; do :; done >/dev/null 2>"$tmp/read.$i" &
		pids+=($!)
	done
	let_pass_ms 500
	stop "$worker"
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	for i in 1 2 3; do
		expect_match 'stopped at work: each reader fails' "cat: [^:]*: ($errors).*" "$(cat "$tmp/read.$i")"
	done
	expect_ended 'stopped at work' 1
}

test_background()
{
	local started

	"$program" mount --target "$target" --patience 1 "$dir" 2>/dev/null </dev/null
	keeper=$(pgrep -f -o -- "mount --target $target --patience 1 $dir")
	worker=$(children_of "$keeper")
	worker=${worker% }
	stop "$worker"
	started=$(now_ms)
	start_reader "$dir/1/comm"
	expect_error_in 'background' 1 "$started"
	expect_soon 'background: no mount' eval '! is_view "$dir"'
	expect_soon 'background: no process' eval '[ ! -e /proc/$worker ] && [ ! -e /proc/$keeper ]'
}

# A reader that was not asked for by the command, so that nobody kills it: through the command's root.
test_run_stopped()
{
	local run command child started

	rm -f "$tmp/pid"
	"$program" run --target "$target" --patience 1 "$BASH" -c \
		'echo $$ >"$1"; exec sleep 1000 "$0"' "$mark" "$tmp/pid" 2>"$tmp/err" </dev/null &
	run=$!
	expect_soon 'run: the command runs' test -s "$tmp/pid"
	command=$(cat "$tmp/pid")
	connection_of "$command" >/dev/null
	worker=
	for child in $(children_of $run); do
		# The worker alone leaves our session.
		[ "$(ps -o sid= -p "$child" | tr -d ' ')" != "$child" ] || worker=$child
	done
	expect 'run: it serves' sleep "$(cat "/proc/$command/root/proc/1/comm")"
	stop "$worker"
	started=$(now_ms)
	start_reader "/proc/$command/root/proc/1/comm"
	expect_error_in 'run' 1 "$started"
	expect_status 'run' 125 $run
	expect 'run: message' "$(given_up run 1 'the command was killed')" "$(cat "$tmp/err")"
	expect_soon 'run: no process left' eval '[ "$(marked | wc -l)" -eq 2 ]'
	# shellcheck disable=SC2046 # two words
	expect_soon 'run: the view is gone' connection_gone $(tail -n 1 "$tmp/views")
}

# expect_well WHAT: the same processes serve on, without a word.
expect_well()
{
	expect "$1: it serves" sleep "$(cat "$dir/1/comm")"
	expect "$1: by the same worker" "$worker " "$(children_of $keeper)"
	expect "$1: silence" '' "$(grep -v 'source: ' "$tmp/err")"
}

end_mount()
{
	expect_soon 'unmounting' umount "$1"
	expect_status 'unmounted' 0 "$2"
}

test_stopped_for_a_moment()
{
	local i

	start_mount "$dir" --target "$target" --patience 2
	for i in 1 2 3; do
		stop "$worker"
		start_reader "$dir/1/comm"
		expect_soon 'moment: the reader waits' waits "$minor" 1
		let_pass_ms 1300
		kill -CONT "$worker"
		wait $reader
		expect "moment $i: the reader has it" 0:sleep "$?:$(cat "$tmp/read")"
	done
	# Stopped for longer than the patience, but nobody asks for anything, nor for a release.
	expect_soon 'moment: nobody waits' eval '! waits "$minor" 1'
	let_pass_ms 100
	stop "$worker"
	let_pass_ms 3500
	kill -CONT "$worker"
	expect_well 'moment'
	end_mount "$dir" $keeper
}

# Calls with a path that is not relative to a descriptor: none while it serves, not even malloc's, which in
# many threads at once wants to know how many processors there are.
test_names_no_path()
{
	local pids=() pid tracer i

	if ! command -v strace >/dev/null; then
		echo 'left out: the paths that a worker names (there is no strace)'
		return
	fi
	start_mount "$dir" --target "$target" --patience 0
	strace -f -qq -e trace=%file,openat2 -e signal=none -o "$tmp/calls" -p "$worker" &
	tracer=$!
	expect_soon 'paths: traced' eval 'stat "$dir/1" && [ -s "$tmp/calls" ]' >/dev/null
	for i in {1..10}; do
		cat "$dir"/1/{smaps,status,maps} "$dir"/{stat,kallsyms,slabinfo,iomem,timer_list} >/dev/null &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	kill "$tracer"
	wait "$tracer"
	expect 'paths: opens were seen' 1 $(($(grep -c 'openat2([0-9]*, "' "$tmp/calls") > 30))
	expect 'paths: none' '' "$(grep -E '[a-z0-9]+\((AT_FDCWD|"|[0-9]+, "/)' "$tmp/calls" | head -n 5)"
	end_mount "$dir" $keeper
}

# With the shortest patience, six readers and more work than processors.
test_load()
{
	local pids=() pid i

	start_mount "$dir" --target "$target" --patience 1
	for i in 1 2 3; do
		while [ ! -e "$tmp/enough" ]; do :; done &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6; do
		while [ ! -e "$tmp/enough" ]; do
			cat "$dir"/1/{smaps,status,maps,stat} "$dir"/{stat,kallsyms,slabinfo} >/dev/null &&
				find "$dir/1" >/dev/null && echo x >>"$tmp/rounds.$i"
		done &
		pids+=($!)
	done
	let_pass_ms 6000
	touch "$tmp/enough"
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	for i in 1 2 3 4 5 6; do
		expect "load: reader $i has read" 1 $(($(wc -l <"$tmp/rounds.$i") > 0))
	done
	expect_well 'load'
	end_mount "$dir" $keeper
}

# A view whose source is another view: when that one's server is stopped, reads from the source hang, which
# is not the fault of who waits for it. That one has no watchdog.
test_slow_source()
{
	local inner_keeper inner_worker stopped pids=() pid i

	start_mount "$inner" --tree "$tmp/tree" --patience 0
	inner_keeper=$keeper
	inner_worker=$worker
	start_mount "$dir" --tree "$inner" --patience 1
	stop "$inner_worker"
	stopped=$(now_ms)

	start_reader "$dir/uptime"
	expect_soon 'slow: the reader waits' waits "$minor" 1
	let_pass_ms 2500
	for i in 1 2 3 4 5; do
		stat -f "$dir" >/dev/null
		expect 'slow: others are served' 0 $?
		let_pass_ms 300
	done
	expect 'slow: the reader still waits' 0 "$(wc -c <"$tmp/read")"
	expect 'slow: the same worker' "$worker " "$(children_of $keeper)"
	kill -CONT "$inner_worker"
	wait $reader
	expect 'slow: the reader has it' '0:12.34 56.78' "$?:$(cat "$tmp/read")"

	# As many that hang as there are threads (serve.c: 64), and the next one is not even received.
	stop "$inner_worker"
	stopped=$(now_ms)
	for i in {1..70}; do
		cat "$dir/uptime" >"$tmp/read.$i" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	expect 'full: soon enough' 1 $(($(now_ms) - stopped <= 1300 + MARGIN_MS))
	for i in {1..70}; do
		expect_match "full: reader $i fails" "cat: .*: ($errors)" "$(cat "$tmp/read.$i")"
	done
	expect_ended 'full' 1

	# The patience of the other is endless.
	let_pass_ms 5500
	kill -CONT "$inner_worker"
	expect_soon 'full: no worker' has_ended "$worker"
	expect 'endless: it serves' '12.34 56.78' "$(cat "$inner/uptime")"
	end_mount "$inner" "$inner_keeper"
}

# Mounted by fusermount3; what serves cannot leave the mount namespace, and we may not force anything.
test_unprivileged()
{
	local user=(setpriv --reuid 65534 --regid 65534 --clear-groups) at=$tmp/theirs.$mark started

	if [ ! -u "$(command -v fusermount3)" ]; then
		echo 'left out: without privilege (there is no fusermount3 that is set-user-ID root)'
		return
	fi
	mkdir -m 0777 "$at"
	chown 65534:65534 "$at"
	chmod 0711 "$tmp"
	cp "$program" "$tmp/nsprocfs"
	# One that everybody may open, in our mount namespace only.
	mknod "$tmp/fuse" c 10 229
	chmod 0666 "$tmp/fuse"
	mount --bind "$tmp/fuse" /dev/fuse
	if ! "${user[@]}" "$BASH" -c ': 2>/dev/null <>/dev/fuse'; then
		echo 'left out: without privilege (no device can be opened there)'
		return
	fi
	"${user[@]}" "$tmp/nsprocfs" mount -f --tree "$tmp/tree" --patience 1 "$at" \
		>"$tmp/out" 2>"$tmp/err" </dev/null &
	keeper=$!
	expect_soon 'unprivileged: it is mounted' is_view "$at"
	expect_soon 'unprivileged: it has a worker' has_child $keeper
	echo "$(minor_at "$at") 0" >>"$tmp/views"
	worker=$(children_of $keeper)
	worker=${worker% }
	expect 'unprivileged: it serves' '12.34 56.78' "$("${user[@]}" cat "$at/uptime")"
	stop "$worker"
	started=$(now_ms)
	"${user[@]}" cat "$at/uptime" >"$tmp/read" 2>&1 </dev/null &
	reader=$!
	expect_error_in 'unprivileged' 1 "$started"
	expect_status 'unprivileged' 1 $keeper
	expect 'unprivileged: message' "$(given_up mount 1 'it was killed')" "$(tail -n 1 "$tmp/err")"
	expect 'unprivileged: no mount' '' "$(minor_at "$at")"
	expect 'unprivileged: no worker' no "$([ -e "/proc/$worker" ] || echo no)"
}

test_usage()
{
	local value text

	for value in '' x -1 1.5 86401 4294967297; do
		text=$("$program" mount --patience="$value" --target "$target" "$dir" 2>&1)
		expect "mount --patience=$value: status" 2 $?
		expect_match "mount --patience=$value: message" \
			"nsprocfs mount: --patience: '$value' is not .*"$'\n'".*--help.*" "$text"
		text=$("$program" run --patience="$value" --target "$target" true 2>&1)
		expect "run --patience=$value: status" 125 $?
	done
}

start_target
test_usage
test_mount_stopped 1
test_mount_stopped 3
test_stopped_at_work
test_background
test_run_stopped
test_stopped_for_a_moment
test_names_no_path
test_load
test_slow_source
test_unprivileged
finish
