/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Pid maps that read the NSpid lines of a source: for older kernels, strangers and recorded trees. */

#include <sys/types.h>

struct fault;
struct pidmap;
struct source;

/*
 * A map between the source's numbers and the pid namespace with this inode number (as in ns/pid link
 * texts), level levels below. A process belongs to it if its ns/pid link says so, or, where that may
 * not be read or is not recorded, if its ancestor at that level is init_pid (number there); a process
 * for which neither can be told is invisible. pidns_inode 0 means: only by ancestors.
 * The source is borrowed. Returns 0 or -ENOMEM.
 */
int pidmap_nspid_new(const struct source *s, ino_t pidns_inode, unsigned level, pid_t init_pid,
		     struct pidmap **ret);

/*
 * The pid namespace of a process in a recorded tree of a host: level and inode of its namespace (from
 * ns/pid where recorded) and the number there of that namespace's init (0 if not in the tree).
 * Fails with -ESRCH if there is no such process, -ENODATA if its status has no NSpid line, -EXDEV if
 * it is at level 0: there is nothing to translate.
 */
int pidmap_nspid_find(const struct source *s, pid_t pid, ino_t *ret_inode, unsigned *ret_level,
		      pid_t *ret_init, struct fault *fault);
