#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Programs by the dozen, each run twice in one container: natively, and where the view covers /proc. What
# they print must be the same, but for what normal.sh takes away, each with its reason. Those that make
# sandboxes are also run in one. A program that is not installed is skipped; one that hangs is ended, and
# is a failure of its own.
#
# Usage: test_programs.sh NSPROCFS

# shellcheck disable=SC2317 # functions called by their names
DEADLINE_S=${DEADLINE_S:-260}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"
cases=$(dirname "$(realpath "$0")")/programs
# shellcheck source=tests/integration/programs/normal.sh
. "$cases/normal.sh"
brief=${NSPROCFS_BRIEF:-}
case_seconds=$((brief ? 40 : 20))
swappiness=

# What scripts/install-deps installs for these, so that it is missed where it is missing.
for tool in ps top htop lsof fuser pgrep pstree pmap free ss lsns findmnt lslocks nsenter unshare strace \
	gdb bwrap crun runc busybox sysctl script; do
	command -v "$tool" >/dev/null || fail "$tool is missing: scripts/install-deps installs it"
done
/usr/bin/python3 -c 'import psutil' || fail 'psutil is missing: scripts/install-deps installs it'

chmod 755 "$tmp"
mkdir "$tmp/shared" "$tmp/work" "$tmp/mounted" "$tmp/bundle"
cp "$cases"/*.sh "$cases/facts.py" "$tmp"
mount -t tmpfs none "$tmp/shared" && mount --make-shared "$tmp/shared" || exit 1
mkdir "$tmp/shared/view"

cat >"$tmp/init" <<'INIT'
# Arguments: DIRECTORY MARK. Stays the first process, and reaps.
tmp=$1 mark=$2
cd /
exec </dev/null >/dev/null 2>&1
ip link set lo up
hostname container
mount -t tmpfs tmpfs "$tmp/mounted"
chmod 777 "$tmp/mounted"
flock "$tmp/held" sleep 1003 "$mark" &
sleep 1001 "$mark" &
sleeper=$!
SECRET=word setpriv --reuid 1000 --regid 1000 --clear-groups sleep 1002 "$mark" 3>"$tmp/mounted/file" &
other=$!
busybox nc -l -p 7777 -e /bin/true &
listener=$!
/usr/bin/python3 -c '
import threading, time
for n in range(2):
	threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
time.sleep(1000)' "$mark" &
threads=$!
numbers="init=1 sleeper=$sleeper other=$other listener=$listener threads=$threads"
for kind in pipe file deleted; do
	mkfifo "$tmp/say_$kind"
	case $kind in
	pipe) exec 8<> <(:) ;;
	*) exec 8>>"$tmp/log_$kind" ;;
	esac
	bash -c 'while read -r line; do echo "$line" >&2; done' logger "$mark" \
		2>&8 8>&- <>"$tmp/say_$kind" &
	numbers="$numbers logger_$kind=$!"
	exec 8>&-
done
rm "$tmp/log_deleted"
until [ "$(cat "/proc/$sleeper/comm" "/proc/$other/comm" | grep -c sleep)" = 2 ] &&
	[ "$(ls "/proc/$threads/task" | wc -l)" = 3 ] && grep -qs ' 0A ' /proc/net/tcp /proc/net/tcp6; do
	sleep 0.02
done
echo "$numbers" >"$tmp/numbers.new"
mv "$tmp/numbers.new" "$tmp/numbers"
wait "$sleeper"
INIT

# A root file system of nothing but busybox, for engines.
make_bundle()
{
	local name

	mkdir -p "$tmp/bundle/rootfs/"{bin,proc,sys,dev}
	cp "$(command -v busybox)" "$tmp/bundle/rootfs/bin/busybox"
	for name in sh ps cat; do
		ln -s busybox "$tmp/bundle/rootfs/bin/$name"
	done
	(cd "$tmp/bundle" && runc spec) || return
	sed -i 's/"terminal": true/"terminal": false/; s/^\(\t*\)"sh"$/\1"sh", "-c", "ps; cat \/proc\/self\/comm"/' \
		"$tmp/bundle/config.json"
}

start_container()
{
	PUBLIC=yes unshare --mount --net --uts --ipc --pid --fork --kill-child --mount-proc \
		--propagation slave bash "$tmp/init" "$tmp" "$mark" &
	target_holder=$!
	until_true 30 test -s "$tmp/numbers" || { fail 'the container has not started'; exit 1; }
	target=$(children_of $target_holder)
	target=${target% }
}

# The container's mounts once more, with another /proc: $holder. What comes and goes in the view comes here
# too, because the mount under it is shared.
start_cell()
{
	nsenter --target "$target" --mount unshare --mount --propagation slave \
		bash -c "mount --rbind $1 /proc && exec sleep 1000 $mark" &
	holder=$!
	disown
	until_true 30 is_sleeping $holder || exit 1
}

start_cells()
{
	start_cell /proc
	native=$holder
	"$program" mount --rw --target "$target" "$tmp/shared/view" 2>"$tmp/said" || exit 1
	start_cell "$tmp/shared/view"
	view=$holder
	connection_of "$view" >/dev/null
	expect_match 'the view covers /proc' '[0-9]+' "$(view_minor "$view")"
	expect 'natively it does not' 'proc' "$(nsenter --mount="/proc/$native/ns/mnt" stat -f -c %T /proc)"
}

# in_cell HOLDER CASE: its first process has number 1001.
in_cell()
{
	nsenter --target "$target" --pid --mount sh -c 'echo 1000 >/proc/sys/kernel/ns_last_pid'
	timeout --kill-after=1 "$case_seconds" nsenter --target "$target" --pid --net --uts --ipc \
		--mount="/proc/$1/ns/mnt" --wd="$tmp/work" -- env -i PATH="$PATH" HOME=/root LC_ALL=C.UTF-8 \
		bash -c "tmp=$tmp mark=$mark; . $tmp/numbers; . $tmp/container.sh; case_$2" </dev/null 2>&1
	end_case $?
}

# What an ended case has left running.
end_case()
{
	echo "status $1"
	[ "$1" -lt 124 ] || nsenter --target "$target" --pid --mount sh -c '
		for dir in /proc/[0-9]*; do
			[ "${dir#/proc/}" -le 1000 ] || [ "${dir#/proc/}" -eq $$ ] || kill -KILL "${dir#/proc/}"
		done' 2>/dev/null
	find "$tmp/work" -mindepth 1 -delete
}

# in_sandbox native|view CASE
in_sandbox()
{
	local make=(unshare --pid --fork --kill-child --mount-proc sh -c '"$@"; exit $?' sh)

	[ "$1" = native ] || make=("$program" run --unshare-pid --rw --)
	timeout --kill-after=1 "$case_seconds" unshare --mount "${make[@]}" \
		bash -c "tmp=$tmp mark=$mark; . $tmp/sandbox.sh; case_$2" </dev/null 2>&1
	echo "status $?"
	find "$tmp/work" -mindepth 1 -delete
}

# The program of a case that is not called like it.
program_of()
{
	case $1 in
	environ) echo cat ;;
	python) echo /usr/bin/python3 ;;
	*) echo "${1#sandbox_}" ;;
	esac
}

# compare CASE REGEX: both have the same, and natively a line matches, so that there is something.
compare()
{
	local began=${EPOCHREALTIME/./} normal=cat side

	if ! command -v "$(program_of "$1")" >/dev/null; then
		echo "skipped: $(program_of "$1") is not installed"
		return
	fi
	[ "$(type -t "normal_$1")" != function ] || normal=normal_$1
	for side in native view; do
		case $1 in
		sandbox_*) in_sandbox $side "$1" ;;
		*) in_cell "${!side}" "$1" ;;
		esac >"$tmp/raw.$side"
		$normal <"$tmp/raw.$side" >"$tmp/$side"
		expect_no_timeout "$1, $side" "$(tail -n 1 "$tmp/raw.$side")"
	done
	count=$((count + 2))
	grep -qaE -- "$2" "$tmp/native" || fail "$1: natively nothing matches /$2/: $(tail -n 5 "$tmp/native")"
	diff -a "$tmp/native" "$tmp/view" >"$tmp/diff" ||
		fail "$1: native < and view > differ:"$'\n'"$(head -n 40 "$tmp/diff")"
	echo "$1: $(wc -l <"$tmp/native") lines compared, $(((${EPOCHREALTIME/./} - began) / 1000)) ms"
}

# A program that is large: it is not among the packages that scripts/install-deps installs.
compare_slow()
{
	local case_seconds=60

	compare "$@"
}

expect_no_timeout()
{
	count=$((count + 1))
	case $2 in
	'status 124' | 'status 137') fail "$1: not finished after $case_seconds s: $(tail -n 5 "$tmp/raw.$side")" ;;
	esac
}

test_brief()
{
	compare bash '^through|from stdin$'
	compare ls ' exe -> /usr/bin/bash$'
	compare cat '^Max open files'
	compare ps 'sleep 1001'
	compare lsof 'TCP \*:7777 \(LISTEN\)'
	compare pgrep '^sleep killed'
	compare strace '</proc/OWN/comm>'
	compare tail '^second deleted$'
	compare environ '^SECRET=word$'
	compare unshare '^inner$'
}

test_rest()
{
	compare top 'sleep 1002|sleep$'
	compare htop '^sleep 1001'
	compare fuser '7777/tcp'
	compare pstree 'sleep'
	compare pmap 'total'
	compare free '^Mem: [0-9]'
	compare ss ':7777.*users:\(\("busybox"'
	compare netstat '7777.*/busybox'
	compare lsns ' pid [0-9]+ 1 '
	compare findmnt "^$tmp/mounted tmpfs"
	compare lslocks "FLOCK.*$tmp/held"
	compare nsenter '^container$'
	compare gdb '\[Inferior 1 \(process [0-9]+\) detached\]'
	compare bwrap ' 2 ps'
	compare python "^[0-9]+ cmdline .'sleep', 'OWN'"
	compare node '^a new title a new title'
	compare java 'Operating System Metrics'
	compare sshd '^Accepted publickey'
	compare busybox 'sleep 1001'
	compare_slow chromium '<p id="p">sum 42</p>'
	compare perl '^renamed'
	compare sysctl '^kernel.hostname = container'
	compare sandbox_bash '^143$'
	compare sandbox_unshare ' 1 ps'
	compare sandbox_bwrap ' 2 ps'
	compare sandbox_crun '^cat$'
	compare_slow sandbox_podman '^cat$'
	compare_slow sandbox_chromium '<p id="p">sum 42</p>'
	compare sandbox_gdb 'Breakpoint 1'
}

# Each known difference, from both sides, so that it is noticed if it goes.
test_known()
{
	expect_match 'ps shows itself, native' $'R +-\nstatus 0' "$(in_cell "$native" own_state)"
	expect_match 'ps shows itself, view' $'S +request_wait_answer\nstatus 0' "$(in_cell "$view" own_state)"
	expect_match 'killall, native' $'(Killed .* with signal 0\n)+status 0' "$(in_cell "$native" killall)"
	expect_match 'killall, view' $'(.*: Bad file descriptor\n)+.*no process found\nstatus 1' \
		"$(in_cell "$view" killall)"
	expect 'statfs, native' $'proc\nproc\nstatus 0' "$(in_cell "$native" statfs)"
	expect 'statfs, view' $'fuseblk\nfuseblk\nstatus 0' "$(in_cell "$view" statfs)"
	expect_match 'runc, native' $'.*\ncat\n0\nstatus 0' "$(in_sandbox native sandbox_runc)"
	# It insists on procfs, and does not get over it that there is none (docs/programs.md).
	case_seconds=1
	expect_match 'runc, view' $'(.*procfs.*\n)?([1-9][0-9]*\n)?status [1-9].*' "$(in_sandbox view sandbox_runc)"
}

# Settings of the machine are read and written from the namespaces of the server, by a command that is
# beside the container.
test_settings()
{
	local view=(run --target "$target")

	sysctl -a --ignore 2>&1 | normal_sysctl >"$tmp/native"
	"$program" "${view[@]}" -- sysctl -a --ignore 2>&1 | normal_sysctl | grep -v '^nsprocfs: ' >"$tmp/view"
	expect_match 'sysctl -a: natively' '[0-9]{3,}' "$(wc -l <"$tmp/native")"
	expect 'sysctl -a' '' "$(diff "$tmp/native" "$tmp/view")"
	swappiness=$(cat /proc/sys/vm/swappiness)
	expect 'sysctl -w, without --rw' 'sysctl: permission denied on key "vm.swappiness"' \
		"$("$program" "${view[@]}" -- sysctl -w vm.swappiness=59 2>&1 | grep -v '^nsprocfs: ')"
	expect 'sysctl -w, without --rw: not written' "$swappiness" "$(cat /proc/sys/vm/swappiness)"
	expect 'sysctl -w' 'vm.swappiness = 58' \
		"$("$program" "${view[@]}" --rw -- sysctl -w vm.swappiness=58 2>/dev/null)"
	expect 'sysctl -w: written' 58 "$(cat /proc/sys/vm/swappiness)"
	echo "$swappiness" >/proc/sys/vm/swappiness
	swappiness=
}

# shellcheck disable=SC2317
leave()
{
	[ -z "$swappiness" ] || echo "$swappiness" >/proc/sys/vm/swappiness
	kill -KILL "${native:-}" "${view:-}" 2>/dev/null
	umount -R "$tmp/shared/view" 2>/dev/null
	umount -l "$tmp/shared"
	cleanup
}
trap leave EXIT

make_bundle || fail 'no bundle for crun and runc'
start_container
start_cells
test_brief
test_settings
[ -n "$brief" ] || test_rest
[ -n "$brief" ] || test_known
finish
