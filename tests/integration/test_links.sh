#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Magic links: read and followed by all kinds of callers, natively and through views. The kernel's own procfs
# must pass every check, else the check is wrong.
#
# Usage: test_links.sh NSPROCFS, with $LINKS, $LINKS_STATIC, $LINKS_THREADS, $LINKS_URING, $LINKS_DEAD_ROOT and, where it can be
# built, $LINKS_I386 in the environment.

# shellcheck disable=SC2016 # text for other shells
DEADLINE_S=${DEADLINE_S:-220}
# shellcheck source=tests/integration/command.sh
. "$(dirname "$0")/command.sh"

start_target

# score WHAT WANTED COMMAND...: the checks (of 56) that must not miss are those of WANTED.
score()
{
	local what=$1 wanted=$2

	shift 2
	out=$("$@" 2>"$tmp/err" </dev/null)
	echo "$what: $(tail -n 1 <<<"$out")"
	expect "$what" "$wanted" "$(grep -v '^ok: ' <<<"$out")"
	expect "$what: no complaint" '' "$(cat "$tmp/err")"
}

readonly ALL='links: 56 of 56'
# What cannot be told without the right to trace the client: text of what has no path, or is elsewhere.
readonly GUESSED='MISS: readlink of a memfd
MISS: readlink of a deleted file
MISS: readlink of an O_TMPFILE file
MISS: readlinkat with an empty path of a memfd
MISS: readlink of another'\''s root and cwd
MISS: openat2 RESOLVE_NO_MAGICLINKS
links: 50 of 56'

# Python's own ways to a link, and a child of multiprocessing.
python_checks()
{
	cat <<'END'
import multiprocessing, os, sys, tempfile
proc = sys.argv[1]
def look(fd, name, queue):
    link = f"{proc}/self/fd/{fd}"
    queue.put((os.readlink(link) == name, os.path.samefile(link, name),
               os.path.realpath(link) == os.path.realpath(name),
               open(link).read() == "content"))
with tempfile.NamedTemporaryFile("w") as f:
    f.write("content")
    f.flush()
    queue = multiprocessing.get_context("fork").Queue()
    child = multiprocessing.get_context("fork").Process(target=look, args=(f.fileno(), f.name, queue))
    child.start()
    print("python:", *queue.get())
    child.join()
r, w = os.pipe()
with open(f"{proc}/self/fd/{w}", "w") as again:
    again.write("through")
os.close(w)
print("python:", os.read(r, 100).decode())
END
}

# callers WHAT DIR COMMAND...: programs of several kinds, started by the command (run, nsenter, or nothing).
callers()
{
	local what=$1 dir=$2

	shift 2
	score "$what, static" "$ALL" "$@" "$LINKS_STATIC" "$dir"
	expect "$what, threads" 'threads: 0 wrong of 16000' "$("$@" "$LINKS_THREADS" "$dir")"
	out=$("$@" "$LINKS_URING" "$dir")
	case $? in
	77) echo "$out" ;;
	*) expect "$what, io_uring" 'uring: 4 of 4' "$out" ;;
	esac
	if [ -n "${LINKS_I386:-}" ]; then
		"$@" "$LINKS_I386" "$dir" 2>/dev/null
		expect "$what, i386" 0 $?
	fi
	if [ -x "$tmp/go-caller" ]; then
		expect "$what, go" 'go: 0 wrong' "$("$@" "$tmp/go-caller" "$dir" 2>&1)"
	fi
	python_checks >"$tmp/checks.py"
	expect "$what, python" $'python: True True True True\npython: through' \
		"$("$@" python3 "$tmp/checks.py" "$dir" 2>&1)"
}

# Go's runtime is a caller of its own kind: raw system calls, from threads that change.
build_go_caller()
{
	if ! command -v go >/dev/null; then
		echo 'skipped: the Go caller (no go here: package golang-go)'
		return
	fi
	GOCACHE=$tmp/go-cache CGO_ENABLED=0 go build -o "$tmp/go-caller" "$(dirname "$0")/links/caller.go" ||
		fail 'the Go caller cannot be built'
}

# another_user COMMAND...: as a user without any right; what he misses, the kernel's procfs tells.
another_user()
{
	setpriv --reuid 1000 --regid 1000 --clear-groups "$@"
}

test_native()
{
	score native "$ALL" "$LINKS"
	cp "$LINKS" "$tmp/links"
	chmod 755 "$tmp"
	his=$(another_user "$tmp/links" | grep -v '^ok: ')
	echo "native, uid 1000: $(tail -n 1 <<<"$his")"
	if [ -n "${LINKS_I386:-}" ] && ! "$LINKS_I386"; then
		echo 'skipped: i386 programs do not run here'
		LINKS_I386=
	fi
	callers native /proc
}

test_run()
{
	local source

	for source in kernel host; do
		score "run, $source" "$ALL" \
			"$program" run --source=$source --target "$target" "$LINKS"
		callers "run, $source" /proc "$program" run --source=$source --target "$target"
		score "run, $source, uid 1000" "$his" "$program" run --source=$source \
			--target "$target" setpriv --reuid 1000 --regid 1000 --clear-groups "$tmp/links"
		score "run, $source, guessing" "$GUESSED" \
			"$program" run --source=$source --links=guess --target "$target" "$LINKS"
	done
}

# refused WHAT COMMAND: the portal's instance of the host is for links only.
refused()
{
	out=$("$program" run --target "$target" sh -c "$2" 2>&1 </dev/null)
	expect_match "$1" '(.*: Cannot allocate memory.*)+' "$out"
}

# A reference to a name of the portal: by path, relative, by a mount on another place.
test_gate()
{
	refused 'the portal listed' 'ls /proc/.k/host/'
	refused 'a process by path' 'cat /proc/.k/host/1/comm'
	refused 'from inside of the portal' 'cd /proc/.k && cat host/1/comm'
	refused 'by ..' 'cat /proc/self/fd/../../.k/host/1/comm'
	refused 'entered' 'env -C /proc/.k/host true'
	refused 'a bind mount of it' "mount --bind /proc/.k/host $tmp/empty"
	refused 'in a copy of the mounts' "mount --rbind /proc $tmp/empty && cat $tmp/empty/.k/host/1/comm"
	# Refusals have not taken it away, and other ways to name it do no harm.
	score 'after refusals' "$ALL" "$program" run --target "$target" sh -c '
		for i in 1 2 3; do ls /proc/.k/host/ && echo seen; done 2>/dev/null; exec "$0"' "$LINKS"
	out=$("$program" run --target "$target" sh -c 'stat -c %F /proc/.k/host; df -a >/dev/null
		mount -o remount,bind,ro /proc/.k/host && echo fd | cat /dev/stdin' 2>&1 </dev/null)
	expect 'told of, and mounted anew' $'directory\nfd' "$out"
	# A link that was told to be followed, but is not: what the ticket is good for is that call.
	out=$("$program" run --target "$target" python3 -c '
import ctypes, os
how = (ctypes.c_uint64 * 3)(0, 0, 0x08)  # RESOLVE_BENEATH: ends before the portal is looked up
libc = ctypes.CDLL(None, use_errno=True)
fds = os.open("/proc/self", os.O_RDONLY)
for _ in range(1000):  # EAGAIN: something was mounted meanwhile
    r = libc.syscall(437, fds, b"fd/0", ctypes.byref(how), 24)
    if ctypes.get_errno() != 11:
        break
print(r, os.strerror(ctypes.get_errno()))
try:
    print(open("/proc/.k/host/1/comm").read())
except OSError as e:
    print(e.strerror)' 2>&1 </dev/null)
	expect 'a ticket that was not used' $'-1 Invalid cross-device link\nCannot allocate memory' "$out"
}

gone()
{
	[ -z "$(grep -F "$1" /proc/self/mountinfo)" ]
}

keeper_gone()
{
	[ ! -e "/proc/$keeper" ]
}

# mount_view OPTION...: at $dir, which has the mark; $keeper and $worker.
mount_view()
{
	dir=$tmp/view.$mark
	[ -z "${keeper:-}" ] || expect_soon 'the one before is gone' keeper_gone
	mkdir -p "$dir"
	"$program" mount "$@" --target "$target" "$dir" >"$tmp/out" 2>&1 </dev/null ||
		fail "mount $*: $(cat "$tmp/out")"
	connection_of $$ >/dev/null
	keeper=$(grep -lzxF -- "$dir" /proc/[0-9]*/cmdline 2>/dev/null | tr -dc '0-9\n' | sort -n | head -n 1)
	worker=$(children_of "$keeper")
	worker=${worker% }
}

# What a member of the view sees, which stands in our mounts.
as_member()
{
	nsenter --target "$target" --pid "$@"
}

test_mount()
{
	local source

	for source in kernel host; do
		mount_view --source=$source
		score "mount, $source" "$ALL" as_member "$LINKS" "$dir"
		callers "mount, $source" "$dir" as_member
		score "mount, $source, uid 1000" "$his" as_member \
			setpriv --reuid 1000 --regid 1000 --clear-groups "$tmp/links" "$dir"
		expect "mount, $source: for one outside" "$(stat -L -c %d:%i "/proc/$target/exe")" \
			"$(stat -L -c %d:%i "$dir/1/exe")"
		expect "mount, $source: text for one outside" "$(readlink "/proc/$target/exe")" \
			"$(readlink "$dir/1/exe")"
		expect "mount, $source: the portal is not listed" '' \
			"$(find "$dir" -maxdepth 1 -name .k)"
		# A mount on it makes a view busy, so it goes when it is not needed.
		expect_soon "mount, $source: umount" eval 'umount "$dir" 2>/dev/null'
		expect "mount, $source: nothing is left" yes "$(gone "$dir" && echo yes)"
		mount_view --source=$source --links=guess
		score "mount, $source, guessing" "$GUESSED" as_member "$LINKS" "$dir"
		umount -l "$dir"
		expect "mount, $source: umount -l" yes "$(gone "$dir" && echo yes)"
	done
}

# follow: so that the portal is mounted.
follow()
{
	expect 'a link to a namespace' "$(stat -L -c %i "/proc/$target/ns/net")" \
		"$(stat -L -c %i "$dir/1/ns/net")"
	expect "$1: the portal is mounted" 1 "$(grep -cF "$dir/.k/" /proc/self/mountinfo)"
}

# However the view ends, the portal goes with it.
test_mount_ends()
{
	local victim

	for victim in TERM:keeper KILL:keeper KILL:worker; do
		mount_view
		follow "$victim"
		eval "kill -${victim%:*} \$${victim#*:}"
		expect_soon "$victim: nothing is left" gone "$dir"
	done
	# Somebody took it away by itself: it comes back.
	mount_view
	follow 'before'
	umount "$dir/.k/view"
	expect_soon 'unmounted alone: comes back' eval \
		'[ "$(stat -L -c %i "$dir/1/ns/net" 2>/dev/null)" = "$(stat -L -c %i "/proc/$target/ns/net")" ]'
	umount -R "$dir"
}

test_mount_gate()
{
	mount_view --source=host
	follow 'host source'
	out=$(cat "$dir/.k/host/1/comm" 2>&1)
	expect_match 'host source: by path' '.*: Cannot allocate memory' "$out"
	umount -l "$dir"
	mount_view --source=kernel
	follow 'kernel source'
	expect 'kernel source: the same instance, so no gate' sleep "$(cat "$dir/.k/view/1/comm" 2>&1)"
	umount -R "$dir"
	mount_view --source=kernel --profile=container
	follow 'profile container'
	out=$(ls "$dir/.k/view/" 2>&1)
	expect_match 'profile container: what it hides' '.*: Cannot allocate memory' "$out"
	umount -R "$dir"
	expect 'gates: nothing is left' yes "$(gone "$dir" && echo yes)"
}

# What is asked about the directory itself (docs/what-differs.md), and all that differs.
readonly DEAD_ROOT='stat /: No such process
open O_PATH .: ok
fstatat self/cwd: No such process
fstatat self/root: No such process'

# A client whose root directory belongs to a process that has died.
test_dead_root()
{
	local source

	(cd / && nsenter --target "$target" --mount --pid "$LINKS_DEAD_ROOT") >"$tmp/native" 2>&1
	expect_match 'dead root: natively there are answers' '[1-9][0-9]' "$(wc -l <"$tmp/native")"
	expect_match 'dead root: natively it is dead' 'open /: No such process' "$(grep '^open /:' "$tmp/native")"
	for source in kernel host; do
		(cd / && "$program" run --source=$source --target "$target" -- "$LINKS_DEAD_ROOT") >"$tmp/view" 2>&1
		expect "dead root: source $source" "$DEAD_ROOT" "$(diff "$tmp/native" "$tmp/view" |
			sed -n 's/^> //p' | grep -v '^  type')"
		expect "dead root: source $source: the same questions" "$(cut -d : -f 1 "$tmp/native" | grep -v '^ ')" \
			"$(cut -d : -f 1 "$tmp/view" | grep -v '^ ')"
	done
}

build_go_caller
test_native
test_run
test_mount
test_mount_ends
test_mount_gate
test_gate
test_dead_root
finish
