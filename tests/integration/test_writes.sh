#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# With --rw a write does, and fails to do, what the same client's write to the kernel's procfs of the namespace
# does; without it nothing can be written. In uts, net and ipc namespaces of its own: sysctls are written.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
if [ "$(id -u)" -eq 0 ] && [ -z "${WRITES_INSIDE:-}" ]; then
	WRITES_INSIDE=1 exec unshare --uts --net --ipc "$BASH" "$0" "$@"
fi
begin 380 -- "$@"
need_fuse
need NSPROCFS NSPROC_MOUNT WALKER WRITE_PROBE

chmod 755 "$tmp"
{
	echo '*/mem             access:w:EROFS  nobody has made sure what a write depends on'
	echo '*/net/dev_snmp6/* access:w:EROFS  nor in a subtree'
	echo 'tty/driver/*      access:w:EROFS  nor in a subtree'
	grep -v 'views are read-only' "$here/exceptions.txt"
} >"$tmp/exceptions.txt"
cp "$WALKER" "$tmp/walker" && cp "$WRITE_PROBE" "$tmp/probe" && cp "$WRITE_PROBE" "$tmp/setuid" || exit 1
chmod 4755 "$tmp/setuid"
user=(setpriv --reuid 1000 --regid 1000 --clear-groups)
# shellcheck disable=SC2034 # by name
root=(env)
other=(setpriv --reuid 1001 --regid 1001 --clear-groups)

is_named()
{
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]
}

# start NAME COMMAND...: runs it in the namespace; sets inner to its number there.
start()
{
	local pid

	nsenter --target "$init" --pid -- "${@:2}" </dev/null >/dev/null &
	disown
	until pid=$(children_of $!) && [ -n "$pid" ] && is_named "${pid% }" "$1"; do
		kill -0 $! 2>/dev/null || return 1
		sleep 0.01
	done
	inner=$(number_at "${pid% }" 1)
}

# same SENTENCE LIST COMMAND...: the probe, started by COMMAND, says the same of oracle and view.
same()
{
	local sentence=$1 list=$2 oracle view

	shift 2
	oracle=$("$@" "$tmp/probe" list "$tmp/oracle" <<<"$list")
	view=$("$@" "$tmp/probe" list "$tmp/view" <<<"$list")
	say_done "$([ -n "$oracle" ] && [ "$oracle" = "$view" ]; echo $?)" "$sentence"
	diff <(echo "$oracle") <(echo "$view") | sed 's/^/#   /'
}

# said COMMAND...: what the probe says after the last colon, in one line.
said()
{
	"$@" | sed 's/.*: //' | paste -sd ' '
}

# All files of a task that can be written. What is written is harmless to a sleeping process.
task_list()
{
	local file

	for file in status stat environ maps cgroup limits fdinfo/0; do
		echo "$1/$file w x"
		echo "$1/$file r x"
	done
	cat <<-END
		$1/oom_score_adj w $2
		$1/oom_score_adj t $2
		$1/oom_score_adj w -1000
		$1/oom_score_adj w 1001
		$1/oom_score_adj w x
		$1/oom_adj r 10
		$1/coredump_filter w 0x$2
		$1/coredump_filter w nonsense
		$1/clear_refs w 1
		$1/clear_refs r 1
		$1/clear_refs w 9
		$1/autogroup w 5
		$1/autogroup w -5
		$1/autogroup w 99
		$1/sched w 0
		$1/timerslack_ns w 5$2
		$1/timerslack_ns w x
		$1/mem w x
		$1/mem r x
		$1/mem t x
		$1/task/$1/mem w x
		$1/comm w stranger
		$1/task/$1/comm w stranger
		$1/attr/current w x
		$1/attr/exec r x
		$1/loginuid w 1000
		$1/uid_map w 0 0 1
		$1/gid_map w 0 0 1
		$1/projid_map w 0 0 1
		$1/setgroups w deny
		$1/timens_offsets w monotonic 5 0
		$1/task/$1/oom_score_adj w $2
		$1/nosuch w x
		$1/nosuch t x
		$1 w x
		nosuch t x
		meminfo w x
		meminfo r x
		1/net/dev w x
		pressure/cpu r some 150000 2000000
		pressure/cpu w some 150000 500000
		pressure/memory w x
	END
}

unshare --pid --fork --kill-child --mount-proc --propagation private sleep 1000 &
holder=$!
disown
until init=$(children_of $holder) && init=${init% } && [ -n "$init" ] && is_named "$init" sleep; do
	sleep 0.01
done
# A member of the namespace, where a leak checker does not find itself in our /proc and takes the output with it.
as_member=(env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0" nsenter --target "$init" --pid --)
start sleep "${user[@]}" sleep 1000 && users=$inner
start sleep "${user[@]}" sleep 1000 && more=$inner

test_read_only()
{
	local out

	view view kernel "$init"
	out=$(task_list "$users" 300 | grep -v nosuch | "$tmp/probe" list "$tmp/view" | sed 's/.*: //' | sort -u)
	check_equal 'without --rw: each open for writing' $'open EISDIR\nopen EROFS' "$out"
	check_equal 'without --rw: nothing was written' 0 "$(cat "$tmp/oracle/$users/oom_score_adj")"
	check 'without --rw: a sysctl' eval '! (: >"$tmp/view/sys/kernel/hostname") 2>/dev/null'
	unview view
}

# rw_view SOURCE [OPTION]...
rw_view()
{
	mkdir -p "$tmp/view"
	"$NSPROCFS" mount --rw --source "$1" --target "$init" "${@:2}" "$tmp/view" </dev/null
}

test_tasks()
{
	local who

	same "$1: root on its own" "$(task_list 1 300)"
	same "$1: root on another's" "$(task_list "$users" 300)"
	same "$1: root without capabilities on another's" "$(task_list "$users" 301)" setpriv --bounding-set=-all
	same "$1: uid 1000 on its own" "$(task_list "$users" 302)" "${user[@]}"
	same "$1: uid 1000 on root's" "$(task_list 1 400)" "${user[@]}"
	same "$1: uid 1001 on uid 1000's" "$(task_list "$users" 400)" "${other[@]}"
	same "$1: uid 1000 with CAP_SYS_NICE" "$(task_list 1 400)" "${user[@]}" \
		--inh-caps=+sys_nice --ambient-caps=+sys_nice
	for who in 303 304; do
		echo "$more/oom_score_adj w $who" | "${user[@]}" "$tmp/probe" list "$tmp/view" >/dev/null
		check_equal "$1: it has been written" "$who" "$(cat "$tmp/oracle/$more/oom_score_adj")"
	done
	echo "$more/coredump_filter w 0x21" | "${user[@]}" "$tmp/probe" list "$tmp/view" >/dev/null
	check_equal "$1: coredump_filter has been written" 00000021 "$(cat "$tmp/oracle/$more/coredump_filter")"
	echo "$more/coredump_filter w 0x22" | "${other[@]}" "$tmp/probe" list "$tmp/view" >/dev/null
	check_equal "$1: not by a stranger" 00000021 "$(cat "$tmp/oracle/$more/coredump_filter")"
}

# poke TREE BYTE WHO...: WHO writes a byte into the environment that process $users was started with.
poke()
{
	local tree=$1 byte=$2 start

	start=$(cut -d' ' -f50 "$tmp/oracle/$users/stat")
	printf %s "$byte" | "${@:3}" dd "of=$tmp/$tree/$users/mem" bs=1 "seek=$start" conv=notrunc status=none 2>&1 |
		sed 's/.*: //'
	head -c 1 "$tmp/oracle/$users/environ"
}

# Memory is written by whoever may trace, and by nobody else; the server's own, which it may always write
# to, not at all.
test_memory()
{
	local who

	for who in env "${user[*]}" "${other[*]}" 'setpriv --bounding-set=-all' 'setpriv --bounding-set=-sys_ptrace'; do
		# shellcheck disable=SC2086 # words
		check_equal "$1: memory, $who" "$(poke oracle A env; poke oracle B $who)" \
			"$(poke view A env; poke view B $who)"
	done
	# shellcheck disable=SC2086
	check_equal "$1: memory, it was written" BABAA "$(poke view B env; poke view A "${user[@]}"; poke view B env
		poke view A env; poke view C "${other[@]}" | tail -c 1)"
	check_equal "$1: memory, from another user namespace" 'open EROFS' \
		"$(said "${user[@]}" unshare --user "$tmp/probe" list "$tmp/view" <<<"$users/mem w x")"
}

# What the kernel asks of the task itself, the server cannot do for it: it sends the task to the kernel's file.
test_own()
{
	local run=("${as_member[@]}") list

	list=$(task_list self 200)
	same "$1: a process on itself" "$list" "${run[@]}"
	same "$1: uid 1000 on itself" "$list" "${run[@]}" "${user[@]}"
}

# Where it cannot see that the task wants to write, it refuses.
test_guessing()
{
	rw_view kernel --links=guess
	check_equal "guessing: what only the task can do itself is refused" 'open EROFS open EROFS open EROFS open EROFS' "$(
		said "${as_member[@]}" "$tmp/probe" list "$tmp/view" \
			<<<$'self/comm w me\nthread-self/comm w me\nself/attr/current w x\nself/loginuid w 1'
	)"
	check_equal "guessing: id maps, its own" "$(own_maps owner oracle)" "$(own_maps owner view)"
	check_equal "guessing: id maps, its own, without capabilities" \
		'open EPERM open EPERM open EPERM open EPERM open EPERM open EPERM open EPERM' \
		"$(own_maps weak view | sed 's/.*: //' | paste -sd ' ')"
	unview view
}

# maps TREE USER OUTER WHO...: uid_map and the like of a process in a new user namespace, written by WHO.
maps()
{
	local tree=$1 outer=$3
	local -n as=$2

	shift 3
	start sleep "${as[@]}" unshare --user sleep 1000 || return
	"$@" "$tmp/probe" list "$tmp/$tree" <<-END | sed 's/^[0-9]*//'
		$inner/uid_map w 0 $((outer + 1)) 1
		$inner/gid_map w 0 $outer 1
		$inner/setgroups w deny
		$inner/projid_map w 0 0 1
		$inner/uid_map w 0 $outer 1
		$inner/gid_map w 0 $outer 1
		$inner/gid_map w 0 $outer 1
		$inner/setgroups w allow
	END
	cat "$tmp/oracle/$inner"/{uid_map,gid_map,projid_map,setgroups}
}

same_maps()
{
	local sentence=$1

	shift
	check_equal "$sentence" "$(maps oracle "$@")" "$(maps view "$@")"
}

# own_maps HOW TREE: of uid 1000, which has just made its namespace.
own_maps()
{
	"${as_member[@]}" "${user[@]}" \
		"$tmp/probe" "$1" "$tmp/$2/self" <<-'END'
		uid_map w 0 1001 1
		gid_map w 0 1000 1
		setgroups w deny
		uid_map w 0 1000 1
		gid_map w 0 1000 1
		projid_map w 0 0 1
		timens_offsets w monotonic 5 0
	END
}

test_maps()
{
	same_maps "$1: id maps, uid 1000 of its child" user 1000 "${user[@]}"
	same_maps "$1: id maps, root of uid 1000's child" user 1000 env
	same_maps "$1: id maps, uid 1001 of uid 1000's child" user 1000 "${other[@]}"
	same_maps "$1: id maps, root of root's child" root 0 env
	same_maps "$1: id maps, root without CAP_SETFCAP, of root's child" root 0 setpriv --bounding-set=-setfcap
	same_maps "$1: id maps, root without capabilities, of root's child" root 0 setpriv --bounding-set=-all
	check_equal "$1: id maps, its own" "$(own_maps owner oracle)" "$(own_maps owner view)"
	# It owns the namespace by its id outside, and has nothing to say in it all the same.
	check_equal "$1: id maps, its own, without capabilities" "$(own_maps weak oracle)" "$(own_maps weak view)"
	check_equal "$1: that is, next to nothing" 'projid_map w 0 0 1: write ok' "$(own_maps weak view | grep ok)"
}

# deputy SENTENCE FILE VALUE OPENER WRITER...: one opens, the other writes.
deputy()
{
	local sentence=$1 file=$2 value=$3 tree said=()
	local -n opener=$4

	shift 4
	for tree in oracle view; do
		said+=("$("${opener[@]}" bash -c 'exec 3>"$1" && shift && exec "$@"' - \
			"$tmp/$tree/$file" "$@" fd 3 "$value" 2>&1 | sed 's/.*: //')")
	done
	check_equal "$sentence (${said[0]})" "${said[0]}" "${said[1]}"
}

test_deputies()
{
	deputy "$1: opened by uid 1000, written by set-user-ID root: timerslack_ns" 1/timerslack_ns 50001 user "$tmp/setuid"
	deputy "$1: opened by uid 1000, written by itself: timerslack_ns" 1/timerslack_ns 50002 user "$tmp/probe"
	deputy "$1: opened by uid 1000, written by set-user-ID root: autogroup" "$users/autogroup" -5 user "$tmp/setuid"
	deputy "$1: opened by uid 1000, written by itself: autogroup" "$users/autogroup" -6 user "$tmp/probe"
	deputy "$1: opened by uid 1000, written by set-user-ID root: oom_score_adj" "$users/oom_score_adj" -5 user "$tmp/setuid"
	deputy "$1: opened by uid 1000, written by set-user-ID root: a sysctl" sys/kernel/hostname x user "$tmp/setuid"
	deputy "$1: opened by root, written by uid 1000: timerslack_ns" 1/timerslack_ns 50003 root "${user[@]}" "$tmp/probe"
	deputy "$1: opened by root, written by uid 1000: oom_score_adj" 1/oom_score_adj 5 root "${user[@]}" "$tmp/probe"
	deputy "$1: opened by root, written by uid 1000: a sysctl" sys/net/ipv4/ip_forward 1 root "${user[@]}" "$tmp/probe"
	start sleep "${user[@]}" unshare --user sleep 1000
	deputy "$1: opened by uid 1000, written by set-user-ID root: uid_map" "$inner/uid_map" '0 0 1' user "$tmp/setuid"
	deputy "$1: opened by root, written by uid 1000: uid_map" "$inner/uid_map" '0 1001 1' root "${user[@]}" "$tmp/probe"
}

test_names()
{
	local list who oracle view

	list=$(printf '%s\n' 1/comm 1/status "$users/oom_score_adj" "$users" "$users/task" sys/kernel/hostname \
		sys/kernel sys/net/ipv4/ip_forward)
	for who in env "${user[*]}"; do
		# shellcheck disable=SC2086 # words
		oracle=$($who "$tmp/probe" names "$tmp/oracle" <<<"$list")
		# shellcheck disable=SC2086
		view=$($who "$tmp/probe" names "$tmp/view" <<<"$list")
		check_equal "$1: names and attributes, $who" "$oracle" "$view"
		diff <(tr ' ' '\n' <<<"$oracle") <(tr ' ' '\n' <<<"$view") | sed 's/^/#   /'
	done
}

test_sysctls()
{
	local list='sys/kernel/hostname w writes
sys/kernel/hostname r writes
sys/kernel/hostname t writes
sys/kernel/osrelease w x
sys/kernel/msgmax w 8193
sys/kernel/msgmax w -1
sys/net/ipv4/ip_forward w 0
sys/net/ipv4/ip_forward w x
sys/net/nosuch w x
sys/kernel w x'

	same "$1: sysctls, root" "$list"
	same "$1: sysctls, uid 1000" "$list" "${user[@]}"
	same "$1: sysctls, root without capabilities" "$list" setpriv --bounding-set=-all
	same "$1: sysctls, uid 1000 with CAP_NET_ADMIN" "$list" "${user[@]}" --inh-caps=+net_admin --ambient-caps=+net_admin
	echo "sys/kernel/hostname w view-$1" | "$tmp/probe" list "$tmp/view" >/dev/null
	check_equal "$1: the host name has been written" "view-$1" "$(uname -n)"
	check_equal "$1: sysctls: not from other namespaces" 'open EROFS open EROFS open EROFS open EROFS' "$(
		for space in --net --uts --ipc --user; do
			said unshare "$space" "$tmp/probe" list "$tmp/view" <<<'sys/net/ipv4/ip_forward w 1'
		done | paste -sd ' '
	)"
	check_equal "$1: sysctls: nor from the namespace of the view" 'open EROFS' \
		"$(said "${as_member[@]}" "$tmp/probe" list "$tmp/view" <<<'sys/net/ipv4/ip_forward w 1')"
	check_equal "$1: it is as it was" 0 "$(cat /proc/sys/net/ipv4/ip_forward)"
}

# Every file there is: who may write to it, and who may open it to do so.
test_walk()
{
	local source=$1 sentence=$2 result=0

	"${@:3}" "$tmp/walker" --deadline 100 --quick --exceptions "$tmp/exceptions.txt" --section "$source" \
		"$tmp/oracle" "$tmp/view" >"$tmp/out" 2>&1 || result=$?
	say_done "$result" "$source: $sentence: every file as the kernel's"
	[ "$result" -eq 0 ] || cut -c1-300 "$tmp/out" | head -n 60 | sed 's/^/#   /'
}

test_container()
{
	rw_view kernel --profile container
	check_equal 'profile container: what engines mount read-only or mask' \
		'open EROFS open EROFS open EROFS open ENOENT open ENOENT' "$(
		said "$tmp/probe" list "$tmp/view" <<-END
			sys/kernel/hostname w x
			sys/net/ipv4/ip_forward w 0
			irq/default_smp_affinity w x
			kcore w x
			timer_list w x
		END
	)"
	check_equal 'profile container: the rest can be written' 'write ok' \
		"$(said "$tmp/probe" list "$tmp/view" <<<"$users/oom_score_adj w 500")"
	unview view
}

# sysctl in `run`, beside the same outside.
test_run()
{
	local inside outside drop='random|dentry-state|inode-|file-nr|ns_last_pid|pty.nr|cpu_scaling|stat_refresh|slab'

	command -v sysctl >/dev/null || {
		echo '# no sysctl(8)'
		return
	}
	check_equal 'run --rw: sysctl -w' 'kernel.hostname = run' \
		"$("$NSPROCFS" run --rw --target "$init" -- sysctl -w kernel.hostname=run </dev/null 2>&1)"
	check_equal 'run --rw: it has been written' run "$(uname -n)"
	check_equal 'run: sysctl -w is refused' run \
		"$("$NSPROCFS" run --target "$init" -- sysctl -q -w kernel.hostname=no </dev/null 2>/dev/null; uname -n)"
	# As container engines have it; the server sees past it, and must not help.
	check_equal 'run --rw: where /proc/sys is read-only, it stays so' 'open EROFS write ok' "$(
		unshare --mount "$BASH" -c 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys &&
			exec "$@"' - "$NSPROCFS" run --rw --target "$init" -- "$tmp/probe" list /proc \
			<<<$'sys/kernel/hostname w no\n'"$users/oom_score_adj w 600" 2>/dev/null | sed 's/.*: //' | paste -sd ' '
	)"
	inside=$("$NSPROCFS" run --rw --target "$init" -- sysctl -a </dev/null 2>&1 | grep -Ev "$drop")
	outside=$(sysctl -a 2>&1 | grep -Ev "$drop")
	check 'run --rw: sysctl -a says much' [ "$(wc -l <<<"$outside")" -gt 300 ]
	check_equal 'run --rw: sysctl -a' '' "$(diff <(echo "$outside") <(echo "$inside"))"
	check_equal 'run --rw: a guest writes to itself' 7 "$("$NSPROCFS" run --rw --target "$init" -- \
		bash -c 'echo 7 >/proc/self/oom_score_adj; cat /proc/$$/oom_score_adj' </dev/null)"
	check_equal 'run --rw: unshare --map-root-user, uid 1000, twice' 0 "$("$NSPROCFS" run --rw --target "$init" -- \
		"${user[@]}" unshare --user --map-root-user unshare --user --map-root-user id -u </dev/null 2>&1)"
	check_equal 'run --rw: unshare --map-root-user, root' 0 "$("$NSPROCFS" run --rw --target "$init" -- \
		unshare --user --map-root-user id -u </dev/null 2>&1)"
}

oracle oracle "$init"
test_read_only
for source in kernel host; do
	check "$source: mounted" rw_view "$source"
	test_tasks "$source"
	test_own "$source"
	test_maps "$source"
	test_deputies "$source"
	test_names "$source"
	test_sysctls "$source"
	test_walk "$source" root env
	test_walk "$source" "uid 1000" "${user[@]}"
	check "$source: nothing is left" unview view
done
test_guessing
test_container
test_run
finish
