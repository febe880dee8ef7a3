#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every kind of client, every kind of process, every file and operation: the view answers as the
# kernel's procfs does. First that the comparison can fail: it finds what is planted, a mount with
# hidepid, and says of the kernel what its source says.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/integration/fixture.sh
. "$here/fixture.sh"
begin 450 -- "$@"
need PERMISSIONS NSPROC_MOUNT

show()
{
	grep ^DIFFERENT "$tmp/out" | sed 's/^/#   /' | head -n 60
	tail -n 1 "$tmp/out" | sed 's/^/# /'
}

# says CLIENT TARGET FILE OPERATION ANSWER: the kernel itself, by its source (fs/proc/base.c).
says()
{
	local got

	got=$(sed -n "s|^ORACLE client=$1 target=$2 PID/$3 $4: ||p" "$tmp/shown" | sort -u)
	check_equal "the kernel, $1 and $2: $4 of $3" "$5" "${got//$'\n'/ }"
}

kernel_says()
{
	order a b show 'client=*'
	grep ^ORACLE "$tmp/out" >"$tmp/shown"
	says plain own environ open ok
	says plain own environ read ok
	says plain owngid environ open EACCES
	says plain filecap environ open EACCES
	says plain userns environ open ok
	says plain nodump environ open EACCES
	says plain noread maps open EACCES
	says plain suid maps open EACCES
	says plain suidback maps open EACCES
	says plain other io open EACCES
	says plain root fd open EACCES
	says plain zombie maps read nothing
	says plain own stack read EACCES
	says plain own timerslack_ns read EPERM
	says plain self timerslack_ns read ok
	says plain owngid syscall read EPERM
	says plain root wchan bytes 0
	says plain own wchan bytes 1
	says CAP_SYS_PTRACE root exe readlink ok
	says CAP_SYS_PTRACE root environ open EACCES
	says CAP_DAC_OVERRIDE root environ open EACCES
	says CAP_DAC_OVERRIDE root io open ok
	says CAP_DAC_READ_SEARCH root io read EACCES
	says CAP_PERFMON root maps open ok
	says CAP_SYS_ADMIN root exe readlink EACCES
	says CAP_SYS_NICE root timerslack_ns read ok
	says CAP_CHECKPOINT_RESTORE root maps open EACCES
	says root root mem read EIO
	says root-no-ptrace root mem open EACCES
	says root-no-ptrace root environ open ok
	says nodump self exe readlink ok
	says nodump self environ open EACCES
	says nodump own exe readlink ok
	says thread self timerslack_ns read 'EPERM ok' # the first thread's, its own
	says thread-nodump self fd open ok
	says mixed self exe readlink ok
	says mixed self fdinfo list "$(sed -n 's/^ORACLE client=plain target=self PID\/fdinfo list: //p' "$tmp/shown")"
	says mixed root exe readlink EACCES
	says fs-ids root environ open EACCES
	says fs-ids own environ open ok
}

start_fixture "$PERMISSIONS"
oracle a "$init" && oracle b "$init" --child || exit 1

order a b follow
check_equal 'two kernel instances differ in nothing' 0 "$result"
show
kernel_says
for kind in lstat:environ access-r:maps access-x:ns open:environ open:fd read:io bytes:stat bytes:wchan \
	open-write:comm readlink:exe list:task open:fdinfo/0 stat:cwd open-link:exe; do
	order a b "plant=$kind" follow client=plain target=own
	check_equal "planted: $kind" 1 "$result"
	check "planted: $kind is what was found" grep -q "^DIFFERENT.* PID/.*${kind#*:} ${kind%%:*}: " "$tmp/out"
done
umount "$tmp/b"
mkdir -p "$tmp/b"
nsenter --target "$init" --pid unshare --fork mount -t proc -o hidepid=1 proc "$tmp/b"
order a b client=plain
check_equal 'an instance that hides more differs' 1 "$result"
umount "$tmp/b"

if ! [ -c /dev/fuse ] || ! : 2>/dev/null <>/dev/fuse; then
	echo '# /dev/fuse cannot be opened: no views'
	finish
fi
need NSPROCFS

# compare_view SOURCE PID WHAT [OPTION...]
compare_view()
{
	local who=()

	if ! view v "$1" "$2"; then
		say_done 1 "$1 source: the view of $3 is mounted"
		return
	fi
	if ! for_others v; then
		echo '# only root may use this view: no other client is tried'
		who=(client=root)
	fi
	# Under sanitizers all takes several times as long.
	[ -z "${NSPROCFS_BRIEF:-}" ] || who+=('client=[!C]*' 'target=[orsu]*')
	order a v view "${who[@]}" "${@:4}"
	check_equal "$1 source, $3: every client is answered as by the kernel" 0 "$result"
	show
	check "$1 source, $3: nothing is left" unview v
}

for source in kernel host; do
	compare_view "$source" "$init" 'a namespace'
done
stop_fixture

# The first namespace: kernel threads are in it.
umount "$tmp/a"
start_fixture "$PERMISSIONS" --here
oracle a $$ || exit 1
order a a show client=plain target=kthread
grep ^ORACLE "$tmp/out" >"$tmp/shown"
says plain kthread exe readlink EACCES
says plain kthread cmdline read nothing
mkdir -p "$tmp/v"
if "$NSPROCFS" mount --target $$ "$tmp/v" 2>/dev/null </dev/null; then
	unview v
	for source in kernel host; do
		compare_view "$source" $$ 'kernel threads' 'target=kthread'
	done
else
	echo '# no view shows kernel threads: there is none of our own namespace'
fi
stop_fixture
finish
