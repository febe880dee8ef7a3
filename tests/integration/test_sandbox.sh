#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# nsprocfs run --unshare-pid where the kernel refuses a procfs of the new namespace: as an ordinary user
# without any capability in a container with parts of /proc masked. That it does refuse is shown first, and
# that the masks are why.
#
# Usage: test_sandbox.sh NSPROCFS

# shellcheck disable=SC2016,SC2034,SC2119,SC2120,SC2317 # text for other shells; victims are named by
# ${!victim}; functions called by expect_soon
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

# Everybody in the containers may execute it.
chmod 755 "$tmp"
install -m 755 "$program" "$tmp/nsprocfs"
program=$tmp/nsprocfs
mkdir -m 777 "$tmp/work" "$tmp/work/proc" "$tmp/oracle"
user=1000

# What container engines mask, as far as it is there (runc libcontainer/specconv/example.go).
cat >"$tmp/mask" <<'END'
#!/bin/bash
for file in kcore keys latency_stats timer_list timer_stats sched_debug; do
	[ ! -e /proc/$file ] || mount --bind /dev/null /proc/$file || exit
done
for dir in acpi scsi driver; do
	[ ! -d /proc/$dir ] || mount -t tmpfs -o ro,size=0 none /proc/$dir || exit
done
for dir in bus fs irq sys; do
	mount --bind /proc/$dir /proc/$dir && mount -o remount,bind,ro /proc/$dir || exit
done
END
chmod 755 "$tmp/mask"

# Any other procfs that is wholly visible would do for the kernel, a chroot's for instance (fs/namespace.c,
# mnt_already_visible()).
awk '/ - proc / && $5 != "/proc" { print $5 }' /proc/self/mountinfo | while read -r dir; do umount --lazy "$dir"; done

# A device node that everybody may open; the container's is none of ours (nodev).
mkdir "$tmp/dev"
mount -t tmpfs none "$tmp/dev"
mknod -m 666 "$tmp/dev/fuse" c 10 229
chmod 666 "$tmp/dev/fuse"

# start_container COMMAND [PREFIX...]: $container, the first process of one with namespaces for processes
# and mounts, after the command.
start_container()
{
	local setup=$1
	shift

	"$@" unshare --mount --pid --fork --kill-child --propagation private bash -c "
		mount -t proc proc /proc && mount --bind $tmp/dev/fuse /dev/fuse && $setup &&
		exec sleep 1000 $mark" "$mark" &
	container_holder=$!
	until_true 30 has_child $container_holder || exit 1
	container=$(children_of $container_holder)
	container=${container% }
	until_true 30 is_sleeping "$container"
}

# A user namespace like that of a container without root: its IDs are 100000 and up outside.
start_users()
{
	unshare --user sleep 1000 "$mark" &
	users=$!
	until_true 30 is_sleeping $users || exit 1
	echo '0 100000 65536' >/proc/$users/uid_map
	echo '0 100000 65536' >/proc/$users/gid_map
}

stop_container()
{
	kill -KILL "$container"
	wait "$container_holder"
} 2>/dev/null

# inside COMMAND...: in the container, as a user without rights.
inside()
{
	nsenter --target "$container" "${enter[@]}" -- env --chdir="$tmp/work" \
		setpriv --reuid $user --regid $user --clear-groups --no-new-privs --bounding-set=-all \
		--inh-caps=-all -- "$@"
}

# run COMMAND...: in there under the view: $out, $err, $status.
run()
{
	inside "$program" run "${view[@]}" -- "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

# What is below ROOT.
descendants_of()
{
	local child

	for child in $(children_of "$1"); do
		echo "$child"
		descendants_of "$child"
	done
}

# Only the holder of the container and its first process.
only_container()
{
	[ "$(marked | wc -l)" -eq "${1:-2}" ]
}

# background COMMAND...: $entered, of which the status is to be had, and $run, $reaper, $worker, $init, $command below it.
background()
{
	local child

	rm -f "$tmp/work/pid"
	inside env --default-signal=INT,QUIT "$program" run "${view[@]}" -- "$@" "$mark" \
		>"$tmp/out" 2>"$tmp/err" </dev/null &
	entered=$!
	until_true 30 test -s "$tmp/work/pid" || fail "not started: $(cat "$tmp/err")"
	# A subshell of bash, then nsenter.
	run=$(children_of "$(children_of $entered | tr -d ' ')")
	run=${run% }
	worker=
	for child in $(children_of "$run"); do
		if [ -n "$(children_of "$child")" ]; then
			reaper=$child
		else
			worker=$child
		fi
	done
	read -r init command _ < <(children_of "$reaper")
	connection=$(connection_of "$command") || fail 'the command has no view'
}

expect_nothing()
{
	expect_soon "$1: no process left" only_container
	# shellcheck disable=SC2086 # two words
	expect_soon "$1: the view is gone" connection_gone $connection
}

# The kernel says no, to unshare and to bwrap; not without the masks.
test_refusal()
{
	local -a sandbox=(bwrap --unshare-pid --ro-bind / / --dev /dev)

	start_container :
	out=$(inside unshare -Urpf --mount-proc echo yes 2>&1)
	expect 'without masks the kernel lets unshare mount' yes "$out"
	out=$(inside "${sandbox[@]}" --proc /proc echo yes 2>&1)
	expect 'without masks the kernel lets bwrap mount' yes "$out"
	out=$(inside "$program" run --unshare-pid sh -c 'cat /proc/1/comm' 2>&1)
	expect 'there the kernel source is taken' nsprocfs "$out"
	stop_container
	start_container "$tmp/mask"
	out=$(inside unshare -Urpf --mount-proc echo yes 2>&1)
	expect 'the kernel refuses unshare' 'unshare: mount /proc failed: Operation not permitted' "$out"
	out=$(inside "${sandbox[@]}" --proc /proc echo yes 2>&1)
	expect 'the kernel refuses bwrap' "bwrap: Can't mount proc on /newroot/proc: Operation not permitted" \
		"$out"
	out=$(inside "$program" run --source=kernel --unshare-pid true 2>&1)
	expect_match 'the kernel refuses us' 'nsprocfs: run: procfs .*: Operation not permitted;.*' "$out"
	out=$(inside "$program" run --unshare-pid echo yes 2>&1)
	expect_match 'auto says that it was refused' $'nsprocfs: run: source: host .*; kernel refused: .*\nyes' \
		"$out"
}

# What a user does in there.
test_tools()
{
	run ps -e -o pid=,ppid=,comm=,args=
	expect_match 'ps' " +1 +0 nsprocfs .*"$'\n'" +[0-9]+ +0 ps +ps -e -o .*" "$out"
	expect 'ps: processes' 2 "$(wc -l <<<"$out")"
	run top -b -n 1
	expect_match 'top' '.*Tasks: +2 total.*nsprocfs.*top.*' "$out"
	run bash -c 'sleep 1000 '"$mark"' & pgrep -x sleep; echo $!; pidof sleep; kill $!'
	expect_match 'pgrep, pidof' $'([0-9]+)\n([0-9]+)\n([0-9]+)' "$out"
	expect 'pgrep, pidof: the same' 1 "$(sort -u <<<"$out" | wc -l)"
	run pgrep -x bash
	expect 'pgrep: none outside' 1: "$status:$out"
	run bash -c 'cat <(echo through a pipe); echo too | cat /dev/stdin; echo $$; readlink /proc/self; :'
	expect_match 'pipes' $'through a pipe\ntoo\n[0-9]+\n[0-9]+' "$out"
	run bash -c 'read -r pid _ </proc/self/stat; [ $pid = $$ ] && echo same; exec readlink /proc/self/exe'
	expect 'self' $'same\n'"$(realpath /bin/readlink)" "$out"
	run bash -c 'set -m; sleep 1000 '"$mark"' & kill %1; wait %1; echo $?'
	expect 'kill %1' 143 "$out"
	run bash -c 'set -m; sleep 1000 '"$mark"' & kill -STOP %1; until grep -q "^State:.T" /proc/$!/status; do :; done
		jobs -s | wc -l; kill -CONT %1; kill %1; wait %1; echo $?'
	expect 'a stopped job' $'1\n143' "$out"
	run sh -c 'ls -l /proc/self/fd/0 | sed "s/.*-> //"; ls /proc/self/task | wc -l; cat /proc/uptime | wc -w'
	expect 'ls' $'/dev/null\n1\n2' "$out"
	expect_soon 'tools: no process left' only_container
}

# Rights: none gained, and what was covered still is. $1: how many of our processes there are with another.
test_rights()
{
	run grep -E '^(Uid|Groups|Cap|NoNewPrivs)' /proc/self/status
	expect 'identity' "$(inside grep -E '^(Uid|Groups|Cap|NoNewPrivs)' /proc/self/status)" "$out"
	run cat /proc/self/uid_map
	expect_match 'a user namespace with the one ID' " +$user +$user +1" "$out"
	run sh -c 'for f in kcore keys timer_list; do [ ! -e /proc/$f ] || cat /proc/$f; done 2>/dev/null | wc -c'
	expect 'masked files' 0 "$out"
	out=$(inside ls /proc/driver)
	expect 'masked directory, natively' '' "$out"
	run ls /proc/driver
	expect_match 'masked directory' '2::.*Permission denied' "$status:$out:$err"
	run sh -c 'echo 1 >/proc/sys/kernel/panic'
	expect_match 'read-only directory' '[12]::.*Read-only file system' "$status:$out:$err"
	inside sleep 1000 "$mark" &
	until_true 30 only_container "$1" || fail 'rights: not started'
	run sh -c 'set -- /proc/[0-9]*; echo $#; grep -s "^Name:.sleep" /proc/[0-9]*/status | wc -l'
	expect 'nobody else of the container' $'2\n0' "$out" # init, sh
	kill "$(descendants_of $! | tail -n 1)"
	wait $! 2>/dev/null
	expect_soon 'rights: no process left' only_container
}

# A process with the command's rights, in its user namespace but outside with all numbers: it cannot look into
# anybody there, neither of the same user, nor those who make the sandbox.
test_secrets()
{
	local seen other

	inside sleep 1000 "$mark" &
	other=$!
	background bash -c 'echo $$ >pid; sleep 1000 "$0"'
	out=$(inside nsenter --user --preserve-credentials --target \
		"$(awk '$1 == "NSpid:" { print $(NF - 1) }' "/proc/$command/status")" sh -c '
		set -- /proc/[0-9]*
		echo $#
		grep "^CapEff" /proc/self/status
		for d; do
			[ $d != /proc/$$ ] && head -c 1 $d/environ >/dev/null 2>&1 && awk "/^NSpid:/ { print NF }" $d/status
		done; :')
	# Of those outside none, of the two in the new namespace both: they have a column more.
	seen=$(head -n 1 <<<"$out")
	[ "$seen" -ge 8 ] || fail "secrets: only $seen processes were there"
	expect_match 'secrets: of members only' $'[0-9]+\nCapEff:\t0+\n3\n3' "$out"
	kill -KILL "$run"
	kill "$(descendants_of $other | tail -n 1)"
	wait $other $entered 2>/dev/null
	expect_nothing 'secrets'
}

# Files of which every byte stays as it is while the processes sleep.
STILL='stat status statm comm cmdline environ cgroup limits maps auxv io oom_score_adj wchan sched
	mountinfo personality loginuid sessionid task/*/stat task/*/status task/*/children'

# As a process that enters from outside, so by no means a child of one in there.
member()
{
	setpriv --reuid $user --regid $user --clear-groups \
		nsenter --target "$command" --user --mount --pid --preserve-credentials --wd=/ -- "$@"
}

# print_files PROC: the text of a script that prints them.
print_files()
{
	echo "proc=$1 files='$STILL'"
	cat <<-'END'
	for p in 1 2 3 4 5 6; do
		[ -d $proc/$p ] || continue
		cd $proc/$p
		for f in $files; do
			echo "== $p/$f"
			cat $f 2>&1 | tr "\0" "\n" | grep -v "^clock-delta"
		done
		ls -1 fd task
		readlink cwd exe fd/* ns/*
	done
	END
}

# The bytes are those of the kernel's own procfs of that namespace, which root can mount elsewhere.
test_oracle()
{
	local wanted got

	background bash -c '(setsid sleep 1000 "$0" &); sleep 1000 "$0" & echo $$ >pid; read -r _ <> <(:)'
	expect_soon 'oracle: started' eval '[ "$(descendants_of "$reaper" | wc -l)" -ge 4 ]'
	nsenter --target "$init" --pid mount -t proc none "$tmp/oracle" || fail 'no oracle'
	chmod 755 "$tmp/oracle" 2>/dev/null
	wanted=$(setpriv --reuid $user --regid $user --clear-groups nsenter --target "$command" --user \
		--preserve-credentials sh -c "$(print_files "$tmp/oracle")" 2>&1)
	got=$(member sh -c "$(print_files /proc)" 2>&1)
	expect 'oracle: it has shown something' 4 "$(grep -c '^Name:.sleep' <<<"$wanted")"
	diff <(echo "$wanted") <(echo "$got") | head -n 40 >"$tmp/diff"
	expect 'oracle: no difference' '' "$(cat "$tmp/diff")"
	wanted=$(nsenter --target "$init" --pid sh -c "cd $tmp/oracle; set -- [0-9]*; echo \$#")
	got=$(member sh -c 'cd /proc; set -- [0-9]*; echo $#')
	expect 'oracle: as many processes' "$wanted" "$got"
	expect 'oracle: self of who entered' same "$(member bash -c \
		'read -r pid _ </proc/self/stat; [ "$pid" = $$ ] && echo same')"
	umount "$tmp/oracle"
	kill -TERM "$run"
	wait $entered 2>/dev/null
	expect 'SIGTERM ends it' 143 $?
	expect_nothing 'oracle'
}

test_endings()
{
	local signal victim

	for status in 0 7 255; do
		inside "$program" run "${view[@]}" sh -c "exit $status"
		expect "exit $status" $status $?
	done
	run sh -c 'kill -TERM $$'
	expect 'killed by SIGTERM' 143 "$status"
	run "$tmp/none"
	expect_match 'no such command' '127::.*No such file or directory' "$status:$out:$err"
	run sh -c "(setsid sleep 1000 $mark &); sleep 1000 $mark & exit 5"
	expect 'left running: status' 5 "$status"
	expect 'left running: gone at once' yes "$(only_container && echo yes)"
	for signal in TERM INT HUP USR1; do
		background bash -c "trap 'echo $signal; exit 33' $signal; echo \$\$ >pid; while :; do sleep 0.02; done"
		kill -s "$signal" "$run"
		wait "$entered"
		expect "$signal: status" 33 $?
		expect "$signal: seen by the command" "$signal" "$(cat "$tmp/out")"
		expect_nothing "$signal"
	done
	for victim in run reaper worker init command; do
		background bash -c '(setsid sleep 1000 "$0" &); echo $$ >pid; while :; do ls -R /proc/self; done'
		kill -KILL "${!victim}"
		wait "$entered" 2>/dev/null
		expect_nothing "$victim killed"
	done
}

# The sandbox is bubblewrap's, the processes and /proc in it are ours.
test_bwrap()
{
	inside bwrap --ro-bind / / --dev /dev --dev-bind /dev/fuse /dev/fuse --bind /proc /proc --unshare-net \
		--die-with-parent "$program" run "${view[@]}" -- bash -c 'ps -e -o comm=; cat <(echo pipe); exit 9' \
		>"$tmp/out" 2>"$tmp/err"
	expect 'bwrap: status' "9:" "$?:$(cat "$tmp/err")"
	expect 'bwrap' $'nsprocfs\nbash\nps\npipe' "$(cat "$tmp/out")"
	run true
	inside "$program" run "${view[@]}" "--mount-proc=$tmp/work/proc" sh -c \
		'cat proc/1/comm; cat proc/self/comm; set -- proc/[0-9]*; echo $#' >"$tmp/out" 2>&1
	expect 'mounted elsewhere' $'nsprocfs\ncat\n2' "$(cat "$tmp/out")"
	expect 'nothing stays there' '' "$(ls "$tmp/work/proc")"
	expect_soon 'bwrap: no process left' only_container
}

# bubblewrap, unshare and we ourselves, which write id maps, inside of views.
test_inside()
{
	local -a sandbox=(bwrap --unshare-user --ro-bind / / --dev /dev --die-with-parent)

	out=$(inside "$program" run --pidns follow -- "${sandbox[@]}" --unshare-pid --bind /proc /proc ps -e -o pid=,comm= 2>&1)
	expect_match 'bwrap in a view that follows' $' +1 bwrap(\n +[0-9]+ bwrap)?\n +[0-9]+ ps' "$out"
	out=$(inside "$program" run --pidns follow -- "${sandbox[@]}" --unshare-pid --proc /proc true 2>&1)
	expect_match 'bwrap --proc there: as refused as outside' "bwrap: Can't mount proc on .*" "$out"
	run "${sandbox[@]}" --bind /proc /proc sh -c 'echo named >/proc/self/comm; read n </proc/self/comm; echo $n $(id -u)'
	expect 'bwrap in the view of a new namespace' "named $user:" "$out:$err"
	run unshare -Ur unshare -Ur id -u
	expect 'unshare, twice' 0: "$out:$err"
	run "$program" run "${view[@]}" -- bash -c 'ps -e -o comm=; unshare -Ur id -u; cat <(echo pipe)'
	expect 'a view in a view' $'nsprocfs\nbash\nps\n0\npipe:' "$out:$err"
	expect_soon 'inside: no process left' only_container
}

command -v bwrap >/dev/null || { echo 'skipped: bwrap is not installed'; exit 77; }
view=(--source=host --unshare-pid)
enter=(--mount --pid)
test_refusal
test_tools
test_rights 4
test_secrets
test_oracle
test_endings
test_bwrap
test_inside
stop_container

# The same where the container is one without root, in a user namespace. Its mounts are locked.
start_users
enter=(--user --setuid 0 --setgid 0 --mount --pid)
only_container()
{
	[ "$(marked | wc -l)" -eq "${1:-3}" ]
}
if start_container "$tmp/mask" nsenter --user --target $users --setuid 0 --setgid 0; then
	out=$(inside unshare -Urpf --mount-proc echo yes 2>&1)
	expect_match 'rootless: the kernel refuses' 'unshare: mount /proc failed: .*' "$out"
	test_tools
	test_rights 5
	test_secrets
	test_bwrap
	test_inside
	stop_container
else
	echo 'skipped a part: /proc cannot be mounted in a user namespace here'
fi
umount "$tmp/dev"
finish
