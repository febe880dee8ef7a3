#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# nsprocfs run: exit statuses, messages, what the command inherits, signals, background processes.
#
# Usage: test_run.sh NSPROCFS [unshare-pid]
#
# With the second argument all is the same in a pid namespace of the command's own.

# shellcheck disable=SC2016,SC2317 # text for other shells; functions called by expect_soon
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

start_target
view=(--target "$target")
[ -z "${2:-}" ] || view=("--$2")

# run COMMAND...: its output and that of nsprocfs in $out, $err, $status.
run()
{
	{
		(
			cd "$tmp/empty" || exit
			TMPDIR=$tmp/empty exec "$program" run "${view[@]}" -- "$@" 2>"$tmp/err"
		) >"$tmp/out" </dev/null
		status=$?
	} 2>/dev/null # where the shell says that it was killed
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

expect_clean()
{
	expect_soon "$1: no process left" only_target
	expect "$1: no file left" '' "$(ls -A "$tmp/empty")"
}

# Nothing but the target carries the mark.
only_target()
{
	local pids

	# The holder (unshare) and the target.
	pids=$(marked | wc -l)
	[ "$pids" -eq 2 ]
}

test_statuses()
{
	run true
	expect 'true' '0::' "$status:$out:$err"
	run sh -c 'exit 7'
	expect 'exit 7' '7::' "$status:$out:$err"
	run sh -c 'exit 255'
	expect 'exit 255' '255::' "$status:$out:$err"
	run sh -c 'kill -TERM $$'
	expect 'killed by SIGTERM' '143::' "$status:$out:$err"
	run sh -c 'kill -KILL $$'
	expect 'killed by SIGKILL' '137::' "$status:$out:$err"
	ulimit -c 1000
	run sh -c 'ulimit -c 0; kill -SEGV $$'
	ulimit -c 0
	expect 'killed by SIGSEGV' '139::' "$status:$out:$err"
	expect_clean 'statuses'
}

test_cannot()
{
	run "$tmp/none"
	expect 'no such command' "127::nsprocfs: run: $tmp/none: No such file or directory" \
		"$status:$out:$err"
	run no-such-command-in-path
	expect 'not in PATH' '127::nsprocfs: run: no-such-command-in-path: No such file or directory' \
		"$status:$out:$err"
	touch "$tmp/plain"
	run "$tmp/plain"
	expect 'not executable' "126::nsprocfs: run: $tmp/plain: Permission denied" "$status:$out:$err"
	run "$tmp"
	expect 'a directory' "126::nsprocfs: run: $tmp: Permission denied" "$status:$out:$err"
	expect_clean 'cannot'
}

# refused WHAT REGEX ARGUMENT...: one line that matches, status 125, nothing left.
refused()
{
	local what=$1 regex=$2 text

	shift 2
	text=$("$program" run "$@" 2>&1 </dev/null)
	expect "$what: status" 125 $?
	expect_match "$what: message" "$regex" "$text"
	expect_soon "$what: no process left" only_target
}

test_refusals()
{
	local many

	many=$(($(cat /proc/sys/kernel/pid_max) + 1))
	refused 'no such process' "nsprocfs: run: .*$many.*: No such process;.*" --target "$many" true
	refused 'our own namespace' "nsprocfs: run: pid namespace of pid $$ is our own pid namespace; .*" \
		--target $$ true
	refused 'no view' "nsprocfs run: no view was named; use --target PID.*"$'\n'".*--help.*" true
	refused 'two views' "nsprocfs run: --target and --pidns: .*"$'\n'".*--help.*" \
		--target "$target" --pidns "/proc/$target/ns/pid" true
	refused 'a tree and a live source' "nsprocfs run: --tree with a live .*"$'\n'".*--help.*" \
		--tree "$tmp" --source host true
	refused 'no namespace' "nsprocfs: run: .*$tmp/mark.*" --pidns "$tmp/mark" true
	refused 'no tree' "nsprocfs: run: .*$tmp/none: No such file or directory;.*" \
		--tree "$tmp/none" true
	# argp says two lines: what is wrong, and where help is.
	refused 'bad option' "nsprocfs run: .*--nonsense.*"$'\n'".*--help.*" --nonsense true
	refused 'bad value' "nsprocfs run: --source: .*'x'"$'\n'".*--help.*" --source=x true
	expect 'help' 0 "$("$program" run --help >"$tmp/out" 2>&1; echo $?)"
	expect_match 'help: text' 'Usage: nsprocfs run .*' "$(head -n 1 "$tmp/out")"
}

# /dev/fuse gone, no device, or not to be opened: in a mount namespace of its own.
test_device()
{
	local text

	mkdir "$tmp/dev"
	text=$(unshare -m --propagation private sh -c 'mount --bind "$0" /dev && shift 0 &&
		exec "$@"' "$tmp/dev" "$program" run "${view[@]}" true 2>&1)
	expect '/dev/fuse missing: status' 125 $?
	expect_match '/dev/fuse missing' \
		'nsprocfs: run: open /dev/fuse: No such file or directory; .*modprobe fuse.*' "$text"
	touch "$tmp/dev/fuse"
	text=$(unshare -m --propagation private sh -c 'mount --bind "$0" /dev/fuse && exec "$@"' \
		"$tmp/dev/fuse" "$program" run "${view[@]}" true 2>&1)
	expect '/dev/fuse a file: status' 125 $?
	expect_match '/dev/fuse a file' 'nsprocfs: run: open /dev/fuse: No such device; .*mknod.*' \
		"$text"
	expect_clean 'device'
}

# descriptors [PREFIX...]: what `PREFIX... ls` has open, without the numbers of objects.
descriptors()
{
	"$@" ls -l /proc/self/fd/ | sed -n 's/:\[[0-9]*\]$/:[N]/; s/\/proc\/[0-9]*/\/proc\/N/; s/.* \([0-9]* -> .*\)/\1/p'
}

test_inherits()
{
	local before

	# Descriptors: those of the caller, and none of nsprocfs.
	before=$(exec 8<"$tmp/mark"; descriptors </dev/null)
	out=$(exec 8<"$tmp/mark"; descriptors "$program" run "${view[@]}" </dev/null)
	expect_match 'descriptors, natively' ".*8 -> $tmp/mark.*" "$before"
	expect 'descriptors' "$before" "$out"

	# Environment, working directory, limits, mask and ignored signals, identity, capabilities.
	before=$(cd "$tmp/empty" && TMPDIR=$tmp/empty env | grep -v '^_=' | sort)
	run env
	expect 'environment' "$before" "$(grep -v '^_=' "$tmp/out" | sort)"
	run pwd
	expect 'working directory' "$tmp/empty" "$out"
	before=$(grep -E '^(Sig(Blk|Ign)|Cap|Uid|Gid|Groups|NoNewPrivs|Seccomp)' /proc/self/status)
	run grep -E '^(Sig(Blk|Ign)|Cap|Uid|Gid|Groups|NoNewPrivs|Seccomp)' /proc/self/status
	expect 'signals and identity' "$before" "$out"
	before=$(cat /proc/self/limits /proc/self/oom_score_adj)
	run cat /proc/self/limits /proc/self/oom_score_adj
	expect 'limits' "$before" "$out"
	(trap '' CHLD HUP && run sh -c 'exit 9' && exit "$status")
	expect 'SIGCHLD ignored by the caller' 9 $?
	before=$(trap '' CHLD HUP; grep SigIgn /proc/self/status)
	out=$(trap '' CHLD HUP; "$program" run "${view[@]}" grep SigIgn /proc/self/status)
	expect_match 'ignored signals, natively' 'SigIgn:.00000000000100.[1-7]' "$before"
	expect 'ignored signals' "$before" "$out"
	expect_clean 'inherits'
}

# Where it runs: a mount namespace of its own, all others ours.
test_namespaces()
{
	local name

	for name in user net uts ipc cgroup; do
		run readlink "/proc/self/ns/$name"
		expect "namespace $name" "$(readlink "/proc/self/ns/$name")" "$out"
	done
	run readlink /proc/self/ns/pid
	if [ "${view[0]}" = --unshare-pid ]; then
		expect_match 'its own processes' 'pid:\[[0-9]+\]' "$out"
		[ "$out" != "$(readlink /proc/self/ns/pid)" ] || fail 'the pid namespace is ours'
	else
		expect 'namespace pid' "$(readlink /proc/self/ns/pid)" "$out"
	fi
	run readlink /proc/self/ns/mnt
	expect_match 'its own mounts' 'mnt:\[[0-9]+\]' "$out"
	[ "$out" != "$(readlink /proc/self/ns/mnt)" ] || fail 'the mount namespace is ours'
	# Our mounts appear there (slave), its own do not appear here.
	run sh -c "mount -t tmpfs none $tmp/empty && grep -c $tmp/empty /proc/self/mountinfo"
	expect 'a mount inside' 1 "$out"
	expect 'not outside' 0 "$(grep -c "$tmp/empty" /proc/self/mountinfo)"
	expect '/proc here is the kernel'"'"'s' 0 "$(grep -c fuse.nsprocfs /proc/self/mountinfo)"
}

# The view is on /proc: the target's processes under their numbers, and the command itself.
test_view()
{
	run sh -c 'ls /proc | grep -x "[0-9]*"; cat /proc/1/comm; readlink /proc/self; echo $$ >&2; :'
	expect 'processes of the view' $'1\nsleep' "$(head -n 2 <<<"$out")"
	run sh -c 'exec readlink /proc/self; echo $$'
	expect_match 'self' '[0-9]+' "$out"
	run bash -c 'read -r pid _ </proc/self/stat; [ $pid = $$ ] && echo same'
	expect 'self is the command' same "$out"
	run bash -c 'cat <(echo through a pipe); echo too | cat /dev/stdin; cat /proc/self/fd/0 | wc -c'
	expect 'links to pipes are followed' $'through a pipe\ntoo\n0' "$out"
	run sh -c 'cd /proc/self/cwd && pwd -P; ls /proc/.k/host/self/comm'
	expect 'links to paths' "$tmp/empty" "$out"
	expect_match 'our own /proc is for links only' '.*: Cannot allocate memory' "$err"
	for source in kernel host; do
		out=$("$program" run --source $source --target "$target" cat /proc/1/comm 2>&1)
		expect "source $source" sleep "$out"
	done
	# There, /proc tells of other processes than our numbers mean.
	run "$program" run --target "$target" true
	expect_match 'a view within the view' '125:nsprocfs: run: .*' "$status:$err"
	expect_clean 'view'
}

# started PID: the command of this `run` has written its number.
started()
{
	[ -s "$tmp/pid" ]
}

# background COMMAND...: run in the background: $run, and $command, which must write its number first.
background()
{
	rm -f "$tmp/pid"
	# A shell without job control starts it with SIGINT and SIGQUIT ignored.
	env --default-signal=INT,QUIT "$program" run "${view[@]}" -- "$@" \
		</dev/null >"$tmp/out" 2>"$tmp/err" &
	run=$!
	until_true 30 started || fail "not started: $*"
	command=$(number_of "$run" "$(cat "$tmp/pid")")
}

# Signals to us reach the command, once, and it decides what becomes of us.
test_signals()
{
	local signal

	for signal in TERM INT HUP QUIT USR1 ALRM RTMIN+3; do
		background bash -c "trap 'echo $signal; exit 33' $signal; echo \$\$ >$tmp/pid
			while :; do sleep 0.02 $mark; done" "$mark"
		kill -s "$signal" "$run"
		wait "$run"
		expect "$signal: status" 33 $?
		expect "$signal: seen by the command" "$signal" "$(cat "$tmp/out")"
	done
	background sh -c "echo \$\$ >$tmp/pid; exec sleep 1000 $mark"
	kill -TERM "$run"
	wait "$run"
	expect 'default action' 143 $?
	background bash -c "trap 'n=\$((n + 1)); [ \$n -lt 3 ] || exit 44' USR2; echo \$\$ >$tmp/pid
		while :; do sleep 0.02 $mark; done" "$mark"
	for _ in 1 2 3 4 5 6 7 8; do
		kill -USR2 "$run" 2>/dev/null
		sleep 0.02
	done
	wait "$run"
	expect 'repeated' 44 $?
	expect_clean 'signals'
}

state_of()
{
	sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null
}

state_is()
{
	[ "$(state_of "$1")" = "$2" ]
}

# The command's stop is our stop, and our going on is its. In a process group of its own (set -m), which
# has its parent in this session: the kernel ignores SIGTSTP in orphaned groups, as that of a CI may be.
test_stops()
{
	set -m
	background sh -c "echo \$\$ >$tmp/pid; exec sleep 1000 $mark"
	set +m
	for _ in 1 2 3; do
		kill -STOP "$command"
		expect_soon 'stops with the command' state_is "$run" T
		kill -CONT "$run"
		expect_soon 'the command goes on with us' state_is "$command" S
		expect_soon 'we go on' state_is "$run" S
		kill -TSTP "$run"
		expect_soon 'the command stops by SIGTSTP passed on' state_is "$command" T
		expect_soon 'and we do' state_is "$run" T
		kill -CONT "$command"
		expect_soon 'we go on with the command' state_is "$run" S
	done
	for _ in $(seq 50); do
		kill -STOP "$command"
		kill -CONT "$command"
	done
	expect_soon 'many: the command goes on' state_is "$command" S
	expect_soon 'many: we go on' state_is "$run" S
	kill -TERM "$run"
	wait "$run"
	expect 'ended' 143 $?
	expect_clean 'stops'
}

# What the command leaves running is ended with it.
test_background()
{
	run sh -c "sleep 1000 $mark & (setsid sleep 1000 $mark &) ; nohup sleep 1000 $mark >/dev/null 2>&1 &
		exit 5"
	expect 'status' 5 "$status"
	expect 'gone at once' yes "$(only_target && echo yes)"
	# Deaf to signals, in sessions of their own, and forking all the time.
	run bash -c "trap '' TERM INT HUP
		chain() { sleep 0.001 $mark; chain & disown; } 2>/dev/null
		chain & chain & chain & sleep 0.3 $mark; exit 6"
	expect 'chains: status' 6 "$status"
	expect 'chains: gone' yes "$(only_target && echo yes)"
}

# Our streams do not hold a pipe open that the command has closed.
test_streams()
{
	rm -f "$tmp/pid"
	"$program" run "${view[@]}" sh -c "echo one; echo \$\$ >$tmp/pid; exec sleep 1000 $mark >&-" |
		cat >"$tmp/out" &
	expect_soon 'end of the pipe' eval '[ -s "$tmp/pid" ] && ! kill -0 $! 2>/dev/null'
	expect 'what it said' one "$(cat "$tmp/out")"
	kill -TERM "$(number_of $$ "$(cat "$tmp/pid")")"
	expect_clean 'streams'
}

# Executed by a shell that has children: these are not ours to kill, signals and stops pass all the same.
test_relay()
{
	rm -f "$tmp/pid"
	sh -c "sleep 1000 $mark 2>&1 & echo \$! >$tmp/other
		exec $program run ${view[*]} sh -c 'echo \$\$ >$tmp/pid; exec sleep 1000 $mark'" \
		>/dev/null 2>"$tmp/err" &
	run=$!
	until_true 30 started || fail 'relay: not started'
	command=$(number_of "$run" "$(cat "$tmp/pid")")
	kill -STOP "$command"
	expect_soon 'relay: stops' state_is "$run" T
	kill -CONT "$run"
	expect_soon 'relay: goes on' state_is "$command" S
	kill -TERM "$run"
	wait "$run"
	expect 'relay: status' 143 $?
	expect 'relay: the other child lives' S "$(state_of "$(cat "$tmp/other")")"
	kill -KILL "$(cat "$tmp/other")"
	expect_clean 'relay'
}

test_shell()
{
	out=$(SHELL=/bin/sh "$program" run "${view[@]}" <<<'echo "$0"')
	expect 'default command' /bin/sh "$out"
	out=$(env -u SHELL "$program" run "${view[@]}" <<<'echo "$0"')
	expect 'default command without SHELL' /bin/sh "$out"
	out=$("$program" run "${view[@]}" echo -n --target 5 --)
	expect 'options of the command' '--target 5 --' "$out"
}

# The first process is ours, the command is another, and both are what the view shows; no more are there.
test_own_namespace()
{
	run sh -c 'set -- /proc/[0-9]*; echo $#; cat /proc/1/comm; echo $PPID; readlink /proc/self'
	expect_match 'own namespace' $'2\nnsprocfs\n0\n[0-9]+' "$out" # init, sh
	run bash -c 'read -r pid _ </proc/self/stat; [ $pid = $$ ] && [ -e /proc/$$/task/$$ ] && echo same'
	expect 'own namespace: self' same "$out"
	run bash -c 'cat <(echo through a pipe); echo too | cat /dev/stdin'
	expect 'own namespace: links to pipes' $'through a pipe\ntoo' "$out"
	run sh -c 'grep -E "^(CapPrm|CapBnd)" /proc/1/status; ls /proc/1/fd | wc -l; readlink /proc/1/fd/0
		cut -d" " -f5-6 /proc/1/stat; ls -A /proc/1/cwd | head -n 1; kill -KILL 1; echo alive'
	expect_match 'own namespace: init' \
		$'CapPrm:\t0+\nCapBnd:.*\n3\n/dev/null\n1 1\n.*\nalive' "$out"
	# Orphans are reaped.
	run bash -c '(for i in 1 2 3 4 5; do (sleep 0.02 &) ; done); sleep 0.5; grep -l "^State:.Z" /proc/[0-9]*/status | wc -l'
	expect 'own namespace: orphans' 0 "$out"
	for source in kernel host; do
		out=$("$program" run --source $source --unshare-pid sh -c \
			'set -- /proc/[0-9]*; echo $#; cat /proc/1/comm; readlink /proc/self' 2>&1)
		expect_match "own namespace, source $source" $'2\nnsprocfs\n[0-9]+' "$out"
	done
	refused 'own namespace and another' 'nsprocfs run: --unshare-pid: .*' --unshare-pid \
		--target "$target" true
	run "$program" run --unshare-pid sh -c 'cat /proc/1/comm; set -- /proc/[0-9]*; echo $#'
	expect 'one in the other' $'nsprocfs\n2' "$out"
	out=$("$program" run --unshare-pid "--mount-proc=$tmp/empty" sh -c \
		"cat $tmp/empty/1/comm; ls -A $tmp/empty/self/task | wc -l; readlink /proc/self" 2>&1)
	expect_match 'mounted elsewhere' $'nsprocfs\n1\n[0-9]+' "$out"
	expect_clean 'own namespace'
}

test_statuses
test_cannot
test_device
test_inherits
test_namespaces
if [ "${view[0]}" = --unshare-pid ]; then
	test_own_namespace
else
	test_refusals
	test_view
fi
test_signals
test_stops
test_background
test_streams
test_relay
test_shell
finish
