#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# nsprocfs run: SIGKILL of any one of its processes, at work and at any moment of starting and ending,
# leaves no process, no mount and no file.
#
# Usage: test_run_kill.sh NSPROCFS [target|unshare-pid [ROUNDS]]

# shellcheck disable=SC2034,SC2317 # victims are named by ${!victim}; functions called by expect_soon
rounds=${3:-${NSPROCFS_KILL_ROUNDS:-10}}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

# What the command does: readers of the view, a daemon in a session of its own, a child that ignores
# every signal, one that is stopped, and a chain of short-lived processes.
cat >"$tmp/load" <<'END'
#!/bin/bash
mark=$1
setsid sleep 1000 "$mark" &
(trap '' TERM INT HUP QUIT; exec sleep 1000 "$mark") &
sleep 1000 "$mark" &
kill -STOP $!
chain() { sleep 0.002 "$mark"; chain & disown; } 2>/dev/null
chain &
reader() { while :; do cat /proc/[0-9]*/stat /proc/self/status >/dev/null 2>&1; done; }
reader "$mark" &
echo $$ >"$2"
while :; do ls -R /proc/self >/dev/null 2>&1; done
END
chmod +x "$tmp/load"

session_of()
{
	local stat
	local -a fields

	stat=$(cat "/proc/$1/stat" 2>/dev/null)
	# After the name, which may hold anything: state, parent, group, session.
	read -ra fields <<<"${stat##*) }"
	echo "${fields[3]:-}"
}

started()
{
	[ -s "$tmp/pid" ]
}

# Starts $run; finds its $reaper, $worker, $command and, if there is one, $init, and the $connection of its view.
start_run()
{
	local child

	rm -f "$tmp/pid"
	(cd "$tmp/empty" && TMPDIR=$tmp/empty exec "$program" run --source "$1" "${view[@]}" \
		"$tmp/load" "$mark" "$tmp/pid" >/dev/null 2>"$tmp/err" </dev/null) &
	run=$!
	until_true 30 started || fail "not started: $(cat "$tmp/err")"
	command=$(number_of "$run" "$(cat "$tmp/pid")")
	for child in $(children_of $run); do
		# The worker alone leaves our session.
		if [ "$(session_of "$child")" = "$child" ]; then
			worker=$child
		else
			reaper=$child
		fi
	done
	init=$(children_of "$reaper")
	init=${init%% *}
	connection=$(connection_of "$command") || fail 'the command has no view'
}

only_target()
{
	[ "$(marked | wc -l)" -eq 2 ]
}

# expect_nothing WHAT: neither process nor view nor file. The target lives.
expect_nothing()
{
	expect_soon "$1: no process left" only_target
	# shellcheck disable=SC2086 # two words
	[ -z "${connection:-}" ] || expect_soon "$1: the view is gone" connection_gone $connection
	expect "$1: no file left" '' "$(ls -A "$tmp/empty")"
	expect "$1: no mount here" '' "$(view_minor $$)"
}

# expect_killed SOURCE VICTIM STATUS MESSAGE: at work.
expect_killed()
{
	local victim=$2 status

	start_run "$1"
	kill -KILL "${!victim}"
	wait "$run" 2>/dev/null
	status=$?
	expect "$1, $victim killed: status" "$3" $status
	expect_match "$1, $victim killed: message" "$4" "$(cat "$tmp/err")"
	expect_nothing "$1, $victim killed"
}

test_at_work()
{
	local i source

	for ((i = 0; i < rounds; i++)); do
		for source in kernel host; do
			expect_killed $source run 137 ''
			expect_killed $source reaper 125 \
				'nsprocfs: run: the process that watched over the command died.*'
			expect_killed $source worker 125 "nsprocfs: run: the view's server died.*"
			expect_killed $source command 137 ''
			[ "${view[0]}" != --unshare-pid ] || expect_killed $source init 137 ''
		done
	done
}

# Adds a process and its descendants to $victims, by builtins only: every fork costs a millisecond.
add_victims()
{
	local -a children=()
	local child

	victims+=("$1")
	read -ra children <"/proc/$1/task/$1/children"
	for child in "${children[@]}"; do
		add_victims "$child"
	done
}

# One of the processes there are, after a while of up to $1 (at most 32) milliseconds.
kill_some()
{
	local -a victims=()

	read -rt "$(printf '0.0%05d' $((RANDOM % ($1 * 1000) )))" <&"$never"
	add_victims "$run"
	kill -KILL "${victims[RANDOM % ${#victims[@]}]}"
	n_alive[${#victims[@]}]=$((${n_alive[${#victims[@]}]:-0} + 1))
} 2>/dev/null

# While it starts, and while it ends: the command takes no time. Without leak checks: the leak checker is
# a child of the process it checks, which waits for ever when the child is killed.
test_any_moment()
{
	local -x ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
	local i never
	local -a n_alive=()

	exec {never}<> <(:)
	connection=
	for ((i = 0; i < rounds * 20; i++)); do
		(cd "$tmp/empty" && TMPDIR=$tmp/empty exec "$program" run "${view[@]}" \
			sleep 0.00$((RANDOM % 10)) "$mark" >/dev/null 2>"$tmp/err" </dev/null) &
		run=$!
		kill_some 20
		wait "$run" 2>/dev/null
		expect_nothing "moment $i"
	done
	for i in "${!n_alive[@]}"; do
		echo "${n_alive[i]} kills when there were $i processes"
	done
}

start_target
view=(--target "$target")
[ "${2:-target}" = target ] || view=("--$2")
test_at_work
test_any_moment
finish
