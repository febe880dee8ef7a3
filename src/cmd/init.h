/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The first process of a PID namespace that `run --unshare-pid` makes: nothing but the parent of the
 * orphans in there. The command is the second. As the first it would be deaf to every signal it has not
 * asked for (SIGNAL_UNKILLABLE, kernel/signal.c), and so neither end by SIGTERM nor stop by Ctrl-Z, which
 * people expect of `run`; and hardly a program reaps orphans it knows nothing of.
 */

#include <sys/types.h>

struct fault;

/*
 * Makes a PID namespace for the children of this process, which stays out of it, and starts the first
 * of them: it has no capability and no file open, is a session of its own, never looks at /proc, and is
 * killed when this process dies. All in the namespace die with it.
 * Takes CAP_SYS_ADMIN in the present user namespace. Returns 0 and the number of the first process in our
 * namespace; errors of unshare(2) and fork(2), with a fault.
 */
int init_start(pid_t *ret_pid, struct fault *fault);
