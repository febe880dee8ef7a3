/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where a path leads, as far as that can be told without going there. */

#include <stdbool.h>
#include <sys/types.h>

#include "source.h"

/* A magic link of a source, addressed as in source_readlink(). */
struct reach_link {
	const struct source *source;
	int dirfd;
	const char *path;
};

/*
 * Whether the thread tid (its number in host's namespace), following path from its own root, gets to
 * the very object, in the same mount, that the link leads to. Takes the right to see the links of the
 * thread (PTRACE_MODE_READ_FSCREDS). No file system is asked anything: not looked up is what the kernel
 * does not have in its cache (RESOLVE_CACHED, Linux 5.12), so the answer may be a wrong no, never a
 * wrong yes, and no file system that hangs, nor our own, is waited for.
 */
bool reach_is_same(const struct reach_link *link, const struct source *host, pid_t tid,
		   const char *path);

/*
 * Whether something is mounted on this very path, absolute and letter by letter, in the mount namespace and below
 * the root of the thread (its number in host's namespace). No if it cannot be told.
 */
bool reach_is_mount_point(const struct source *host, pid_t tid, const char *path);
