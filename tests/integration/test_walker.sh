#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The walker finds nothing where there is nothing (two instances of the kernel's procfs), and every
# kind of mistake that is planted into what one of them gave.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/lib.sh
. "$here/lib.sh"
begin 240 -- "$@"
need ZOO WALKER NSPROC_MOUNT

# walk OPTION...: sets result; what was printed is in $tmp/out.
walk()
{
	"$WALKER" --deadline 100 "$@" >"$tmp/out" 2>"$tmp/err"
	result=$?
}

show()
{
	sed 's/^/#   /' "$tmp/out" "$tmp/err" | cut -c1-400 | tail -n 20
}

start_zoo 3

# The same namespace twice: by the mount option, and by a process inside it.
for level in 1 2 3; do
	oracle "a$level" "${level_init[level]}" && oracle "b$level" "${level_init[level]}" --child || exit 1
	walk --inodes --write-open "$tmp/a$level" "$tmp/b$level"
	check_equal "level $level: two kernel instances differ in nothing" 0 "$result"
	[ "$result" -eq 0 ] || show
	tail -n 1 "$tmp/out" | sed 's/^/# /'
done
check 'it compared files of every process' test "$(sed -n 's/.* files: \([0-9]*\);.*/\1/p' "$tmp/out")" -gt 8000

# Different namespaces differ.
walk --quick "$tmp/a2" "$tmp/b3"
check_equal 'another namespace is another tree' 1 "$result"

# KIND, what the walker has to call it, and where it has to find it.
plants='
name-missing    names:missing           1/ns
name-extra      names:extra             1/attr
name-twice      names:missing           1/attr
order           order                   1
pid-missing     names:missing           /
pid-order       order                   /
pid-twice       names:missing           /
d-type          d_type                  1
list-errno      errno:list:EIO          1/attr
list-offset     list:from:*             1/ns
type            type                    1/environ
mode            mode                    1/environ
nlink           nlink                   1/task
uid             uid                     1/status
gid             gid                     1/io
size            size                    1/fd
stat-errno      errno:stat:ENOENT       1/cwd
link            link                    1/root
link-errno      errno:readlink:EACCES   1/exe
link-empty      link                    1/ns/pid
open-errno      errno:open:EACCES       1/environ
open-dir-errno  errno:list:EACCES       1/fdinfo
read-errno      errno:read:EACCES       1/limits
read-no-errno   errno:read:ok           1/attr/current
byte            bytes:*                 1/cgroup
truncated       bytes:structure         1/status
empty           bytes:structure         1/maps
newline-lost    bytes:structure         1/comm
line-extra      bytes:structure         1/status
line-missing    bytes:structure         1/limits
line-lost       bytes:line-missing      vmallocinfo
host-pid        bytes:stat.4            1/stat
host-session    bytes:stat.6            1/task/1/stat
frozen          bytes:*                       uptime
frozen-stat     bytes:*                       stat
frozen-counter  bytes:*                       interrupts
ahead           bytes:*                 uptime
rewind-frozen   frozen:rewind           uptime
rewind          rewind                  1/status
pread           pread:*                 1/limits
pread-errno     pread:0:errno:EACCES    1/limits
tiny            read:1                  1/cmdline
lookup          lookup:01:ok            /
lookup-dir      lookup:01:ok            1/task
'
while read -r kind what path; do
	[ -n "$kind" ] || continue
	[[ $path == [a-z]* ]] && only=$path || only=1
	walk --only "$only" --plant "$kind" "$tmp/a3" "$tmp/b3"
	found=no
	while read -r word where rest; do
		[ "$word $where" = "REAL $path" ] || continue
		# Paths of processes are followed by the same with the name: (comm)/...
		[[ $rest != '(zoo-init-3)'* ]] || rest=${rest#* }
		# shellcheck disable=SC2053 # a glob
		[[ ${rest%% *} != $what ]] || found=yes
	done <"$tmp/out"
	check_equal "planted: $kind" '1 yes' "$result $found"
	[ "$result $found" = '1 yes' ] || show
done <<<"$plants"
check_equal 'every kind of plant was tried' \
	"$("$WALKER" --plant list | sort)" "$(awk 'NF { print $1 }' <<<"$plants" | sort)"

# Exceptions.
printf '%s\n' '# a comment' '(zoo-*)/environ  mode  planted' 'PID/task/TID/environ  mode  planted' \
	'[other]' 'PID/io  gid  not in this section' >"$tmp/exceptions"
walk --only 1 --plant mode --exceptions "$tmp/exceptions" "$tmp/a3" "$tmp/b3"
check_equal 'a documented difference is none' 0 "$result"
check 'it is counted' grep -q 'real differences: 0; exceptions: 2;' "$tmp/out"
walk --only 1 --plant gid --exceptions "$tmp/exceptions" "$tmp/a3" "$tmp/b3"
check_equal 'a row of another section does not count' 1 "$result"
check 'a row that covers nothing is reported' grep -q 'exception without a case: (zoo-\*)/environ mode' "$tmp/err"
walk --only 1 --plant gid --exceptions "$tmp/exceptions" --section other "$tmp/a3" "$tmp/b3"
check 'the section asked for counts' grep -q 'exceptions: 2;' "$tmp/out"
echo 'PID/environ mode' >"$tmp/exceptions"
walk --only 1 --exceptions "$tmp/exceptions" "$tmp/a3" "$tmp/b3"
check_equal 'a row without a reason is refused' 2 "$result"

# Without plants: plain directories that differ.
mkdir -p "$tmp/c/1/sub" && echo text >"$tmp/c/1/file" && ln -s to "$tmp/c/1/link" && echo 1 >"$tmp/c/1/sub/x"
for change in ':' 'echo texu >1/file' 'ln -sfn too 1/link' 'chmod 600 1/file' 'mv 1/sub/x 1/sub/y' \
	'rm 1/sub/x' 'mkdir 1/sub/z' 'chown 12 1/sub' 'chmod +t 1' 'rm 1/link && echo to >1/link'; do
	rm -rf "$tmp/d" && cp -a "$tmp/c" "$tmp/d" && (cd "$tmp/d" && eval "$change")
	walk "$tmp/c" "$tmp/d"
	check_equal "plain directories: $change" "$([ "$change" = : ] && echo 0 || echo 1)" "$result"
done

# While processes come and go: what vanishes is no difference.
nsenter --target "${level_init[3]}" --pid "$BASH" -c 'for ((;;)) do (:) & (:); done' </dev/null >/dev/null 2>&1 &
churner=$!
disown
# How many have a page mapped is another number with every fork: mapmax in numa_maps, Pss and Shared_* in smaps and
# smaps_rollup, the bit for one alone in pagemap.
walk --exclude 'sys/*' --exclude '*/numa_maps' --exclude '*/smaps*' --exclude '*/pagemap' "$tmp/a3" "$tmp/b3"
check_equal 'processes that come and go are no difference' 0 "$result"
[ "$result" -eq 0 ] || show
kill_tree "$churner"
kill -KILL "$churner"

"$WALKER" --deadline 1 --full --rounds 1000000 --plant byte "$tmp/a1" "$tmp/b1" >"$tmp/out" 2>"$tmp/err"
check_equal 'a deadline ends it with status 3' 3 $?
check 'and says where it was' grep -qE 'deadline of 1 s passed at [^ ]+ \([1-9][0-9]* entries' "$tmp/err"

walk --json --only 1 "$tmp/a3" "$tmp/b3"
check 'the summary is JSON if asked for' grep -qE '^\{"entries":[0-9]+,.*"real":0,.*"seconds":[0-9.]+\}$' "$tmp/out"

finish
