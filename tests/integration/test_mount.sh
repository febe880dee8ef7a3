#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# nsprocfs mount: in the background and the foreground, all the ways it ends, SIGKILL of either of its
# processes, messages.
#
# Usage: test_mount.sh NSPROCFS [ROUNDS]

# shellcheck disable=SC2016,SC2317 # text for eval; functions called by expect_soon
rounds=${2:-${NSPROCFS_KILL_ROUNDS:-10}}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

# The mark is part of the mount point, and so in the arguments of the keeper and the worker.
dir=$tmp/view.$mark
# What --source=auto took.
said='nsprocfs: mount: source: kernel [(].*[)]'
mkdir "$dir"

only_target()
{
	[ "$(marked | wc -l)" -eq 2 ]
}

nothing_mounted()
{
	[ -z "$(view_minor $$)" ]
}

is_mounted()
{
	[ -n "$(view_minor $$)" ]
}

# Our processes but the target's: the keeper, then its child, the worker.
find_processes()
{
	local pid

	keeper=
	worker=
	for pid in $(marked); do
		[ "$(cat "/proc/$pid/comm")" = nsprocfs ] || continue
		if has_child "$pid"; then
			keeper=$pid
		else
			worker=$pid
		fi
	done
}

expect_nothing()
{
	expect_soon "$1: no mount" nothing_mounted
	expect_soon "$1: no process" only_target
	# shellcheck disable=SC2086 # two words
	[ -z "${connection:-}" ] || expect_soon "$1: the view is gone" connection_gone $connection
	expect "$1: the directory is as it was" '' "$(ls -A "$dir")"
}

# Mounts in the background: $connection, $keeper, $worker.
mount_view()
{
	"$program" mount --target "$target" "$@" "$dir" >"$tmp/out" 2>"$tmp/err" </dev/null
	expect_match 'mounts, and says from what' "0::$said" "$?:$(cat "$tmp/out"):$(cat "$tmp/err")"
	connection=$(connection_of $$) || fail "no mount after return; there are: $(marked | xargs)"
	find_processes
}

# In the foreground: $foreground, and as above.
mount_foreground()
{
	env --default-signal=INT,QUIT "$program" mount -f --target "$target" "$dir" \
		>"$tmp/out" 2>"$tmp/err" </dev/null &
	foreground=$!
	expect_soon 'foreground: mounts' is_mounted
	expect_soon 'foreground: serves' serves
	connection=$(connection_of $$)
	find_processes
	expect 'the keeper is the process that was started' $foreground "$keeper"
}

serves()
{
	[ "$(cat "$dir/1/comm" 2>/dev/null)" = sleep ]
}

test_use()
{
	mount_view
	expect 'the view' $'1\nsleep' "$(cd "$dir" && echo [0-9]* && cat 1/comm)"
	expect_match 'how it is mounted' '.* ro,nosuid,nodev,noexec,.* - fuse.nsprocfs .*ro,.*' \
		"$(grep -F "$dir" /proc/self/mountinfo)"
	expect 'a session of its own' "$keeper" "$(ps -o sid= -p "$keeper" | tr -d ' ')"
	expect 'no terminal, no pipe' '/dev/null /dev/null /dev/null' \
		"$(cd "/proc/$keeper/fd" && readlink 0 1 2 | xargs)"
	expect 'nor the worker' '/dev/null /dev/null /dev/null' \
		"$(cd "/proc/$worker/fd" && readlink 0 1 2 | xargs)"
	expect 'the keeper holds no directory' / "$(readlink "/proc/$keeper/cwd")"
	umount "$dir"
	expect_nothing 'umount'
	mount_view -o ro
	umount -l "$dir"
	expect_nothing 'umount -l'
	# A descriptor of the caller's is not kept: the substitution ends, and so does the pipe.
	expect 'inherited pipe' mounted \
		"$("$program" mount --target "$target" "$dir" 9>&1 && echo mounted)"
	umount "$dir"
	expect_nothing 'inherited pipe'
	# Started by something that has no streams at all; its own descriptors are not to become those.
	expect 'closed streams' 0 "$("$program" mount --target "$target" "$dir" <&- >&- 2>&-; echo $?)"
	expect 'closed streams: the view' sleep "$(cat "$dir/1/comm")"
	umount "$dir"
	expect_nothing 'closed streams'
	expect 'a closed stream cannot be written to' \
		'nsprocfs: cat: write to standard output: Bad file descriptor' \
		"$("$program" cat --target "$target" 1/comm 2>&1 >&-)"
}

test_signals()
{
	local signal

	for signal in TERM INT QUIT; do
		connection=
		mount_view
		kill -s $signal "$keeper"
		expect_nothing "background, $signal"
		mount_foreground
		kill -s $signal $foreground
		wait $foreground
		expect "foreground, $signal: status" 0 $?
		expect_match "foreground, $signal: silence but for that" "$said" \
			"$(cat "$tmp/out" "$tmp/err")"
		expect_nothing "foreground, $signal"
	done
	mount_foreground
	umount "$dir"
	wait $foreground
	expect 'foreground, umount: status' 0 $?
	expect_nothing 'foreground, umount'
}

# Somebody is in it: it goes all the same, and they get an error, not a hang.
test_busy()
{
	local reader

	mount_view
	(cd "$dir/1" && exec sleep 1000 "$mark") &
	reader=$!
	expect_soon 'somebody is in it' is_sleeping $reader
	exec {held}<"$dir/1/status"
	kill "$keeper"
	expect_soon 'busy: no mount' nothing_mounted
	expect_soon 'busy: no process' eval '[ "$(marked | wc -l)" -eq 3 ]'
	expect_match 'busy: an open file' '.*: Transport endpoint is not connected' \
		"$(LC_ALL=C cat <&"$held" 2>&1)"
	exec {held}<&-
	kill -KILL $reader
	wait $reader 2>/dev/null
	expect_nothing 'busy'
}

# Another mount lies above: it says so, and the rest goes.
test_covered()
{
	mount_foreground
	mount -t tmpfs none "$dir"
	kill -TERM $foreground
	wait $foreground
	expect 'covered: status' 1 $?
	expect_match 'covered: message' "$said"$'\n'"nsprocfs: mount: unmount $dir: Device or resource busy; .*" \
		"$(cat "$tmp/err")"
	umount "$dir"
	umount "$dir"
	expect_nothing 'covered'
}

test_target_dies()
{
	mount_view
	stop_target
	expect_soon 'target died: no mount' nothing_mounted
	expect_soon 'target died: no process' nothing_marked
	# shellcheck disable=SC2086 # two words
	expect_soon 'target died: the view is gone' connection_gone $connection
	start_target
	mount_foreground
	stop_target
	wait $foreground
	expect 'target died, foreground: status' 0 $?
	expect_soon 'target died, foreground: no mount' nothing_mounted
	expect_soon 'target died, foreground: no process' nothing_marked
	start_target
}

test_killed()
{
	local i victim

	for ((i = 0; i < rounds; i++)); do
		for victim in keeper worker; do
			mount_view
			kill -KILL "${!victim}"
			expect_nothing "$victim killed"
		done
		mount_foreground
		kill -KILL "$worker"
		wait $foreground
		expect 'worker killed, foreground: status' 1 $?
		expect_match 'worker killed, foreground: message' "$said"$'\n'"nsprocfs: mount: the view's server died.*" \
			"$(cat "$tmp/err")"
		expect_nothing 'worker killed, foreground'
		mount_foreground
		kill -KILL $foreground
		wait $foreground 2>/dev/null
		expect_nothing 'keeper killed, foreground'
	done
}

# While it starts: the command, or whatever process there is by then.
test_any_moment()
{
	local -a pids
	local i never

	exec {never}<> <(:)
	connection=
	for ((i = 0; i < rounds * 20; i++)); do
		"$program" mount -f --target "$target" "$dir" >/dev/null 2>&1 </dev/null &
		foreground=$!
		read -rt "$(printf '0.00%04d' $((RANDOM % 10000)))" <&"$never"
		pids=("$foreground")
		read -ra worker <"/proc/$foreground/task/$foreground/children"
		pids+=("${worker[@]}")
		kill -KILL "${pids[RANDOM % ${#pids[@]}]}"
		wait $foreground
		expect_nothing "moment $i"
	done 2>/dev/null
}

has_ended()
{
	! grep -qs '^State:.[^ZX]' "/proc/$1/status"
}

# is_starting TRACER: there are a command and its worker below it: $starting, $idle. A tracer starts others to begin with.
is_starting()
{
	read -r starting _ < <(children_of "$1")
	[ -n "$starting" ] && read -r idle _ < <(children_of "$starting")
	[ -n "$idle" ]
}

# Its worker, which was never told what to serve, must leave alone what another has mounted meanwhile.
test_killed_before_mount()
{
	local tracer starting='' idle=''

	# It gets no further than to the device.
	strace -qq -o "$tmp/calls" -P /dev/fuse -e trace=openat -e inject=openat:delay_enter=100000000 \
		"$program" mount -f --target "$target" "$dir" >/dev/null 2>&1 </dev/null &
	tracer=$!
	until_true 30 is_starting $tracer || { fail 'no command is starting' && return; }
	kill -STOP "$idle"
	kill -KILL "$starting" $tracer
	wait $tracer 2>/dev/null
	mount_view
	kill -CONT "$idle"
	expect_soon 'killed before it mounted: its worker ends' has_ended "$idle"
	expect 'killed before it mounted: the view of another stays' sleep "$(cat "$dir/1/comm")"
	umount "$dir"
	expect_nothing 'killed before it mounted'
}

# refused WHAT REGEX ARGUMENT...: one line that matches, status 1, nothing mounted.
refused()
{
	local what=$1 regex=$2 text

	shift 2
	connection=
	text=$("$program" mount "$@" 2>&1 </dev/null)
	expect "$what: status" 1 $?
	expect_match "$what: message" "nsprocfs: mount: $regex" "$text"
	text=$("$program" mount -f "$@" 2>&1 </dev/null)
	expect "$what, foreground: status" 1 $?
	expect_match "$what, foreground: message" "nsprocfs: mount: $regex" "$text"
	expect_nothing "$what"
}

test_refusals()
{
	local many

	many=$(($(cat /proc/sys/kernel/pid_max) + 1))
	refused 'no process' ".*$many.*: No such process;.*" --target $many "$dir"
	refused 'our own namespace' ".*pid $$ .*; .*" --target $$ "$dir"
	refused 'no directory' "mount on $dir/none: No such file or directory; .*mkdir.*" \
		--target "$target" "$dir/none"
	refused 'a file' "mount on $tmp/mark: Not a directory; .*" --target "$target" "$tmp/mark"
	refused 'the root' 'mount on /: Device or resource busy; .*' --target "$target" /
	refused 'our /proc' 'mount on /proc: .*busy; use nsprocfs run' --target "$target" /proc
	refused 'no tree' "open tree $tmp/none: No such file or directory; .*" --tree "$tmp/none" "$dir"
}

# A view is there already, and stays as it is.
test_occupied()
{
	local text before

	mount_view
	before=$(cat /proc/self/mountinfo)
	text=$("$program" mount --target "$target" "$dir" 2>&1)
	expect 'occupied: status' 1 $?
	expect_match 'occupied: message' "nsprocfs: mount: mount on $dir: .*busy; .*umount.*" "$text"
	text=$("$program" mount --target "$target" "$dir/sys" 2>&1)
	expect 'inside: status' 1 $?
	expect_match 'inside: message' "nsprocfs: mount: mount on $dir/sys: .*inside a view.*" "$text"
	expect 'the mounts are as they were' "$before" "$(cat /proc/self/mountinfo)"
	expect 'the view serves' sleep "$(cat "$dir/1/comm")"
	umount "$dir"
	expect_nothing 'occupied'
}

# wrong WHAT REGEX ARGUMENT...: argp's two lines, status 2.
wrong()
{
	local what=$1 regex=$2 text

	shift 2
	text=$("$program" mount "$@" 2>&1)
	expect "$what: status" 2 $?
	expect_match "$what: message" "nsprocfs mount: $regex"$'\n'".*--help.*" "$text"
	expect_nothing "$what"
}

test_usage()
{
	connection=
	wrong 'no directory given' '.*DIR.*' --target "$target"
	wrong 'two directories' '.*DIR.*' --target "$target" "$dir" "$dir"
	wrong 'rw' '-o rw: use --rw.*' --target "$target" -o rw "$dir"
	wrong 'unknown' '-o suid: .*' --target "$target" -o suid "$dir"
}

# In a chain of shared mounts the view appears elsewhere, and goes from there, too.
test_shared()
{
	local elsewhere

	mount --bind "$dir" "$dir"
	mount --make-shared "$dir"
	unshare --mount --propagation slave sleep 1000 "$mark" &
	elsewhere=$!
	until_true 30 is_sleeping $elsewhere
	mount_view
	expect 'it appears elsewhere' "${connection% *}" "$(view_minor $elsewhere)"
	kill "$keeper"
	expect_soon 'shared: no mount' nothing_mounted
	expect 'nor elsewhere' '' "$(view_minor $elsewhere)"
	# shellcheck disable=SC2086 # two words
	expect_soon 'shared: the view is gone' connection_gone $connection
	kill -KILL $elsewhere
	wait $elsewhere 2>/dev/null
	umount "$dir"
	expect_nothing 'shared'
}

# A copy that nothing tells of the unmounting: the server ends, the copy is an error, not a hang.
test_copied()
{
	local elsewhere

	mount_view
	unshare --mount --propagation private sleep 1000 "$mark" &
	elsewhere=$!
	until_true 30 is_sleeping $elsewhere
	kill "$keeper"
	expect_soon 'copied: no mount' nothing_mounted
	expect_soon 'copied: no server' eval '[ "$(marked | wc -l)" -eq 3 ]'
	expect_match 'copied: an error' '.*not connected.*' \
		"$(LC_ALL=C cat "/proc/$elsewhere/root$dir/1/comm" 2>&1)"
	kill -KILL $elsewhere
	wait $elsewhere 2>/dev/null
	expect_nothing 'copied'
}

# in_dev SCRIPT COMMAND...: runs the command where /dev is what the script has made of an empty one.
in_dev()
{
	unshare -m --propagation private sh -c "mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 &&
		$1"' && exec "$@"' sh "${@:2}"
}

# /dev/fuse missing, no device, or not to be opened: told in one line, which names it, and nothing is left.
test_device()
{
	local user=(setpriv --reuid=65534 --regid=65534 --clear-groups) line text

	cp "$program" "$tmp/nsprocfs"
	chmod 755 "$tmp" "$tmp/nsprocfs"
	mkdir -m 777 "$tmp/everybodys"
	line='nsprocfs: mount: open /dev/fuse'
	text=$(in_dev : "$program" mount --target "$target" "$dir" 2>&1)
	expect_match 'device missing' "1:$line: No such file or directory; .*modprobe fuse.*" "$?:$text"
	text=$(in_dev 'echo >/dev/fuse' "$program" mount --target "$target" "$dir" 2>&1)
	expect_match 'device is a file' "1:$line: No such device; .*mknod.*" "$?:$text"
	text=$(in_dev 'mknod -m 600 /dev/fuse c 10 229' "${user[@]}" "$tmp/nsprocfs" \
		mount --target "$target" "$tmp/everybodys" 2>&1)
	expect_match 'device of root' "1:$line: Permission denied; .*chmod.*" "$?:$text"
	text=$(in_dev 'mknod -m 600 /dev/fuse c 10 229' "${user[@]}" "$tmp/nsprocfs" \
		run --source host --target "$target" true 2>&1)
	expect_match 'device of root: run' '125:nsprocfs: run: open /dev/fuse: Permission denied; .*chmod.*' \
		"$?:$text"
	# The namespace is not theirs: no kernel source, and it is said whose it would be to ask.
	text=$("${user[@]}" "$tmp/nsprocfs" cat --source kernel --target "$target" 1/comm 2>&1)
	expect_match 'namespace of root' \
		'1:nsprocfs: cat: open the PID namespace file of the target: Permission denied; run as root .*' \
		"$?:$text"
	text=$("${user[@]}" "$tmp/nsprocfs" cat --pidns "/proc/$target/ns/pid" 1/comm 2>&1)
	expect_match 'namespace file of root' \
		"1:nsprocfs: cat: open /proc/$target/ns/pid: Permission denied; run as root .*" "$?:$text"
	connection=
	expect_nothing 'device'
}

start_target
test_use
test_signals
test_busy
test_covered
test_target_dies
test_killed
test_any_moment
test_killed_before_mount
test_refusals
test_device
test_occupied
test_usage
test_shared
test_copied
finish
