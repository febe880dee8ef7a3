#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# An ordinary user looks at containers: one of his own, one of his own with subordinate IDs, root's, and at
# a control group. What he reads, and every error, is what he would read in the kernel's own procfs of that
# namespace, which only root can mount for him.
#
# Usage: test_viewers.sh NSPROCFS

# shellcheck disable=SC2016,SC2317 # text for other shells; functions called by expect_soon
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

user=1000
chmod 755 "$tmp"
install -m 755 "$program" "$tmp/nsprocfs"
program=$tmp/nsprocfs
mkdir "$tmp/oracle" "$tmp/dev" "$tmp/view.$mark"
view=$tmp/view.$mark
chown $user:$user "$view"
mount -t tmpfs none "$tmp/dev"
mknod -m 666 "$tmp/dev/fuse" c 10 229
chmod 666 "$tmp/dev/fuse"
mount --bind "$tmp/dev/fuse" /dev/fuse

become=(setpriv --reuid "$user" --regid "$user" --clear-groups --)

as_user()
{
	"${become[@]}" "$@"
}

# What a container has: its init, which sleeps, and a child, with a group and a session of its own.
LOAD='setsid sleep 1000 "$0" & exec sleep 1000 "$0"'

# started HOLDER: $init, the process below it, has the load.
started()
{
	init=$(number_of "$1" 1)
	[ -n "$init" ] && is_sleeping "$init" && has_child "$init" &&
		is_sleeping "$(children_of "$init" | tr -d ' ')"
}

# stop HOLDER: with the container, which dies with its init.
stop()
{
	kill -KILL "$init"
	wait "$1"
} 2>/dev/null

# The text of a script: all a reader gets of processes PID... below DIR. What moves by itself is left out.
cat >"$tmp/read" <<'END'
dir=$1
shift
cd $dir || exit
for p in "$@"; do
	cd $dir/$p || { echo "$p: none"; continue; }
	for f in *; do
		echo "== $p/$f: $(stat -c '%A %h %u %g' $f 2>&1)"
		[ -f $f ] || continue
		case $f in
		arch_status | mem | pagemap | smaps | smaps_rollup | numa_maps | sched) true <$f ;;
		*) cat $f | tr '\0' '\n' | grep -v '^SigQ:' ;;
		esac
	done
	for f in cwd exe root ns/* fd/*; do
		echo "== $f: $(readlink -v $f 2>&1)"
	done
	ls -1 fd fdinfo task map_files
	cat task/*/stat task/*/comm task/*/children fdinfo/* task/*/environ
done 2>&1
cd $dir
cat 999999/stat self/nothing 2>&1
END

# compare WHAT NUMBER...: the user in the oracle and in the view.
compare()
{
	local what=$1 lines

	shift
	as_user sh "$tmp/read" "$tmp/oracle" "$@" >"$tmp/wanted"
	as_user sh "$tmp/read" "$view" "$@" >"$tmp/got"
	lines=$(grep -c '^Name:' "$tmp/wanted")
	expect "$what: the oracle shows processes" $# "$lines"
	expect "$what: no difference" '' "$(diff "$tmp/wanted" "$tmp/got" | head -n 20)"
}

numbers_in()
{
	as_user bash -c 'cd "$0"; echo [0-9]*' "$1" | tr ' ' '\n' | sort -n | xargs
}

mount_both()
{
	nsenter --target "$init" --pid mount -t proc none "$tmp/oracle" || fail 'no oracle'
	as_user "$program" mount "$@" "$view" >"$tmp/out" 2>&1 </dev/null
	expect "mount $*" 0 $?
	[ -n "$(view_minor $$)" ] || fail "not mounted: $(cat "$tmp/out")"
}

unmount_both()
{
	umount "$view"
	umount "$tmp/oracle"
	expect_soon 'unmounted' eval '! marked | xargs -I{} cat /proc/{}/comm 2>/dev/null | grep -q nsprocfs'
}

# unshare -Urpf by himself: everything is his.
test_own()
{
	local source holder

	"${become[@]}" unshare --user --map-root-user --pid --fork --kill-child bash -c "$LOAD" "$mark" &
	holder=$!
	expect_soon 'own: started' started $holder
	for source in kernel host; do
		mount_both --source=$source --target "$init"
		expect "own, $source: processes" "$(numbers_in "$tmp/oracle")" "$(numbers_in "$view")"
		compare "own, $source" 1 2
		expect_match "own, $source: all files" ".*SHLVL=.*" "$(as_user cat "$view/1/environ" | tr '\0' ' ')"
		unmount_both
	done
	expect 'own: run' $'1\n2' "$(as_user "$program" run --target "$init" sh -c 'cd /proc; ls -d [0-9]')"
	expect_match 'own: cat' '.*SHLVL=.*' \
		"$(as_user "$program" cat --target "$init" 2/environ | tr '\0' ' ')"
	stop $holder
}

# With subordinate IDs, as podman has them: process 2 is one of them. The user's own eyes do not see into it,
# in the kernel's procfs either; in the user namespace he is its root.
test_subordinate()
{
	local holder users

	"${become[@]}" unshare --user sleep 1000 "$mark" &
	users=$!
	expect_soon 'subordinate: started' is_sleeping $users
	env printf '0 1000 1\n1 100001 65535\n' >/proc/$users/uid_map
	env printf '0 1000 1\n1 100001 65535\n' >/proc/$users/gid_map
	nsenter --user --target $users --setuid 0 --setgid 0 \
		unshare --pid --fork --kill-child bash -c \
		'setpriv --reuid 5 --regid 5 --clear-groups sleep 1000 "$0" & exec sleep 1000 "$0"' "$mark" &
	holder=$!
	expect_soon 'subordinate: started, too' started $holder
	mount_both --source=host --target "$init"
	compare 'subordinate' 1 2
	expect_match 'subordinate: not his own' '.*Permission denied' "$(as_user cat "$view/2/environ" 2>&1)"
	unmount_both
	out=$(as_user nsenter --user --preserve-credentials --target "$init" \
		"$program" run --target "$init" sh -c \
		'tr "\0" "\n" </proc/2/environ | grep -c =; ls /proc/2/fd | wc -l; readlink /proc/2/exe; stat -c %u /proc/2')
	expect 'subordinate, inside: all files' "$(tr '\0' '\n' </proc/"$(children_of "$init" | tr -d ' ')"/environ |
		grep -c =)"$'\n'"$(find "/proc/$(children_of "$init" | tr -d ' ')/fd" -type l | wc -l)"$'\n'"$(realpath "$(command -v sleep)")"$'\n5' "$out"
	stop $holder
	kill $users
	wait $users 2>/dev/null
}

# Root's: what everybody may read, and the kernel's errors for the rest.
test_foreign()
{
	local holder

	unshare --pid --fork --kill-child bash -c "$LOAD" "$mark" &
	holder=$!
	expect_soon 'foreign: started' started $holder
	mount_both --target "$init"
	expect_match 'foreign: says that the kernel refused' '.*source: host .*kernel refused.*' "$(cat "$tmp/out")"
	expect 'foreign: processes' "$(numbers_in "$tmp/oracle")" "$(numbers_in "$view")"
	compare 'foreign' 1 2
	expect_match 'foreign: environ' '.*environ: Permission denied' "$(as_user cat "$view/1/environ" 2>&1)"
	expect_match 'foreign: fd' '.*Permission denied' "$(as_user ls "$view/1/fd" 2>&1)"
	unmount_both
	expect 'foreign: run' $'1\n2\nsleep' \
		"$(as_user "$program" run --target "$init" sh -c 'cd /proc; ls -d [0-9]; cat 2/comm' 2>/dev/null)"
	expect_match 'foreign: the kernel source' 'nsprocfs: run: open the PID namespace file.*denied;.*' \
		"$(as_user "$program" run --source=kernel --target "$init" true 2>&1)"
	stop $holder
}

# Sets $group_dir, and $group: a cgroup of our own, and one in it.
make_group()
{
	local mount root controllers

	while read -r mount root controllers; do
		[ "$root" = / ] || continue
		mkdir "$mount/nsprocfs-$$" "$mount/nsprocfs-$$/in" 2>/dev/null || continue
		group_dir=$mount/nsprocfs-$$
		if (echo $BASHPID >"$group_dir/in/cgroup.procs") 2>/dev/null; then
			group=$controllers:/nsprocfs-$$
			return 0
		fi
		rmdir "$group_dir/in" "$group_dir"
	done < <(sed -n 's/^[0-9]* [0-9]* [^ ]* \([^ ]*\) \([^ ]*\) .* - cgroup cgroup .*,\([a-z]*\)$/\2 \1 \3/p
		s/^[0-9]* [0-9]* [^ ]* \([^ ]*\) \([^ ]*\) .* - cgroup2 .*/\2 \1 /p' /proc/self/mountinfo)
	return 1
}

# put GROUP COMMAND...: executes it in there.
put()
{
	echo $BASHPID >"$1/cgroup.procs" && shift && exec "$@"
}

# refused REGEX ARGUMENT...
refused()
{
	local regex=$1

	shift
	out=$(as_user "$program" ls "$@" 2>&1)
	expect_match "refused: $*" "1:$regex" "$?:$out"
}

# The same by the options alone: status 2, and a second line about --help.
refused_options()
{
	local regex=$1

	shift
	out=$(as_user "$program" ls "$@" 2>&1)
	expect_match "refused: $*" "2:$regex" "$?:$(head -n 1 <<<"$out")"
}

# Root's container by its group: also a process that was put into it from outside, which no parent tells.
test_group()
{
	local holder entered outside child p

	if ! make_group; then
		echo 'skipped a part: no control group can be made here'
		return
	fi
	(put "$group_dir/in" unshare --pid --fork --kill-child bash -c "$LOAD" "$mark") &
	holder=$!
	expect_soon 'group: started' started $holder
	child=$(children_of "$init" | tr -d ' ')
	(put "$group_dir" nsenter --target "$init" --pid sleep 1000 "$mark") &
	entered=$!
	expect_soon 'group: entered' has_child $entered
	sleep 1000 "$mark" &
	outside=$!
	as_user "$program" mount --target "$init" "$view" 2>/dev/null
	expect 'group: by its namespace the one who entered cannot be told' '1 2' "$(numbers_in "$view")"
	umount "$view"
	for p in "$group" "${group#*:}" "$group_dir"; do
		expect "group $p" "$(printf '%s\n' "$holder" "$init" "$child" $entered \
			"$(children_of $entered | tr -d ' ')" | sort -n | xargs)" \
			"$(as_user "$program" pids --cgroup "$p" -n -o PID | xargs)"
	done
	nsenter --target $$ --pid mount -t proc none "$tmp/oracle"
	as_user "$program" mount --cgroup "$group/in" "$view" >"$tmp/out" 2>&1
	expect 'group: mount' 0:"nsprocfs: mount: source: host (the /proc we stand in, only these processes)" \
		"$?:$(cat "$tmp/out")"
	expect 'group: processes' "$(printf '%s\n' "$holder" "$init" "$child" | sort -n | xargs)" \
		"$(numbers_in "$view")"
	# The parent of the first is outside, and so are its session and its group.
	expect 'group: outside is 0' "PPid:0 NSpgid:0 NSsid:0" \
		"$(as_user awk '/^(PPid|NSpgid|NSsid):/ { print $1 $2 }' "$view/$holder/status" | xargs)"
	# Where nobody outside is named, everything is as in the kernel's.
	compare 'group' "$child"
	expect_match 'group: others are not there' ".*$outside/stat: No such file.*" \
		"$(as_user cat "$view/$outside/stat" 2>&1)"
	expect_match 'group: nobody outside has a self' '.*No such file or directory' \
		"$(as_user cat "$view/self/stat" 2>&1)"
	echo "$child" >"$group_dir/cgroup.procs"
	expect_match 'group: who leaves it is gone' ".*No such file.*" "$(as_user cat "$view/$child/stat" 2>&1)"
	echo "$child" >"$group_dir/in/cgroup.procs"
	expect 'group: and comes back' "$child" "$(as_user cut -d' ' -f1 "$view/$child/stat")"
	umount "$view" "$tmp/oracle"
	out=$(as_user "$program" run --cgroup "$group/in" sh -c 'cat /proc/self/comm; ls /proc | grep -cx "[0-9]*"')
	expect 'group: run' $'cat\n3' "$out"
	out=$( (put "$group_dir/in" setpriv --reuid $user --regid $user --clear-groups \
		"$program" run --cgroup "$group/in" bash -c 'read -r p _ </proc/self/stat; [ $p = $$ ] && echo same'))
	expect 'group: run in it' same "$out"
	refused 'nsprocfs: ls: control group /none has no process .*: No such process;.*' --cgroup /none
	refused_options 'nsprocfs ls: --cgroup with --target, .*' --cgroup "$group" --target "$init"
	refused_options 'nsprocfs ls: --cgroup with --source=kernel: .*' --cgroup "$group" --source=kernel
	refused_options 'nsprocfs ls: --cgroup with --target, .*' --cgroup "$group" --tree "$tmp"
	kill $outside
	stop $holder
	kill -KILL "$(children_of $entered | tr -d ' ')" 2>/dev/null
	wait $entered $outside 2>/dev/null
}

# A /proc that hides others: nothing is shown by guess.
test_hidden()
{
	local holder

	unshare --pid --fork --kill-child bash -c "$LOAD" "$mark" &
	holder=$!
	expect_soon 'hidden: started' started $holder
	out=$(unshare --mount --propagation private sh -c 'mount -t proc -o hidepid=2 proc /proc &&
		exec setpriv --reuid 1000 --regid 1000 --clear-groups "$@"' sh \
		"$program" ls --target "$init" 2>&1)
	expect_match 'hidden' "nsprocfs: ls: pid $init is hidden: Permission denied;.*" "$out"
	out=$(unshare --mount --propagation private sh -c 'mount -t proc -o hidepid=2 proc /proc &&
		exec setpriv --reuid 1000 --regid 1000 --clear-groups "$@"' sh \
		"$program" pids --cgroup / -n -o PID 2>&1)
	expect_match 'hidden: some' '[ 0-9'$'\n'']+' "$out"
	expect 'hidden: not those of others' '' "$(grep -xE " *($holder|$init|1)" <<<"$out")"
	stop $holder
}

clean_group()
{
	local dir pid

	for dir in "$group_dir/in" "$group_dir"; do
		[ -d "$dir" ] || continue
		while read -r pid; do
			echo "$pid" >"${group_dir%/*}/cgroup.procs"
		done <"$dir/cgroup.procs"
		rmdir "$dir"
	done
}

group_dir=/nonexistent
trap 'clean_group; cleanup' EXIT
test_own
test_subordinate
test_foreign
test_group
test_hidden
umount /dev/fuse "$tmp/dev"
expect_soon 'no process left' nothing_marked
finish
