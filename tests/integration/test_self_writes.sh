#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a process writes to its own files, it writes itself: with the same results as on the kernel's procfs, which
# is asked first. Under run also without --rw; nobody else gains anything by it. Programs that make user
# namespaces work under run, as root and as an ordinary user.
#
# Usage: test_self_writes.sh NSPROCFS, with $SELF_PROBE and $RAID_PROBE in the environment

# shellcheck disable=SC2016 # text for other shells
DEADLINE_S=${DEADLINE_S:-400}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

# For everybody, also the device.
chmod 755 "$tmp"
install -m 755 "$program" "$tmp/nsprocfs"
install -m 755 "${SELF_PROBE:?}" "$tmp/probe"
program=$tmp/nsprocfs
install -m 755 "${RAID_PROBE:?}" "$tmp/raid"
probe=$tmp/probe
mkdir "$tmp/dev" "$tmp/view"
mount -t tmpfs none "$tmp/dev"
mknod -m 666 "$tmp/dev/fuse" c 10 229
chmod 666 "$tmp/dev/fuse"
mount --bind "$tmp/dev/fuse" /dev/fuse
# For unshare --map-auto.
echo 'root:100000:65536' | tee "$tmp/dev/subuid" >"$tmp/dev/subgid"
for file in subuid subgid; do
	[ ! -e /etc/$file ] || mount --bind "$tmp/dev/$file" /etc/$file || exit 1
done
trap 'umount -l "$tmp/dev"; umount -l "$tmp/oracle" "$tmp/view" 2>/dev/null; cleanup' EXIT
cd "$tmp" || exit 1

# shellcheck disable=SC2034 # by name
root=(env) user=(setpriv --reuid 1000 --regid 1000 --clear-groups)
# shellcheck disable=SC2034
other=(setpriv --reuid 1001 --regid 1001 --clear-groups)
aside=()

# under WHO COMMAND...: run with the options in the array of that name as that user.
under()
{
	local -n as=$1

	"${as[@]}" "$program" run "${options[@]}" "${aside[@]}" -- "${@:2}" 2>&1 </dev/null | grep -v '^nsprocfs: run: source: '
}

# same WHAT WHO COMMAND...: with the view on /proc it says the same as with the kernel's /proc. For that the view
# is mounted elsewhere, so that all else is alike: an ordinary user is in a user namespace under run.
same()
{
	local what=$1 wanted got aside

	shift
	aside=("--mount-proc=$tmp/view")
	wanted=$(under "$@")
	aside=()
	got=$(under "$@")
	count=$((count + 1))
	[ -n "$wanted" ] && [ "$wanted" = "$got" ] && return
	fail "$what"
	diff <(echo "$wanted") <(echo "$got") | sed 's/^/    /'
}

# Without --rw the rest is read-only.
files()
{
	"$@" files /proc | grep -v -e /status -e /nosuch
}

# What they read an ordinary user's server reads for them, which cannot do so from where they stand.
maps()
{
	"$@" maps /proc 2 | if [ "$who" = user ]; then sed 's/_map:.*/_map/'; else cat; fi
}
export -f files maps

test_probes()
{
	local what=$2
	export who=$1

	same "$what: its own files" "$who" bash -c 'files "$0"' "$probe"
	same "$what: what they look like" "$who" "$probe" kinds /proc
	same "$what: id maps" "$who" bash -c 'maps "$0"' "$probe"
	same "$what: unshare" "$who" unshare -Ur id -u
	same "$what: unshare, twice" "$who" unshare -Ur unshare -Ur id -u
	same "$what: bwrap" "$who" "${bwrap[@]}" --proc /proc sh -c 'cat /proc/self/uid_map; echo /proc/[0-9]*'
	same "$what: bwrap in bwrap" "$who" "${bwrap[@]}" --proc /proc "${bwrap[@]}" --proc /proc cat /proc/self/uid_map
	expect "$what: bwrap" yes "$(under "$who" "${bwrap[@]}" --proc /proc echo yes)"
	expect "$what: bwrap with the view bound" yes "$(under "$who" "${bwrap[@]}" --bind /proc /proc sh -c \
		'[ $(cat /proc/self/comm) = cat ] && echo yes')"
	expect "$what: unshare" 0 "$(under "$who" unshare -Ur id -u)"
	expect "$what: the shell names itself" $'name\nown' "$(under "$who" bash -c 'for n in name own; do
		printf $n >/proc/$$/comm; read -r n </proc/self/comm; echo $n; done')"
}

# Which is for another process to write: newuidmap(1).
test_all_ids()
{
	expect "$2: unshare with all IDs" "$(unshare --user --map-auto cat /proc/self/uid_map)" \
		"$(under "$1" unshare --user --map-auto cat /proc/self/uid_map)"
}

# The files of others are as read-only as the view is, and .k leads nowhere.
test_read_only()
{
	# Opening is enough: should it succeed, nothing is to come of it.
	out=$(under "$1" bash -c 'for f in oom_score_adj comm uid_map coredump_filter; do (: >/proc/1/$f); done
		: >/proc/sys/kernel/panic' | sed 's/.*: //' | sort | uniq -c)
	expect "$2: all else is read-only" '      5 Read-only file system' "$out"
	out=$(under "$1" bash -c 'for d in host view; do (: >/proc/.k/$d/1/oom_score_adj); done' | sed 's/.*: //' | sort -u)
	expect_match "$2: also by .k" $'Cannot allocate memory(\nNo such file or directory)?' "$out"
	out=$(under "$1" "$tmp/raid" /proc ".k/$3/1/comm" "$RAIDS")
	expect "$2: tickets are for one's own way" 'raid: passed 0, wrong 0' "$out"
}

# Each user, view, and with --rw or not, but not all of them with each other: it takes its time.
runs()
{
	cat <<-END
		user --pidns follow
		user --pidns follow --rw
		user --target $target
		user --unshare-pid
		user --unshare-pid --source=host
		user --unshare-pid --source=host --rw
		root --pidns follow
		root --pidns follow --rw
		root --target $target
		root --target $target --rw
		root --unshare-pid
	END
}

test_run()
{
	local who portal

	while read -r -a options -u 9; do
		who=${options[0]}
		options=("${options[@]:1}")
		portal=host
		[ "${options[*]}" != --unshare-pid ] || portal=view
		test_probes "$who" "$who, ${options[*]}"
		if [[ ${options[*]} != *--rw ]]; then
			test_read_only "$who" "$who, ${options[*]}" $portal
			continue
		fi
		same "$who, ${options[*]}: access" "$who" "$probe" access /proc
		[ "$who" != root ] || test_all_ids root "root, ${options[*]}"
	done 9< <(runs)
	# Where the call cannot be seen, nobody is sent away from the server, which refuses.
	options=(--pidns follow --rw --links=guess)
	expect 'guessing: as ever' 'bash: line 1: /proc/self/comm: Read-only file system' \
		"$(under root bash -c 'echo name >/proc/self/comm')"
}

# member WHO COMMAND...: as that user, in the pid namespace of the target.
member()
{
	local -n as=$1

	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 nsenter --target "$target" --pid -- "${as[@]}" "${@:2}" 2>&1 </dev/null
}

# equal WHAT WHO PROBE [ARGUMENT...]: the probe says the same of the kernel's procfs of the namespace and of the view.
equal()
{
	local what=$1 wanted got

	wanted=$(member "$2" "$probe" "$3" "$tmp/oracle" "${@:4}")
	got=$(member "$2" "$probe" "$3" "$tmp/view" "${@:4}")
	count=$((count + 1))
	[ -n "$wanted" ] && [ "$wanted" = "$got" ] && return
	fail "$what"
	diff <(echo "$wanted") <(echo "$got") | sed 's/^/    /'
}

# mounted OPTION...: the view of the target's namespace on $tmp/view.
mounted()
{
	"$program" mount --target "$target" "$@" "$tmp/view" </dev/null
	connection_of self >/dev/null || fail "mount $*"
}

served()
{
	pgrep -f -- "mount .*$tmp/view" >/dev/null
}

unmounted()
{
	umount -R "$tmp/view"
	expect_soon 'the server has ended' eval '! served'
}

test_mount()
{
	local source victim out

	nsenter --target "$target" --pid mount -t proc none "$tmp/oracle"
	nsenter --target "$target" --pid -- "${user[@]}" sleep 1000 "$mark" &
	until_true 30 has_child $! && until_true 30 is_sleeping "$(children_of $! | tr -d ' ')" || fail 'a victim'
	victim=$(awk '$1 == "NSpid:" { print $NF }' "/proc/$(children_of $! | tr -d ' ')/status")
	for source in kernel host; do
		mounted --rw --source=$source
		for who in root user; do
			equal "mount, $source, $who: its own files" $who files
			equal "mount, $source, $who: what they look like" $who kinds
			equal "mount, $source, $who: id maps" $who maps 2
			equal "mount, $source, $who: access" $who access
		done
		for who in user other; do
			equal "mount, $source: $who on another process" $who others "$victim"
			equal "mount, $source: $who on init" $who others 1
		done
		expect "mount, $source: its name is as it was" sleep "$(cat "$tmp/oracle/$victim/comm")"
		if [ $source = host ]; then
			expect "mount, $source: tickets are for one's own way" 'raid: passed 0, wrong 0' \
				"$(member user "$tmp/raid" "$tmp/view" .k/host/1/comm "$RAIDS")"
		fi
		unmounted
	done
}

# A view from outside without --rw: nothing, nor by .k, where a procfs is mounted while links are followed.
test_mount_read_only()
{
	local source name=view

	for source in kernel host; do
		mounted --source=$source
		out=$(member user "$probe" files "$tmp/view" | grep -c ': write ok')
		expect "read-only mount, $source: nothing is written" 0 "$out"
		out=$(member user "$probe" maps "$tmp/view" 1 | grep -c ': write ok')
		expect "read-only mount, $source: no id map" 0 "$out"
		out=$(member root bash -c 'cd "$0" && : <self/ns/net && (: >.k/$1/$$/comm; : >self/ns/../comm; : >.k/$1/sys/kernel/panic)' \
			"$tmp/view" $name | sed 's/.*: //' | sort | uniq -c)
		case $source in
		kernel) expect "read-only mount, $source: nor by .k" '      3 Read-only file system' "$out" ;;
		host) expect "read-only mount, $source: nor by .k" \
			$'      2 Cannot allocate memory\n      1 Read-only file system' "$out" ;;
		esac
		unmounted
		name=host
	done
}

command -v bwrap >/dev/null || { echo 'skipped: bwrap is not installed'; exit 77; }
bwrap=(bwrap --unshare-user --unshare-pid --ro-bind / / --dev /dev)
RAIDS=${NSPROCFS_BRIEF:+100}
RAIDS=${RAIDS:-500}
mkdir "$tmp/oracle"
start_target
test_run
test_mount
test_mount_read_only
finish
