#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Who may change and look at a view that an ordinary user serves: of a container in a user namespace of his own, from
# outside with fusermount3, and from within that namespace. Whether a choice was taken is seen by `uptime`, which is
# the container's age or the machine's.
#
# Usage: test_set_user.sh   (the program is $NSPROCFS)

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 80 -- "$@"
need_fuse
need NSPROCFS

readonly ELSEWHERE='Operation not permitted; it takes CAP_SYS_ADMIN where the server runs, or, if it is an ordinary user'\''s, that user'
readonly DENIED='Permission denied; nsprocfs status lists where views are mounted'
user=(setpriv --reuid 1000 --regid 1000 --clear-groups)
stranger=(setpriv --reuid 1001 --regid 1001 --clear-groups)

# shows VIEW: whose age it is, as who may read it sees it.
shows()
{
	"${user[@]}" bash "$tmp/shows" "$tmp/$1" "$init"
}

# machine, container or its numbers; START of init is in ticks of 1/100 s.
cat >"$tmp/shows" <<'SHOWS'
read -r view _ <"$1/uptime" || exit
read -r now _ </proc/uptime
start=$(sed 's/.*) //' "/proc/$2/stat" | cut -d ' ' -f 20)
now=${now/./} view=${view/./}
if ((10#$now - 10#$view <= 200)); then
	echo machine
elif ((10#$now - start - 10#$view <= 200)); then
	echo container
else
	echo "$now $view $start"
fi
SHOWS

# said COMMAND...: the last part of the one line that it fails with; "done" if it does not.
said()
{
	local out

	out=$(LC_ALL=C "$@" 2>&1) && echo 'done' && return
	echo "${out##*: }"
}

child_of()
{
	init=$(children_of "$1")
	init=${init%% *}
	[ -n "$init" ]
}

is_named()
{
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]
}

start_container()
{
	"${user[@]}" unshare --user --map-root-user --pid --fork --kill-child sleep 1000 2>"$tmp/err" &
	disown
	wait_for 30 child_of $! && wait_for 30 is_named "$init" sleep
}

# The server is the user's, in our user namespace.
test_outside()
{
	local inside=(nsenter --user --preserve-credentials --target "$init")

	mkdir "$tmp/v"
	chown 1000 "$tmp/v"
	check 'the user mounts a view of his container' "${user[@]}" "$program" mount --target "$init" \
		--resources on "$tmp/v" 2>"$tmp/said" || cat "$tmp/said"
	check_equal 'it shows the container' container "$(shows v)"
	check_equal 'he may set' 'done' "$(said "${user[@]}" "$program" set "$tmp/v" --resources=off)"
	check_equal 'it shows the machine' machine "$(shows v)"
	check_equal 'and back' 'done' "$(said "${user[@]}" "$program" set "$tmp/v" --resources=on)"
	check_equal 'it shows the container again' container "$(shows v)"
	check_equal 'he may look' "$tmp/v $init on" \
		"$("${user[@]}" "$program" status "$tmp/v" | awk 'NR == 2 { print $1, $3, $4 }')"
	check_equal 'another user may not set' "$DENIED" \
		"$(said "${stranger[@]}" "$program" set "$tmp/v" --resources=off)"
	check_equal 'nor look' "$DENIED" "$(said "${stranger[@]}" "$program" status "$tmp/v")"
	# The kernel keeps everybody else off the mounts of a user, root too.
	check_equal 'nor may root' "$DENIED" "$(said "$program" set "$tmp/v" --resources=off)"
	check_equal 'root of the container may not, though he is the user outside' "$ELSEWHERE" \
		"$(said "${user[@]}" "${inside[@]}" "$program" set "$tmp/v" --resources=off)"
	check_equal 'nor look' "$ELSEWHERE" "$(said "${user[@]}" "${inside[@]}" "$program" status "$tmp/v")"
	check_equal 'nor root of another user namespace of his' "$ELSEWHERE" \
		"$(said "${user[@]}" unshare --user --map-root-user "$program" set "$tmp/v" --resources=off)"
	check_equal 'nothing has changed' container "$(shows v)"
	check 'the view can be unmounted' unview v
}

# The server stands in a user namespace of the user's: root there serves, and may become others. Prints what comes of
# each attempt.
cat >"$tmp/within" <<'WITHIN'
tmp=$1 program=$2
cd "$tmp" || exit
without=(setpriv --bounding-set -sys_admin --inh-caps -sys_admin)
said()
{
	local out

	out=$(LC_ALL=C "$@" 2>&1) && echo 'done' && return
	echo "${out##*: }"
}
mount -t tmpfs none "$tmp/within-mount" && mkdir "$tmp/within-mount/v" || exit
v=$tmp/within-mount/v
unshare --pid --fork --kill-child sleep 1000 &
until init=$(cat "/proc/$!/task/$!/children") && init=${init%% *} && [ "$(cat "/proc/$init/comm" 2>/dev/null)" = sleep ]; do
	sleep 0.01
done
echo "mount: $(said "$program" mount --target "$init" --resources on "$v")"
echo "root there: $(said "$program" set "$v" --resources=off) $(bash shows "$v" "$init")"
echo "and back: $(said "$program" set "$v" --resources=on) $(bash shows "$v" "$init")"
echo "looks: $("$program" status "$v" | awk 'NR == 2 { print $4 }')"
echo "without CAP_SYS_ADMIN: $(said "${without[@]}" "$program" set "$v" --resources=off)"
echo "looks without it: $(said "${without[@]}" "$program" status "$v")"
echo "namespace below: $(said unshare --user --map-root-user "$program" set "$v" --resources=off)"
echo $$ >"$tmp/within-pid"
mv "$tmp/within-pid" "$tmp/within-ready"
until [ -e "$tmp/root-has-tried" ]; do sleep 0.01; done
echo "after all: $(bash shows "$v" "$init")"
umount "$v" || exit
kill %1
echo unmounted
WITHIN

test_within()
{
	local pid

	mkdir "$tmp/within-mount"
	chown 1000 "$tmp"
	"${user[@]}" unshare --user --map-root-user --mount "$BASH" "$tmp/within" "$tmp" "$program" >"$tmp/got" 2>&1 &
	check 'in his user namespace: all is tried' wait_for 30 test -e "$tmp/within-ready" || cat "$tmp/got"
	pid=$(cat "$tmp/within-ready" 2>/dev/null)
	# Root of the machine comes from a user namespace above: the kernel does not let it use this mount.
	check_equal 'root of the machine may not' "$DENIED" \
		"$(said nsenter --mount --target "$pid" "$program" set "$tmp/within-mount/v" --resources=off)"
	: >"$tmp/root-has-tried"
	wait $!
	check_equal 'in his user namespace: root there and nobody else' "mount: done
root there: done machine
and back: done container
looks: on
without CAP_SYS_ADMIN: $ELSEWHERE
looks without it: $ELSEWHERE
namespace below: $ELSEWHERE
after all: container
unmounted" "$(cat "$tmp/got")"
}

command -v fusermount3 >/dev/null || skip 'there is no fusermount3'
chmod 755 "$tmp"
program=$tmp/nsprocfs
install -m 755 "$NSPROCFS" "$program" # where anybody may execute it
mknod -m 666 "$tmp/fuse" c 10 229 && chmod 666 "$tmp/fuse" && mount --bind "$tmp/fuse" /dev/fuse ||
	skip 'no /dev/fuse for users can be made'
start_container || skip "a user can make no user namespace: $(cat "$tmp/err")"
test_outside
test_within
finish
