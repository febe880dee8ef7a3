# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # init and result are for who sources this; tmp is lib.sh's
#
# For tests with a program of the kind of permissions/fixture.h: sourced after lib.sh.

# start_fixture PROGRAM [--here]: sets init, the init of its namespace.
start_fixture()
{
	local word

	mkdir -p "$tmp/programs"
	coproc FIXTURE { exec "$@" "$tmp/programs"; }
	fixture_in=${FIXTURE[1]} fixture_out=${FIXTURE[0]} fixture_pid=$FIXTURE_PID
	read -r word init <&"$fixture_out"
	[ "$word" = init ] && return
	echo 'not ok - the targets could be started'
	exit 1
}

stop_fixture()
{
	eval "exec $fixture_in>&-"
	wait "$fixture_pid"
}

# order FIRST SECOND [OPTION...]: trees below $tmp, or absolute. Sets result; what was printed is in $tmp/out.
order()
{
	local line first=$1 second=$2

	[[ $first == /* ]] || first=$tmp/$first
	[[ $second == /* ]] || second=$tmp/$second
	echo "$first $second ${*:3}" >&"$fixture_in"
	result=none
	while read -r line <&"$fixture_out"; do
		[[ $line != done* ]] || break
		echo "$line"
	done >"$tmp/out"
	result=${line#done }
}

# for_others NAME: whether the view mounted there lets other users in.
for_others()
{
	grep -q " $tmp/$1 .*allow_other" /proc/self/mountinfo
}
