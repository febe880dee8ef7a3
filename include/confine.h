/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a thread that serves clients gives up: system calls that no request needs (seccomp(2)). */

struct fault;

/*
 * From here on the calling thread, and what it starts, gets EPERM for the system calls that execute programs, trace or
 * read other processes, mount, open sockets, load code into the kernel, or change the machine's clocks, swap and
 * accounting; and nothing it executes could gain privileges (PR_SET_NO_NEW_PRIVS). Other threads are as before.
 * Returns 0; -ENOMEM; -EINVAL or -ENOSYS if the kernel has no seccomp filters.
 */
int confine_thread(struct fault *fault);
