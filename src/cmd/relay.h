/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Standing in for a child: passing on its signals, its stops and its end. */

#include <stdbool.h>

/*
 * A supervisor kills every descendant when things go wrong, so it must not have any of before: those of
 * a shell that executed us (`daemon & exec nsprocfs run ...`). If there are such, goes on in a child
 * without; the parent stays as its stand-in until the child ends, and returns true with the exit status.
 * Returns false to the process that is to go on.
 */
bool relay_if_needed(int *ret_status);

/*
 * The exit status for a command's wait status. If a signal killed it, dies by the same signal (without
 * a core of ours): a shell takes that for 128 plus the number, and a script ends at ^C as it would
 * without us. Returns 128 plus the number if we survive it.
 */
int relay_status(int wait_status);
