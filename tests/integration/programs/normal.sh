# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2317 # called by test_programs.sh as normal_CASE
#
# Of what a case has printed, that which may be compared. Without a function here, that is all of it.
# Numbers of a case's own processes begin at 1001. They are not always the same: to read some files for a
# client in a container, the view's server makes a process there, which uses up a number.

# The lines whose field $1 is not the number of a process of the case itself. Such processes are in another
# state while they wait for the view's answer (case_own_state), and have used as much memory as it happens.
not_own()
{
	awk -v field="$1" '$field !~ /^[0-9]+$/ || $field <= 1000'
}

normal_bash()
{
	sed -E 's/\b1[0-9]{3}\b/OWN/g'
}

# Clock times are a second apart if the seconds since boot are; the share of the processor is of the time
# since a process has started; `ps aux` and `ps -ef` have the number in the second field.
normal_ps()
{
	sed -E 's/\b[0-9]{2}:[0-9]{2}\b( +[0-9?])/TIME\1/' | awk '
		/%CPU/ { aux = 1 }
		/STIME/ || /%CPU/ { field = 2 }
		!/^(root|uucp|[a-z_0-9]+) / || /PGID|LWP/ { if ($1 ~ /^PID/ || $1 ~ /^[0-9]+$/) field = 1 }
		$field ~ /^[0-9]+$/ && $field > 1000 { next }
		field == 2 { $(aux ? 3 : 4) = "CPU" }
		1'
}

# The machine's load, memory and time; how many run (case_own_state).
normal_top()
{
	grep -vE '^(top -|%Cpu|MiB |Tasks:|Threads:)' | not_own 1
}

# The numbers move, and are drawn where they have changed: what is left are names of columns and processes.
normal_htop()
{
	sed -E 's/\x1b[][()][0-9;?]*[A-Za-z]?//g' |
		grep -oE 'sleep 100[0-9]|python3|logger|nc -l|PID USER|Load average|Tasks' | sort | uniq -c |
		awk '{ print $2, $3 }'
}

# Of lsof itself only what each file is: its descriptors lead into the procfs that it reads.
normal_lsof()
{
	awk '$2 ~ /^[0-9]+$/ && $2 > 1000 { next } 1'
}

# The proportional share of a page depends on who else maps it at the moment.
normal_pmap()
{
	awk 'NF > 20 && $2 ~ /^[-r][-w]/ { $10 = "PSS" } NF > 15 && $5 ~ /^[0-9]+$/ { $5 = "PSS" } 1'
}

# Numbers that count what the machine has done.
normal_free()
{
	awk '
		/^(Mem|Swap):/ { print $1, $2; next }
		/total (memory|swap)/ { print; next }
		{ gsub(/[0-9][0-9:.,]*/, "N"); gsub(/ +/, " "); sub(/^ /, ""); print }'
}

# Sockets of programs that have ended are counted until the kernel has freed them.
normal_ss()
{
	grep -v '^Total:'
}

normal_netstat()
{
	sed -E 's/\b1[0-9]{3}\b/OWN/g'
}

# The number of the namespace that was made for the side; it decides the order, too.
normal_lsns()
{
	sed -E 's/^[0-9]+ (mnt [0-9]+ 1[0-9]{3} )/MOUNTS \1/' | sort
}

# The view's own mount is FUSE's, and a procfs on `.k` comes and goes. A copy of the mounts is made in
# another order, if one of them has come later.
normal_findmnt()
{
	grep -v '/\.k/' | sort | sed -E 's,^/proc (nsprocfs|proc) (fuse\.nsprocfs|proc) .*,/proc VIEW,; s,^/proc (fuse\.nsprocfs|proc)$,/proc VIEW,'
}

# The clock speed of the moment.
normal_lscpu()
{
	grep -v MHz
}

# And locks of nobody in the container, which come and go on the machine.
normal_lslocks()
{
	normal_lscpu | grep -v '^(undefined) -1 '
}

normal_unshare()
{
	sed -E 's/\b1[0-9]{3}\b/OWN/g'
}

# Addresses, times, and numbers of the traced processes; which of three threads is let go last.
normal_strace()
{
	sed -E 's/ <(detached|unfinished) \.\.\.>$//; s/\b1[0-9]{3}\b/OWN/g; s/0x[0-9a-f]+/ADDRESS/g
		s|(si_[us]time=)[0-9]+( /\* [0-9.]+ s \*/)?|\1TIME|g'
}

# Numbers of the processes that gdb starts.
normal_gdb()
{
	sed -E 's/\b1[0-9]{3}\b/OWN/g'
}

# What is free of memory.
normal_java()
{
	grep -viE 'memory usage|free|available'
}

# Memory that has been used, and processor time.
normal_busybox()
{
	not_own 1 | sed -E '/^ +[0-9]+ +[0-9]+ /s/ +[0-9]+% / /g'
}

# The proportional share of a page depends on who else maps it at the moment.
normal_python()
{
	sed -E "s/\b([pu]ss|shared_clean|private_clean|shared|referenced)=[0-9]+/\1=N/g; s/^1[0-9]{3} /OWN /; s/pid=1[0-9]{3}/pid=OWN/g; s/started='[0-9:]*'/started=TIME/g; s/\b1[0-9]{3}\b/OWN/g"
}

# What counts, or is drawn anew at each reading.
normal_sysctl()
{
	grep -vE '^(fs\.(dentry-state|file-nr|inode-nr|inode-state)|kernel\.(ns_last_pid|random\.uuid|random\.entropy_avail|pty\.nr)|net\..*_count|kernel\.random\.boot_id) = '
}

# Numbers of processes: the server uses up some here, too.
normal_sandbox_bash()
{
	sed -E 's/^ +[0-9]+ /OWN /'
}

# As above.
normal_sandbox_gdb()
{
	sed -E 's/(process |si_pid=|^)[0-9]+/\1OWN/g'
}
