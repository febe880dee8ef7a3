# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2009,SC2012,SC2034,SC2154,SC2317 # the tools are what is looked at; names from outside
#
# What is run in a container, natively and under the view, by test_programs.sh: case_NAME, each with the
# words of its program alone. Numbers of processes in the container: $init, its first; $sleeper, a sleep(1)
# of root; $other, one of user 1000; $listener, which listens on port 7777; $threads, which has three
# threads; $logger_KIND, which copies the FIFO say_KIND to its standard error. $tmp is the test's directory.

readonly as_user=(setpriv --reuid 1000 --regid 1000 --clear-groups)

# until_seen COMMAND...: waits for it to succeed; the time limit of the case is the limit.
until_seen()
{
	until "$@" >/dev/null 2>&1; do
		sleep 0.02
	done
}

case_bash()
{
	cat <(echo from a pipe) - <<<'from a here-document'
	echo to stdout >/dev/stdout
	cat /dev/stdin <<<'from stdin'
	echo "$$ $BASHPID $(exec sh -c 'echo $PPID')"
	exec 3<"/proc/$$/status"
	grep ^Name <&3
	exec 3<&-
	readlink /proc/$$/fd/0 /proc/$$/exe /proc/$$/cwd
	sleep 1000 "$mark" &
	kill -STOP $!
	until_seen grep '^State:.T' "/proc/$!/status"
	kill -CONT $!
	kill $!
	wait $!
	echo $?
	for dir in /proc/[0-9]*; do
		[ "${dir#/proc/}" -gt 1000 ] || echo "$dir"
	done
	cd "/proc/$init" && pwd -P && cat comm && cd cwd && pwd && cd ../.. && pwd -P
}

case_ls()
{
	local link

	cd "/proc/$init" || return
	ls -Al --time-style=+ . attr fd fdinfo map_files ns net/ task task/*/ 2>&1
	ls -Al --time-style=+ /proc | awk '$6 > 1000 || NF != 6 { next } 1'
	stat --format='%n %F %a %u %g %h %s %b %B' ./* attr/* task/*/* net/tcp
	stat -L --format='%n %F %a %u %g %s %i' exe cwd root fd/*
	stat -L --format='%n %F %a %u %g %s' ns/*
	for link in exe cwd root fd/* ns/* map_files/* /proc/self/exe /proc/mounts /proc/net; do
		readlink "$link"
	done
	readlink -f exe cwd/. "/proc/$init/root/proc/self/../$init/exe"
	realpath exe /proc/self/exe
}

case_cat()
{
	cd "/proc/$init" || return
	cat comm cmdline limits cgroup maps uid_map loginuid oom_score_adj | tr '\0' ' '
	head -n 1 status
	tail -n +2 maps | head -n 3
	tail -n 1 /proc/filesystems
	head -c 4 exe | od -c
	tail -c 20 environ | od -c
	cp status "$tmp/work/copy" && cut -f 1 "$tmp/work/copy"
	cp limits "$tmp/work/copy" && cmp limits "$tmp/work/copy"
	cp exe "$tmp/work/copy" && cmp exe /usr/bin/sleep && stat -c %s "$tmp/work/copy"
	cp -r attr limits fdinfo "$tmp/work/" 2>&1
	ls -l --time-style=+ "$tmp/work/fdinfo" "$tmp/work/attr"
	dd if=maps bs=1 skip=10 count=20 status=none | od -c
	sha256sum exe maps environ
	wc -c cmdline environ auxv
	wc -l smaps numa_maps
	sort limits | cut -c -20
	for test in '-x exe' '-w cmdline' '-r environ' '-d cwd/.' '-s maps' '-L exe' 'exe -ef /usr/bin/sleep'; do
		# shellcheck disable=SC2086
		test $test
		echo "$test $?"
	done
	touch comm 2>&1
	mkdir x 2>&1
	rm limits 2>&1
	ln -s a b 2>&1
	mv comm y 2>&1
	cd .. && { echo x >"$init/limits"; } 2>&1
	truncate -s 0 "$init/limits" 2>&1
	echo 7 >"$sleeper/oom_score_adj" && cat "$sleeper/oom_score_adj" && echo 0 >"$sleeper/oom_score_adj"
	tee "$sleeper/coredump_filter" <<<0x23 && cat "$sleeper/coredump_filter"
	du -s --apparent-size "$init/fdinfo"
	find "$init" -maxdepth 3 -type f -size +0
	find "$init/ns/" "$init/fd/" -lname '*:*' | sort
	uname -n
	nproc
}

case_ps()
{
	ps -ef
	ps aux
	ps -e -o pid,ppid,pgid,sid,tpgid,tty,stat,user,group,ni,pri,rtprio,cls,wchan:20,args
	ps -eL -o pid,lwp,nlwp,comm,sgi_p,vsz,rss,sz,min_flt,maj_flt,cputime
	ps -e -o pid,label,cgroup,ipcns,mntns,netns,pidns,userns,utsns,unit,slice
	ps -e -o pid,pending,blocked,ignored,caught,eip,esp,stackp,euid,ruid,suid,fuid,egid,supgid,thcount
	ps -u 1000 -o pid,args
	ps -C sleep -o pid
	ps --ppid "$init" -o pid
	ps -p 99999
	echo $?
}

case_top()
{
	top -b -n 1 -w 200
	top -b -n 1 -H -w 200 -p "$threads"
	top -b -n 1 -c -w 200 -u 1000
}

case_htop()
{
	sleep 0.5 | TERM=xterm script -qec 'stty cols 150 rows 60; htop --no-color' "$tmp/work/screen" >/dev/null &
	until_seen grep -q 'sleep 1001' "$tmp/work/screen"
	pkill -TERM -x htop
	wait
	cat "$tmp/work/screen"
}

case_lsof()
{
	lsof -n -P -w
	lsof -n -P -w -i
	lsof -n -P -w +L1
	lsof -n -P -w -K -a -p "$threads"
	lsof -n -P -w -p "$other" -F pcfatn
	lsof -t "$tmp/held"
}

case_fuser()
{
	fuser -v "$tmp/held"
	fuser -v 7777/tcp
	fuser -v -m "$tmp/mounted"
	fuser /usr/bin/sleep
	fuser -v "$tmp/init"
	echo $?
}

case_pgrep()
{
	pgrep -l -f "$mark" | grep -v bash
	pgrep -a -u 1000
	pgrep -P "$init" -c sleep
	pgrep --ns "$init" -l sleep
	pgrep -w -l python
	pidof sleep
	pkill -0 -e sleep
	pwdx "$init" "$sleeper"
}

case_pstree()
{
	pstree -palun "$init"
	pstree -pS "$init"
	pstree -g -s "$sleeper"
	prtstat "$sleeper"
}

case_pmap()
{
	pmap "$init"
	pmap -x "$sleeper"
	pmap -XX "$other"
	pmap -d "$threads"
}

case_free()
{
	free -k
	vmstat
	vmstat -s
	uptime
	w
}

case_ss()
{
	ss -tlnpe
	ss -tanp
	ss -xp
	ss -s
	ip netns identify "$init"
	ip -br link
}

case_netstat()
{
	netstat -tlnpe
	netstat -rn
	netstat -i
	netstat -s
}

case_lsns()
{
	lsns -r -n
	lsns -r -n -p "$init"
	lsns -r -n -t pid -o NS,TYPE,NPROCS,PID,PPID,COMMAND,UID,USER,NSFS
}

case_findmnt()
{
	findmnt --kernel -r -n -o TARGET,SOURCE,FSTYPE,OPTIONS,PROPAGATION
	findmnt -N "$init" -r -n -o TARGET,FSTYPE
	findmnt "$tmp/mounted" -n
	mountpoint /proc
	mountpoint "$tmp/mounted"
	mount | grep mounted
	df --output=target,source,fstype "$tmp/mounted"
	df --output=target /proc/self/fd
}

case_lslocks()
{
	lslocks -r -n -o COMMAND,PID,TYPE,SIZE,MODE,M,START,END,PATH
	lsipc -q
	ipcs -a
	lscpu
	swapon --show
	prlimit --pid "$init"
	taskset -pc "$init"
	chrt -p "$init"
	choom -p "$init"
}

case_nsenter()
{
	nsenter --target "$init" --all readlink /proc/self/ns/mnt /proc/self/ns/net
	nsenter --target "$other" --pid --mount --setuid 1000 --setgid 1000 --wd sh -c 'id -u; pwd; cat /proc/$$/comm'
	nsenter --net="/proc/$init/ns/net" ip -br link
	nsenter --uts="/proc/$init/ns/uts" --ipc="/proc/$sleeper/ns/ipc" uname -n
	nsenter --user="/proc/$init/ns/user" true
}

case_unshare()
{
	unshare --user --map-root-user sh -c 'id -u; cat /proc/self/uid_map /proc/self/setgroups'
	unshare --user --map-current-user --mount --net sh -c 'id -u; ip -br link'
	unshare --pid --fork sh -c 'echo $$; cat /proc/$$/comm'
	unshare --pid --fork --mount-proc sh -c 'echo $$; cat /proc/$$/comm; ps -e -o pid,comm'
	unshare --mount sh -c 'mount -t tmpfs none /mnt && tail -n 1 /proc/self/mountinfo | cut -d" " -f5'
	unshare --uts sh -c 'hostname inner && cat /proc/sys/kernel/hostname'
	"${as_user[@]}" unshare --user --map-root-user cat /proc/self/uid_map /proc/self/gid_map
}

case_strace()
{
	strace -o "$tmp/work/trace" -f -e trace=openat,readlink -y sh -c 'readlink /proc/self/exe; cat /proc/self/comm'
	cat "$tmp/work/trace"
	strace -p "$sleeper" -yy -o "$tmp/work/trace" &
	until_seen grep '^TracerPid:.[1-9]' "/proc/$sleeper/status"
	until_seen test -s "$tmp/work/trace"
	kill -INT $!
	wait $!
	echo $?
	cat "$tmp/work/trace"
	rm "$tmp/work/trace"
	strace -f -p "$threads" -yy -o "$tmp/work/trace" &
	until_seen sh -c "[ \$(grep -c . $tmp/work/trace) -ge 3 ]"
	kill -INT $!
	wait $!
	echo $?
	sort "$tmp/work/trace"
}

case_gdb()
{
	gdb -nx -batch -p "$threads" -ex 'info threads' -ex 'info proc' -ex 'info proc mappings' \
		-ex 'info sharedlibrary' -ex 'info auxv' -ex 'x/4xb $pc' -ex 'print (int)getpid()' \
		-ex 'print *(char *)$sp = *(char *)$sp' -ex detach
	cat "/proc/$threads/comm"
	gdb -nx -batch -p "$sleeper" -ex "generate-core-file $tmp/work/core" -ex detach
	stat -c %s "$tmp/work/core"
	gdb -nx -batch /usr/bin/sleep "$tmp/work/core" -ex bt
	gdb -nx -batch -ex 'break exit' -ex run -ex 'info proc' -ex 'info inferiors' -ex bt -ex kill --args /usr/bin/true
}

case_bwrap()
{
	bwrap --ro-bind / / --dev /dev --proc /proc --unshare-pid ps -e -o pid,comm
	bwrap --ro-bind / / --dev /dev --bind /proc /proc --unshare-net sh -c 'cat /proc/self/comm /proc/1/comm'
	"${as_user[@]}" bwrap --ro-bind / / --dev /dev --bind /proc /proc --unshare-user --unshare-net \
		sh -c 'cat /proc/self/comm /proc/self/uid_map'
}

case_python()
{
	/usr/bin/python3 "$tmp/facts.py"
}

case_node()
{
	node -e '
		const fs = require("fs"), os = require("os")
		console.log(fs.readdirSync("/proc").filter(name => !(name > 1000)).sort().join(" "))
		console.log(fs.readFileSync("/proc/self/comm", "utf8"), fs.readlinkSync("/proc/self/exe"))
		process.title = "a new title"
		console.log(fs.readFileSync("/proc/self/cmdline", "utf8").replace(/\0/g, " ").trim(), process.title)
		console.log(process.memoryUsage().rss > 1e6, os.cpus().length, os.totalmem(), os.hostname())
		console.log(fs.realpathSync("/proc/self/cwd"), fs.statSync("/proc/self/exe").size)
		const report = process.report.getReport()
		console.log(report.sharedObjects.join(" "), report.header.cpus.length, report.header.commandLine.length)
		fs.readFile(`/proc/${process.pid}/status`, "utf8", (error, text) =>
			console.log(error, text.length > 500, text.split("\n")[0], Object.keys(process.constrainedMemory ? [1] : [])))
		console.log(fs.createReadStream("/proc/cpuinfo").on("data", data => console.log(data.length > 100)).path)'
}

case_java()
{
	java -XshowSettings:system -version
}

case_busybox()
{
	busybox ps -o pid,user,comm,args
	busybox top -b -n 1 | grep sleep | sort
	busybox pidof sleep
	busybox pstree -p "$init"
	busybox netstat -tlnp
	busybox lsof | awk '$1 <= 1000'
	busybox fuser "$tmp/held"
	busybox pmap "$init"
}

# Its sandbox wants an ordinary user. Where it cannot be made, there is no page.
case_chromium()
{
	mkdir -m 777 "$tmp/work/home"
	echo '<p id="p"></p><script>p.textContent = "sum " + (40 + 2)</script>' >"$tmp/work/page.html"
	"${as_user[@]}" env HOME="$tmp/work/home" chromium --headless --disable-gpu \
		--user-data-dir="$tmp/work/home/data" --dump-dom "file://$tmp/work/page.html" 2>"$tmp/work/said"
	echo $?
	grep -iE 'sandbox|zygote|/proc' "$tmp/work/said"
}

case_perl()
{
	perl -e '
		$0 = "renamed"; open my $f, "<", "/proc/$$/cmdline"; print <$f>, "\n";
		opendir my $d, "/proc/self/fd" or die; print join(" ", sort readdir $d), "\n";
		print readlink("/proc/self") == $$, " ", -s "/proc/self/exe", "\n";
		open my $m, "<", "/proc/self/mem" or die; print sysseek($m, 4096, 0), "\n"'
}

# A daemon of its own, a login with a command and one with a terminal.
case_sshd()
{
	local login made=

	ssh-keygen -q -t ed25519 -N '' -f host_key && ssh-keygen -q -t ed25519 -N '' -f user_key || return
	cat >sshd_config <<-CONFIG
		Port 2222
		ListenAddress 127.0.0.1
		HostKey $PWD/host_key
		AuthorizedKeysFile $PWD/user_key.pub
		PidFile $PWD/sshd.pid
		StrictModes no
		UsePAM no
	CONFIG
	login=(ssh -F none -p 2222 -i user_key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
		-o BatchMode=yes -o LogLevel=error root@127.0.0.1)
	mkdir /run/sshd 2>/dev/null && made=yes
	"$(command -v sshd)" -D -f "$PWD/sshd_config" -E "$PWD/log" &
	until_seen test -s sshd.pid
	cat "/proc/$!/oom_score_adj"
	"${login[@]}" -T 'cat /proc/self/oom_score_adj; readlink /proc/self/exe; ls /proc/self/fd | wc -l
		ps -o comm= -p $PPID'
	"${login[@]}" -tt 'tty; readlink /proc/self/fd/0; cat /proc/self/loginuid; echo'
	kill $!
	wait $!
	sed -E 's/port [0-9]{5}/port N/; s/ SHA256:.*//' log | sort
	[ -z "$made" ] || rmdir /run/sshd
}

# What somebody else logs, before and after tail(1) has come. A pipe's output is not held back.
case_tail()
{
	local kind number tail said

	for kind in pipe file deleted; do
		number=logger_$kind
		echo "before $kind" >"$tmp/say_$kind"
		stdbuf -o0 tail -n +1 -s 0.05 -f "/proc/${!number}/fd/2" >"$tmp/work/tailed" &
		tail=$!
		until_seen grep "before $kind" "$tmp/work/tailed"
		for said in first second; do
			echo "$said $kind" >"$tmp/say_$kind"
			until_seen grep "$said $kind" "$tmp/work/tailed"
		done
		kill "$tail"
		wait "$tail"
		cat "$tmp/work/tailed"
		readlink "/proc/${!number}/fd/2" | sed 's/:.*//'
		stat -L -c '%F %h' "/proc/${!number}/fd/2"
		[ "$kind" = pipe ] || tail -n 3 "/proc/${!number}/fd/2"
		[ "$kind" = pipe ] || : >"/proc/${!number}/fd/2"
	done
}

case_environ()
{
	local who

	for who in 0:0 1000:1000 1001:1001 1000:1001; do
		echo "as $who"
		setpriv --reuid "${who%:*}" --regid "${who#*:}" --clear-groups sh -c "
			for p in $init $other; do
				cat /proc/\$p/environ | tr '\0' '\n' | grep -E '^(SECRET|PUBLIC)='
				ls /proc/\$p/fd | wc -l; readlink /proc/\$p/exe; cat /proc/\$p/comm; wc -l /proc/\$p/maps
			done"
	done
	setpriv --bounding-set=-all --inh-caps=-all sh -c "wc -c /proc/$init/environ /proc/$other/environ"
	setpriv --reuid 1000 --clear-groups --inh-caps=+sys_ptrace --ambient-caps=+sys_ptrace \
		sh -c "wc -c /proc/$init/environ; readlink /proc/$init/exe"
}

case_sysctl()
{
	# shellcheck disable=SC2046
	sysctl --ignore $(cd /proc/sys && ls -d kernel/[a-o]* kernel/s* net/ipv4/tcp_[a-m]* net/core/* fs/*/* user/* vm/*)
	sysctl kernel.hostname net.ipv4.ip_forward kernel.pid_max kernel.shmmax
	sysctl -n -e kernel.nothing
	sysctl -w kernel.nothing=1
}

# The differences that are known and cannot be helped, each alone: see docs/programs.md.
case_own_state()
{
	ps -C ps -o stat=,wchan:20=
}

case_killall()
{
	killall -v -0 busybox sleep
}

case_statfs()
{
	stat -f -c %T /proc /proc/self
}
