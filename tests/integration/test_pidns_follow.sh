#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# --pidns follow: one mount shows to each client what the kernel's procfs of his own pid namespace would.

# In a pid namespace of its own, started by a part below. hammer VIEW MARK ROUNDS: reads what others read as well under the same names. Prints what is wrong.
if [ "${1:-}" = hammer ]; then
	view=$2 mark=$3 rounds=$4
	[ $$ -eq 1 ] || exit 1
	for _ in 2 3 4 5; do
		sleep "1000$mark" &
	done
	for number in 2 3 4 5; do
		until read -r -d '' name <"$view/$number/cmdline" && [ "$name" = sleep ]; do :; done 2>/dev/null
	done
	for ((i = 0; i < rounds; i++)); do
		for number in 2 3 4 5; do
			mapfile -d '' -t words <"$view/$number/cmdline" || echo "$number: cannot be read"
			[ "${words[*]}" = "sleep 1000$mark" ] || echo "$number: '${words[*]}' for 'sleep 1000$mark'"
			read -r stat <"$view/$number/stat" || echo "$number: no stat"
			[[ $stat =~ ^"$number (sleep) "[SRD]" 1 " ]] ||
				echo "$number: stat '$stat'"
		done
		mapfile -d '' -t words <"$view/1/cmdline"
		[ "${words[3]:-}" = "$mark" ] || [ "${words[4]:-}" = "$mark" ] || echo "1: '${words[*]}'"
		[ $((i % 50)) -gt 0 ] || {
			names=("$view"/[0-9]*)
			[ "${#names[@]}" -eq 5 ] || echo "listed: ${names[*]}"
		}
	done
	echo "done $rounds"
	kill -KILL -1
	exit
fi

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 540 -- "$@"
need_fuse
need NSPROCFS ZOO WALKER NSPROC_MOUNT

# follow NAME OPTION...: mounts a view that follows on $tmp/NAME.
follow()
{
	mkdir -p "$tmp/$1"
	"$NSPROCFS" mount --pidns follow "${@:2}" "$tmp/$1" </dev/null 2>"$tmp/said" || { cat "$tmp/said"; return 1; }
}

# at LEVEL COMMAND...: as a client at that level of the zoo, in our mount namespace. Its /proc is another's,
# where a leak checker would not find it.
at()
{
	if [ "$1" -eq 0 ]; then
		"${@:2}"
	else
		nsenter --target "${level_init[$1]}" --pid env ASAN_OPTIONS=detect_leaks=0 "${@:2}"
	fi
}

# compare WHAT SOURCE LEVEL COMMAND...: the walker at that level, started by COMMAND (env, setpriv).
compare()
{
	local what=$1 source=$2 level=$3 result=0

	at "$level" "${@:4}" "$tmp/${WALKER##*/}" --deadline 100 --quick --exceptions "$tmp/exceptions.txt" \
		--section "$source" "$tmp/oracle$level" "$tmp/view" >"$tmp/out$level" 2>&1 || result=$?
	say_done "$result" "$what, a client at level $level: as the kernel's"
	[ "$result" -eq 0 ] || cut -c1-400 "$tmp/out$level" | head -n 40 | sed 's/^/#   /'
	tail -n 1 "$tmp/out$level" | sed 's/^/# /'
}

# The process that serves $tmp/NAME: the one that watches namespaces die (epoll).
server()
{
	local pid

	for pid in $(pgrep -f -- "mount --pidns follow .*$tmp/$1\$"); do
		[[ $(readlink /proc/"$pid"/fd/*) != *eventpoll* ]] || echo "$pid"
	done
}

descriptors()
{
	local all=(/proc/"$1"/fd/*)

	echo "${#all[@]}"
}

# Inside level 1 of the zoo: mounts, and stays until its standard input ends.
if [ "${1:-}" = inside ]; then
	follow inner || exit 1
	echo "ready $tmp"
	read -r _
	check 'inside: nothing is left' unview inner
	finish
fi

chmod 755 "$tmp"
cp "$WALKER" "$tmp/" || exit 1
{
	# Reader and server are among what is read, and both do one thing or another while it is.
	echo '(walker)*    *  the reader itself'
	echo '(nsprocfs)*  *  a server that is answering'
	echo 'loadavg  bytes:L1.6  last number given out in the namespace of who reads the source, the server'
	cat "$here/exceptions.txt"
} >"$tmp/exceptions.txt"
start_zoo 3
oracle oracle0 $$ || exit 1
for level in 1 2 3; do
	oracle "oracle$level" "${level_init[level]}" || exit 1
done

# --- Every level is the kernel's ----------------------------------------------------------------------
for source in kernel host; do
	check "$source source: mounted" follow view --source "$source"
	compare "$source source" "$source" 3 env
	if [ "$source" = kernel ] && [ -z "${NSPROCFS_BRIEF:-}" ]; then
		compare "$source source" "$source" 0 env
		compare "$source source" "$source" 1 env
		compare "$source source" "$source" 2 env
		compare "$source source, uid 1000" "$source" 2 setpriv --reuid 1000 --regid 1000 --clear-groups
	fi
	check "$source source: nothing is left" unview view
done

# --- At once ------------------------------------------------------------------------------------------
follow view || exit 1
if [ -z "${NSPROCFS_BRIEF:-}" ]; then
	pids=()
	for level in 1 2 3; do
		at "$level" "$tmp/${WALKER##*/}" --deadline 100 --quick --exceptions "$tmp/exceptions.txt" \
			"$tmp/oracle$level" "$tmp/view" >"$tmp/out$level" 2>&1 &
		pids[level]=$!
	done
	for level in 1 2 3; do
		wait "${pids[level]}"
		say_done $? "three clients at once, level $level: as the kernel's"
		grep -m 20 REAL "$tmp/out$level" | cut -c1-300 | sed 's/^/#   /'
	done
fi

rounds=300 # with descriptors of one another for a moment, one in a hundred was wrong
[ -z "${NSPROCFS_BRIEF:-}" ] || rounds=100
pids=()
for mark in 11 22 33; do
	unshare --pid --fork --kill-child "$BASH" "$here/test_pidns_follow.sh" hammer "$tmp/view" "$mark" "$rounds" \
		>"$tmp/hammer$mark" 2>&1 </dev/null &
	pids+=($!)
done
wait "${pids[@]}"
for mark in 11 22 33; do
	check_equal "the same names in three namespaces at once: only one's own ($mark)" "done $rounds" \
		"$(head -n 5 "$tmp/hammer$mark")"
done

# --- What is open already -----------------------------------------------------------------------------
# shellcheck disable=SC2016 # for the inner shells
{
	got=$(at 1 sh -c 'cd "$0/1" && exec nsenter --target "$1" --pid sh -c "grep ^NSpid: status; readlink ../self"' \
		"$tmp/view" "${level_init[2]}")
	inner=$(at 1 grep ^NSpid: "$tmp/oracle1/1/status")
	check_equal 'a directory of level 1 stays one of level 1' "$inner" "${got%%$'\n'*}"
	check 'and ../self is the client himself, by his own number' [ "${got##*$'\n'}" -gt 1 ]
	got=$(at 1 sh -c 'exec 5<"$0/1/status" && exec nsenter --target "$1" --pid cat' "$tmp/view" \
		"${level_init[2]}" <"$tmp/view/1/status" | grep ^Name)
	check_equal 'an open file stays what it was' "$(grep ^Name /proc/1/status)" "$got"
}

# --- Namespaces come and go ---------------------------------------------------------------------------
pid=$(server view)
check 'there is one server' [ "$(wc -w <<<"$pid")" -eq 1 ]
come_and_go()
{
	# shellcheck disable=SC2016 # for the inner shell
	unshare --pid --fork --kill-child sh -c 'read -r tag <"$0/1/comm"; read -r self _ <"$0/self/stat"
		set -- "$0"/[0-9]*
		echo "$tag $self $#"' "$tmp/view"
}
resident()
{
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status"
}
# shellcheck disable=SC2317 # wait_for calls it
settled()
{
	[ "$(descriptors "$pid")" -le "$1" ]
}
n=200
[ -z "${NSPROCFS_BRIEF:-}" ] || n=40
for ((i = 0; i < 60; i++)); do come_and_go; done >/dev/null
echo 2 >/proc/sys/vm/drop_caches
before=$(descriptors "$pid") before_kb=$(resident)
for ((i = 0; i < n; i++)); do come_and_go; done | sort | uniq -c >"$tmp/seen"
check_equal "$n namespaces: each saw itself" "$n sh 1 1" "$(sed 's/^ *//' "$tmp/seen")"
check "$n namespaces: no descriptor is left (before: $before, after: $(descriptors "$pid"))" \
	wait_for 30 settled $((before + 3))
# A view that closes what it has never opened closes what is another's by then.
check_equal "$n namespaces: the server's standard input is its own" /dev/null "$(readlink "/proc/$pid/fd/0")"
after_kb=$(resident)
# Threads that serve come and go, with their buffers. A sanitizer keeps for a while what is freed.
[ -n "${NSPROCFS_BRIEF:-}" ] ||
	check "$n namespaces: the server has not grown ($before_kb kB, $after_kb kB)" [ $((after_kb - before_kb)) -lt 8000 ]
check 'nothing is left' unview view

# --- From elsewhere: a mount made at level 1 ------------------------------------------------------------
mkfifo "$tmp/until"
LIB_INSIDE=1 nsenter --target "${level_init[1]}" --pid --mount unshare --mount --propagation private \
	"$BASH" "$here/test_pidns_follow.sh" inside <>"$tmp/until" >"$tmp/inside" 2>&1 &
wait_for 30 grep -q '^ready' "$tmp/inside"
read -r word dir <"$tmp/inside"
check_equal 'a mount made at level 1' ready "$word"
inside=$(pgrep -f -- "test_pidns_follow.sh inside" | while read -r pid; do
	[ "$(awk '$1 == "NSpid:" { print NF }' "/proc/$pid/status")" -gt 2 ] && echo "$pid"; done | head -n 1)
# from OPTION...: a client in the mount namespace of that mount.
from()
{
	nsenter --target "$inside" --mount "$@"
}
check_equal 'level 1 sees level 1' "$(cat "$tmp/oracle1/1/comm")" \
	"$(nsenter --target "$inside" --mount --pid cat "$dir/inner/1/comm")"
# shellcheck disable=SC2016 # for the inner shells
list='for i in "$0"/[0-9]*; do echo "$i"; done'
# shellcheck disable=SC2016
for who in 'outside' 'a sibling'; do
	prefix=()
	[ "$who" = outside ] || prefix=(unshare --pid --fork --kill-child)
	check_equal "$who: no process is listed" "$dir/inner/[0-9]*" "$(from "${prefix[@]}" sh -c "$list" "$dir/inner")"
	check_equal "$who: none can be found" 'no no' \
		"$(from "${prefix[@]}" sh -c '[ -e "$0/1" ] && echo yes || echo no; [ -e "$0/2/stat" ] && echo yes || echo no' "$dir/inner" | xargs)"
	check "$who: self is a link" from "${prefix[@]}" test -L "$dir/inner/self"
	check_equal "$who: that leads nowhere" \
		"cat: $dir/inner/self/comm: No such file or directory" \
		"$(from "${prefix[@]}" env LC_ALL=C cat "$dir/inner/self/comm" 2>&1)"
	check "$who: what is no process's is there" from "${prefix[@]}" grep -q MemTotal "$dir/inner/meminfo"
	check "$who: locks of none" from "${prefix[@]}" sh -c '! awk "{ print \$(NF - 3) }" "$0/locks" | grep -qv -e -1' "$dir/inner"
done
echo >"$tmp/until"
wait $!
check 'the mount of level 1: nothing is left' grep -q '^ok .*inside: nothing is left' "$tmp/inside"

# --- The nested sandbox: bubblewrap needs no procfs of its own --------------------------------------------
if command -v bwrap >/dev/null; then
	# shellcheck disable=SC2016
	got=$("$NSPROCFS" run --pidns follow -- bwrap --unshare-pid --dev-bind / / --bind /proc /proc -- \
		sh -c 'echo "$$ $(readlink /proc/self/ns/pid | tr -d 0-9) $(cat /proc/1/comm)"; ls -d /proc/[0-9]* | wc -l
			echo text >/dev/stderr; cat /dev/stdin </proc/self/comm' 2>&1 | cat)
	check_equal 'bwrap --unshare-pid --bind /proc /proc inside of run' \
		"2 pid:[] bwrap|4|text|sh|" "$(tr '\n' '|' <<<"$got")"
	got=$("$NSPROCFS" run --pidns follow -- sh -c 'readlink /proc/self; echo text | cat /dev/stdin' | tail -n 1)
	check_equal 'run itself: links are followed' text "$got"
else
	echo '# bubblewrap is not installed: not tried'
fi
finish
