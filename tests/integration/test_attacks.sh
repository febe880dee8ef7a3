#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Attempts to get, through a view, at what belongs to somebody else: by old handles, by numbers used
# again, by threads of different rights, from other namespaces, by symlinks in a tree. The view gives
# what the kernel's procfs gives, to the user and to root; and that each attempt means something is
# shown by root's getting what the user does not.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/fixture.sh
. "$here/fixture.sh"
begin 450 -- "$@"
need ATTACKS NSPROC_MOUNT

show()
{
	grep -E '^(LEAK|REFUSED|DEAD|FAILED)' "$tmp/out" | sed 's/^/#   /' | head -n 60
	grep -vE '^(LEAK|REFUSED|DEAD|FAILED)' "$tmp/out" | sed 's/^/# /'
}

start_fixture "$ATTACKS"
oracle a "$init" && oracle b "$init" --child || exit 1
order a b
check_equal 'the kernel gives in one instance what it gives in another, and every attack is live' 0 "$result"
show
for attack in paths exec inherited reuse threads userns uring; do
	order a b plant "only=$attack"
	check_equal "$attack by somebody who may is found" 1 "$result"
	check "$attack: as a leak" grep -q ^LEAK "$tmp/out"
done
umount "$tmp/b"

if ! [ -c /dev/fuse ] || ! : 2>/dev/null <>/dev/fuse; then
	echo '# /dev/fuse cannot be opened: no views'
	finish
fi
need NSPROCFS

for source in kernel host; do
	if ! view v "$source" "$init"; then
		say_done 1 "$source source: the view is mounted"
		continue
	fi
	closed=()
	if ! for_others v; then
		echo '# only root may use this view: others get nothing'
		closed=(closed)
	fi
	order a v "${closed[@]}"
	check_equal "$source source: nothing is got but what the kernel gives" 0 "$result"
	show
	check "$source source: nothing is left" unview v
done

# A tree whose files turn into symlinks that lead out of it.
mkdir -p "$tmp/tree/1/task/1" "$tmp/outside/task/1"
for file in status task/1/status; do
	cp "/proc/$$/status" "$tmp/tree/1/$file"
	echo SECRET >"$tmp/outside/$file"
done
chmod -R go= "$tmp/outside"
ln -s ../outside "$tmp/dir"
ln -s ../../outside/status "$tmp/link"
# Where the text of the symlinks leads a client who follows them by himself to nothing.
shown=far/from/all/of/it
mkdir -p "$tmp/$shown"
if "$NSPROCFS" mount --tree "$tmp/tree" "$tmp/$shown" </dev/null; then
	order tree "$shown" only=swap closed
	check_equal 'symlinks in a tree lead nowhere' 0 "$result"
	show
	check 'and the view still shows the tree' grep -q Pid "$tmp/$shown/1/status"
	check 'tree: nothing is left' unview "$shown"
else
	say_done 1 'a tree is mounted'
fi

mkdir -p "$tmp/v"
# Clients whose numbers the server cannot know, since it is in a namespace that they are not in.
unshare --pid --fork --kill-child --mount --propagation private \
	"$BASH" -c 'mount -t proc proc /proc && exec unshare --pid --fork --kill-child sleep 1000' &
middle=$!
inner_is_there()
{
	[ -n "$(children_of "$middle")" ] && middle_init=$(children_of "$middle") &&
		inner=$(children_of "${middle_init% }") && [ -n "$inner" ] &&
		[ "$(cat "/proc/${inner% }/comm")" = sleep ]
}
if wait_for 30 inner_is_there && umount "$tmp/a" && oracle a "${inner% }"; then
	middle_init=${middle_init% }
	nsenter --target "$middle_init" --pid --mount \
		"$NSPROCFS" mount --target "$(number_at "${inner% }" 1)" "$tmp/v" </dev/null
	check 'a view is mounted in another namespace' test $? -eq 0
	order a "/proc/$middle_init/root$tmp/v" only=listed closed
	check_equal 'clients from outside the namespace of the server get nothing more' 0 "$result"
	show
	nsenter --target "$middle_init" --pid --mount umount "$tmp/v"
	kill -KILL "$middle"
	wait "$middle" 2>/dev/null
else
	say_done 1 'namespaces below each other'
fi

# The portal that a view of `run` has: an unlisted directory with kernel procfs instances. What is tried
# prints something that is root's; descriptor 9 and the directory are the victim's, opened by root.
portal=/proc/.k/host/$init
# through WHO ATTEMPT: what an attempt gets, by root or a user.
through()
{
	local who=()

	[ "$1" = root ] || who=(setpriv --reuid 23456 --regid 23456 --clear-groups)
	"$NSPROCFS" run --target "$init" -- "$BASH" -c \
		'exec 9<"$1" && cd "$1" && shift && "$@" 2>/dev/null' - "$portal" \
		"${who[@]}" "$BASH" -c "$2" </dev/null 2>/dev/null
}
if [ -n "$(through root 'echo $PWD')" ]; then
	while read -r attempt; do
		attempt=${attempt//PORTAL/$portal}
		attempt=${attempt//INIT/$init}
		[ -n "$(through root "$attempt" | tr -d '\0')" ]
		say_done $? "root gets something by: $attempt"
		check_equal "a user gets nothing by: $attempt" '' "$(through user "$attempt" | tr -d '\0')"
	done <<-'END'
		cat PORTAL/environ
		cat /proc/.k/../.k/host/INIT/environ
		cat /proc/1/../.k/host/INIT/task/INIT/environ
		cat environ
		cat task/../../INIT/environ
		cat /proc/self/fd/9/environ
		cat /proc/self/fd/9/../INIT/environ
		cat PORTAL/root/proc/1/environ
		readlink PORTAL/fd/0
		cat PORTAL/maps
		head -c 0 PORTAL/mem && echo opened
	END
	echo '# no bind of the portal in a user namespace: uid_map of a read-only view cannot be written'
else
	echo '# no attacks on .k: views under run have none'
fi
stop_fixture
finish
