#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# hidepid=, gid=, subset=pid: what clients of several ids and groups may do with processes of several owners,
# errno by errno, in a view and in the kernel's own procfs of that namespace mounted with the same options
# (hidepid_probe.c). Then the options themselves, trees, and what `explain` says.
#
# Usage: test_hidepid.sh [NSPROCFS]   (else $NSPROCFS; $NSPROC_MOUNT, $HIDEPID_PROBE)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 160 -- "$@"
NSPROCFS=${1:-${NSPROCFS:-}}
need NSPROCFS NSPROC_MOUNT HIDEPID_PROBE
need_fuse

readonly OPTIONS='hidepid=0 hidepid=1 hidepid=2 hidepid=4 hidepid=1,gid=7 hidepid=2,gid=7 hidepid=4,gid=7
	subset=pid hidepid=2,gid=7,subset=pid'

# UID GID GROUPS. Group 0 is exempt where no gid= is given.
readonly CLIENTS=('0 0 none' '1000 1000 none' '1000 1000 7' '1000 7 none' '1000 1000 0' '1000 0 none'
	'2000 2000 none')

# The numbers are those of the processes in the namespace: its init is a shell of root that becomes a sleep, so
# that it reaps nobody.
readonly ROOTS=1 OWN=2 OTHER=3 CLOSED=4 ZOMBIE=5
readonly TARGETS="$ROOTS $OWN $OTHER $CLOSED $ZOMBIE"

as()
{
	setpriv --reuid "$1" --regid "$2" --clear-groups "${@:3}"
}

start_targets()
{
	install -m 0755 "$HIDEPID_PROBE" "$tmp/closed"
	chmod 755 "$tmp"
	# shellcheck disable=SC2016
	unshare --pid --fork --kill-child bash -c '
		s="setpriv --clear-groups --reuid"
		$s 1000 --regid 1000 sleep 1000 &
		$s 2000 --regid 2000 sleep 1000 &
		$s 1000 --regid 1000 "$0" --closed &
		$s 1000 --regid 1000 sleep 1000 &
		exec sleep 1000' "$tmp/closed" </dev/null >/dev/null 2>&1 &
	wait_for 30 find_init $! || skip 'no process of a new PID namespace appeared'
	oracle plain "$init"
	if ! wait_for 30 targets_ready 'sleep S 1000' || ! end_zombie || ! wait_for 30 targets_ready 'sleep Z 1000'; then
		echo 'not ok - the processes are ready'
		exit 1
	fi
}

# Only now: the shell that became the init would have reaped it.
end_zombie()
{
	local pid

	for pid in $(children_of "$init"); do
		[ "$(awk '$1 == "NSpid:" { print $NF }' "/proc/$pid/status")" != "$ZOMBIE" ] || kill -KILL "$pid"
	done
}

# shellcheck disable=SC2317 # wait_for calls them
find_init()
{
	init=$(children_of "$1")
	init=${init% }
	[ -n "$init" ]
}

# shellcheck disable=SC2317
# targets_ready LAST: what the fifth is to be
targets_ready()
{
	local states

	states=$(cd "$tmp/plain" && awk '$1 == "Name:" { name = $2 } $1 == "State:" { state = $2 }
		$1 == "Uid:" { printf "%s %s %s;", name, state, $2 }' ./{1,2,3,4,5}/status 2>/dev/null)
	[ "$states" = 'sleep S 0;sleep S 1000;sleep S 2000;closed S 1000;'"$1;" ]
}

# What docs/what-differs.md tells: with hidepid=4 the kernel says EPERM below a process that somebody else has
# looked up lately, else ENOENT; and attributes of what was opened before the client lost its rights.
settle()
{
	sed -E '/ held (task\/|file), attributes/d' | case $1 in
	hidepid=4*) sed '/held/!s/EPERM/ENOENT/' ;;
	*) cat ;;
	esac
}

# probe NAME OPTIONS CLIENT...: what the client may do on $tmp/NAME.
probe()
{
	# shellcheck disable=SC2086
	"$HIDEPID_PROBE" "${@:3}" "$tmp/$1" $TARGETS 2>&1 | settle "$2"
}

# Only once others than the mounting user get in is there anything to compare for them.
others_get_in()
{
	as 1000 1000 ls "$tmp/view" >/dev/null 2>&1
}

differences()
{
	diff "$tmp/wanted" "$tmp/got" | grep '^[<>]' | LC_ALL=C sort -r | head -n 20
}

compare_client()
{
	local source=$1 options=$2
	shift 2

	if [ "$1" != 0 ] && ! $others; then
		return
	fi
	probe oracle "$options" "$@" >"$tmp/wanted"
	probe view "$options" "$@" >"$tmp/got"
	check_equal "$source, $options, client $*" '' "$(differences)"
}

compare()
{
	local source=$1 options=$2 client others=true

	oracle oracle "$init" -o "$options"
	view view "$source" "$init" -o "$options"
	if ! others_get_in; then
		others=false
		echo "# not tested: $source, $options: other clients than root, who do not get in"
	fi
	for client in "${CLIENTS[@]}"; do
		# shellcheck disable=SC2086
		compare_client "$source" "$options" $client
	done
	check "$source, $options: unmounted" unview view
	umount "$tmp/oracle"
}

# Were nothing hidden, everything would be equal as well.
test_oracle()
{
	oracle oracle "$init" -o hidepid=2
	probe oracle hidepid=2 1000 1000 none >"$tmp/wanted"
	check_equal 'the oracle hides: what is listed' '2 5 ' \
		"$(sed -n 's/^listed: \([0-9]\)/\1/p' "$tmp/wanted" | tr '\n' ' ')"
	check_equal 'the oracle hides: errnos' 4 "$(grep -cE '^[134] attributes: ENOENT|^2 attributes: ok' "$tmp/wanted")"
	umount "$tmp/oracle"
}

test_views()
{
	local source options

	for source in kernel host; do
		for options in $OPTIONS; do
			compare "$source" "$options"
		done
	done
}

# numbers_of COMMAND...: the processes that it lists.
numbers_of()
{
	"$@" | grep -xE '[1-9][0-9]*' | tr '\n' ' '
}

# An ordinary user can make no procfs instance: then we decide, asking the kernel about each process. Errors are
# told in words; those of cat(1) are the kernel's.
test_emulated()
{
	local options pid view user=(as 1000 1000)

	chmod 755 "$tmp"
	install -m 0755 "$NSPROCFS" "$tmp/nsprocfs"
	for options in $OPTIONS; do
		oracle oracle "$init" -o "$options"
		view=(--source host --target "$init" -o "$options")
		check_equal "emulated, $options: processes listed" "$(numbers_of "${user[@]}" ls -U "$tmp/oracle")" \
			"$(numbers_of "${user[@]}" "$tmp/nsprocfs" ls "${view[@]}")"
		for pid in $TARGETS; do
			check_equal "emulated, $options: a file of $pid" \
				"$("${user[@]}" cat "$tmp/oracle/$pid/comm" 2>&1 | sed 's/.*: //' | settle_words "$options")" \
				"$("${user[@]}" "$tmp/nsprocfs" cat "${view[@]}" "$pid/comm" 2>&1 | sed 's/.*: //')"
		done
		umount "$tmp/oracle"
	done
}

settle_words()
{
	case $1 in
	hidepid=4*) sed 's/Operation not permitted/No such file or directory/' ;;
	*) cat ;;
	esac
}

# A mount of an ordinary user: the same through FUSE.
test_emulated_mount()
{
	local options

	if ! command -v fusermount3 >/dev/null; then
		echo '# not tested: mounts of an ordinary user, without fusermount3'
		return
	fi
	mknod -m 666 "$tmp/fuse" c 10 229
	mount --bind "$tmp/fuse" /dev/fuse
	for options in hidepid=1 hidepid=2 hidepid=4; do
		install -d -o 1000 -g 1000 "$tmp/users"
		oracle oracle "$init" -o "$options"
		check "emulated, $options: mount as an ordinary user" as 1000 1000 "$tmp/nsprocfs" mount \
			--source host --target "$init" -o "$options" "$tmp/users" </dev/null
		probe oracle "$options" --fresh 1000 1000 none >"$tmp/wanted"
		probe users "$options" --fresh 1000 1000 none >"$tmp/got"
		check_equal "emulated, $options: through FUSE" '' "$(differences)"
		umount "$tmp/oracle"
		check "emulated, $options: unmounted" unview users
	done
}

# A process may always look at itself, also if it is not dumpable.
test_self()
{
	local options source

	for source in host kernel; do
		for options in hidepid=1 hidepid=2 hidepid=4; do
			oracle oracle "$init" -o "$options"
			view view "$source" "$init" -o "$options"
			as_member oracle "$options" >"$tmp/wanted"
			as_member view "$options" >"$tmp/got"
			if others_get_in; then
				check_equal "$source, $options: self" '' "$(differences)"
			fi
			check "$source, $options: unmounted" unview view
			umount "$tmp/oracle"
		done
	done
}

as_member()
{
	nsenter --pid="/proc/$init/ns/pid" "$HIDEPID_PROBE" --self 1000 1000 none "$tmp/$1" 2>&1 | settle "$2"
}

# A recorded tree: there owners are all that is known. Expectations are proc(5), by hand.
test_tree()
{
	local options user=(as 1000 1000)

	mkdir -p "$tmp"/tree/{11,12,13,14}
	for options in 11:0:0 12:1000:1000 13:2000:2000 14:1000:2000; do
		echo "${options%%:*}" >"$tmp/tree/${options%%:*}/comm"
		chown -R "${options#*:}" "$tmp/tree/${options%%:*}"
	done
	echo 1 >"$tmp/tree/uptime"

	tree_case hidepid=0 '11 12 13 14 ' '11:12:13:14:'
	tree_case hidepid=1 '11 12 13 14 ' 'Operation not permitted:12:Operation not permitted:Operation not permitted:'
	for options in hidepid=2 hidepid=invisible hidepid=4 hidepid=4,gid=1000; do
		tree_case $options '12 ' \
			'No such file or directory:12:No such file or directory:No such file or directory:'
	done
	tree_case hidepid=2,gid=1000 '11 12 13 14 ' '11:12:13:14:'
	tree_case hidepid=2,gid=7 '12 ' 'No such file or directory:12:No such file or directory:No such file or directory:'
	user=(setpriv --reuid 1000 --regid 1000 --groups 7)
	tree_case hidepid=2,gid=7 '11 12 13 14 ' '11:12:13:14:'
	user=()
	tree_case hidepid=4 '11 12 13 14 ' '11:12:13:14:'
	check_equal 'tree, subset=pid: names' '11 12 13 14 ' \
		"$("$NSPROCFS" ls -o subset=pid --tree "$tmp/tree" | tr '\n' ' ')"
	check_equal 'tree, subset=pid: another name' 'nsprocfs: cat: uptime: No such file or directory' \
		"$("$NSPROCFS" cat -o subset=pid --tree "$tmp/tree" uptime 2>&1)"
	check_equal 'tree, without: that name' 1 "$("$NSPROCFS" cat --tree "$tmp/tree" uptime 2>&1)"
}

# tree_case OPTIONS LISTED CAT
tree_case()
{
	check_equal "tree, $1, client ${user[*]}: listed" "$2" \
		"$(numbers_of "${user[@]}" "$tmp/nsprocfs" ls --tree "$tmp/tree" -o "$1")"
	check_equal "tree, $1, client ${user[*]}: a file of each" "$3" \
		"$(for pid in 11 12 13 14; do
			"${user[@]}" "$tmp/nsprocfs" cat --tree "$tmp/tree" -o "$1" $pid/comm 2>&1
		done | sed 's/.*: //' | tr '\n' ':')"
}

# Under run, no way round leads through the instances that links are followed into.
test_run()
{
	local source

	for source in kernel host; do
		check_equal "run, $source: every procfs below the view hides" '' \
			"$("$NSPROCFS" run --source $source --target "$init" -o hidepid=2 -- \
				awk '$5 ~ "^/proc/" && / - proc / && !/hidepid=invisible/' /proc/self/mountinfo </dev/null)"
		check_equal "run, $source: the command sees itself and the view" '1 2 3 4 5 ' \
			"$(numbers_of "$NSPROCFS" run --source $source --target "$init" -o hidepid=2 -- \
				sh -c 'test -r /proc/self/stat && ls -U /proc' </dev/null)"
	done
}

# explained OPTIONS PATH: the line that says why.
explained()
{
	as 1000 1000 "$tmp/nsprocfs" explain --source host --target "$init" -o "$1" "$2" | sed -n 's/^  why  *//p'
}

test_explain()
{
	local traced='this reader may not trace the process (ptrace(2))'

	check_equal 'explain: hidepid=2' \
		"hidden: mount option hidepid=invisible: $traced, and is not in group 0" "$(explained hidepid=2 3/comm)"
	check_equal 'explain: hidepid=1 and gid=' \
		"hidden: mount option hidepid=noaccess: $traced, and is not in group 9" "$(explained hidepid=1,gid=9 3/comm)"
	check_equal 'explain: hidepid=4' "hidden: mount option hidepid=ptraceable: $traced" "$(explained hidepid=4 3)"
	check_equal 'explain: subset=pid' 'hidden: mount option subset=pid: no process' "$(explained subset=pid uptime)"
	check_equal 'explain: what is not hidden' '' "$(explained hidepid=2 2/comm)"
	check_equal 'explain: a number that is not there' 'no process or thread of the view has number 4000000' \
		"$(explained hidepid=2 4000000 | head -n 1)"
}

# refused OPTIONS MESSAGE
refused()
{
	check_equal "-o $1" "2 nsprocfs ls: -o $2" \
		"$("$NSPROCFS" ls --tree / -o "$1" 2>"$tmp/err"; echo $? "$(head -n 1 "$tmp/err")")"
}

test_options()
{
	local names='use off, noaccess, invisible, ptraceable, or 0, 1, 2, 4'

	refused hidepid=3 "hidepid=3: $names"
	refused hidepid= "hidepid=: $names"
	refused hidepid "hidepid=: $names"
	refused hidepid=nobody "hidepid=nobody: $names"
	refused hidepid=-1 "hidepid=-1: $names"
	refused gid=root 'gid=root: not the number of a group'
	refused gid=-1 'gid=-1: not the number of a group'
	refused gid=4294967295 'gid=4294967295: not the number of a group'
	refused subset=net 'subset=net: only pid is one'
	refused ro,hidepid=2,rw 'rw: use --rw, of run and mount'
	refused nosuch 'nosuch: unknown mount option'
}

start_targets
test_oracle
test_views
test_emulated
test_emulated_mount
test_self
test_tree
test_run
test_explain
test_options
finish
