/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a thread that waits in the kernel has called, by PID/syscall and PID/mem (proc(5)). A FUSE
 * request for the text of a link does not tell whether the client wants the text or the object; its
 * system call does. Both files take the right to trace the thread (PTRACE_MODE_ATTACH_FSCREDS).
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "text.h"

struct buf;
struct source;

enum sniff_call {
	SNIFF_OTHER = 0, /* anything else: paths are followed to the end */
	SNIFF_READLINK,	 /* readlink(2), readlinkat(2): the last link of the path is read */
	SNIFF_LOOK,    /* tells of the object at the end of a path: stat(2), access(2), statfs(2) */
	SNIFF_REMOUNT, /* mount(2) with MS_REMOUNT, umount2(2): of what is mounted there */
	SNIFF_CREATE,  /* creat(2) */
	SNIFF_OPEN,    /* open(2), openat(2) */
	SNIFF_OPEN_HOW, /* openat2(2): its flags are in memory */
};

struct sniff {
	enum sniff_call call;
	uint64_t path; /* address of the path argument; 0 for SNIFF_OTHER and what opens */
	uint64_t
		open; /* SNIFF_OPEN: flags of open(2); SNIFF_OPEN_HOW: address of a struct open_how */
	uint64_t mark; /* tells this call from the thread's others, by all its arguments; never 0 */
};

/*
 * A line of PID/syscall (fs/proc/base.c, proc_pid_syscall()). The numbers are those of the machine we
 * are built for, and on x86-64 those of x32 and, told by registers below 4 GiB, of i386. Pure.
 * Returns 0; -EAGAIN if the thread is running; -EINVAL if it is no such line.
 */
int sniff_parse(struct text line, struct sniff *ret);

/*
 * The path as the thread gave it ends in name, the link's own, and no earlier component can be the link
 * as well: "fd/5" for the link 5 in fd, but neither "fd/5/x" nor "fd/5/5" nor "fd/5/". parent is the
 * directory's name; empty if a link in it can be reached by any. Pure.
 */
bool sniff_names_link(struct text path, struct text parent, struct text name);

/*
 * Learns the call of a thread (its number in host's namespace), and appends its path argument, without a
 * NUL, if sniff.path names one. A thread that is not asleep yet is asked again, for a while.
 * Returns 0; -EAGAIN if it does not come to rest; -EFAULT if its path cannot be read; the source's
 * errno: -EACCES or -EPERM without the right to trace it, -ENOENT or -ESRCH if it is gone.
 */
int sniff_thread(const struct source *host, pid_t tid, struct sniff *ret, struct buf *path);

/*
 * Flags of open(2), and RESOLVE_ of openat2(2), with which a file at the end of a path is opened for writing,
 * and would be if a symbolic link to it, on another mount, stood in its place. Pure.
 */
bool sniff_flags_write(uint64_t flags, uint64_t resolve);

/*
 * Whether the thread (its number in host's namespace) waits in a call of open(2)'s kind with such flags; no if
 * it cannot be told. What was read from the thread's memory may have changed since the kernel read it.
 */
bool sniff_opens_to_write(const struct source *host, pid_t tid);
