/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A source: an open directory with procfs layout. Nothing else opens anything below it, and nothing
 * below it leads out of it: no magic link is followed, no mount point crossed. Needs Linux 5.6
 * (openat2(2)); before that everything fails with -ENOSYS.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

struct buf;
struct fault;
struct pidmap_list;

enum source_kind {
	SOURCE_KERNEL, /* a detached procfs instance of the target pid namespace: numbers are right */
	SOURCE_HOST,   /* the /proc of where we stand: numbers are translated */
	SOURCE_TREE,   /* a recorded or declared directory tree */
	SOURCE_SYS,    /* /sys/devices/system: nothing in it is a process's */
};

struct source {
	enum source_kind kind;
	int fd;	   /* the root directory, O_PATH or not; owned; -1 while closed */
	dev_t dev; /* its device: on procfs, an entry on another device is covered by a mount */
};

#define SOURCE_NULL ((struct source){ .kind = SOURCE_TREE, .fd = -1 })

/* "kernel", "host", "tree" or "sys". */
const char *source_kind_name(enum source_kind kind);

/*
 * Opens the procfs mounted at /proc as a host source. Where we may (CAP_SYS_ADMIN over the mount
 * namespace, and no mount below is locked), it is a detached copy of that mount without the mounts
 * below it (open_tree(2), OPEN_TREE_CLONE), so that masks and binfmt_misc do not stand in the way;
 * else the mount itself. A view mounted at /proc serves as well if it is of our own pid namespace and
 * process 1's ns/pid may be read to tell; inside of `run` it is of another.
 * Fails with -ENOENT if /proc is not a directory, -ENODEV if it is no procfs or shows another pid
 * namespace than ours, or the errno of the call that failed.
 */
int source_open_host(struct source *ret, struct fault *fault);

/*
 * Something on or below our own /proc is mounted read-only, as container engines do it: what host shows
 * without those mounts was not meant to be written from here. True as well if it cannot be told.
 */
bool source_host_is_fixed(const struct source *host);

/* Opens a directory as a tree source. Errors: those of open(2), -ENOTDIR if it is no directory. */
int source_open_tree(const char *dir, struct source *ret, struct fault *fault);

/*
 * Opens /sys/devices/system, without the mounts on it where we may, as source_open_host() does. Fails with -ENOENT if
 * there is none, -ENODEV if it is not of sysfs, or the errno of the call that failed.
 */
int source_open_sys(struct source *ret, struct fault *fault);

/* Makes a source of an open directory; consumes fd. */
struct source source_from_fd(enum source_kind kind, int fd);

/* Closes the source; an unopened one is accepted. */
void source_close(struct source *s);

/*
 * Opens path, relative to dirfd (a directory of this source that an earlier call opened) or to the
 * root of the source if dirfd is -1; "" is dirfd itself, opened anew. openat2(2) with RESOLVE_BENEATH,
 * NO_MAGICLINKS, NO_SYMLINKS and NO_XDEV; O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY are added.
 * O_PATH opens a symbolic link itself. Returns the descriptor or the kernel's errno; -EACCES where the
 * path crosses a mount (EXDEV): something covers the entry, unless it is a part of the same procfs (the
 * host source; containers have /proc/sys bound on itself). In a tree, -EACCES as well for anything
 * but a file, a directory or (O_PATH) a link: opening a device or a pipe would act on something.
 */
int source_openat(const struct source *s, int dirfd, const char *path, int flags);

/*
 * lstat(2) of path, addressed as in source_openat(); "" may also be an O_PATH descriptor of a file or
 * a link. Returns 0 or the kernel's errno; -EACCES where a mount covers the entry.
 */
int source_stat(const struct source *s, int dirfd, const char *path, struct stat *ret);

/*
 * Appends the text of the symbolic link at path, addressed as above, of any length (readlink(2)
 * truncates silently). Returns 0 or the kernel's errno; -EINVAL if it is no link.
 */
int source_readlink(const struct source *s, int dirfd, const char *path, struct buf *out);

/* Appends the whole content of a small file (at most max bytes, else -EFBIG). Returns 0 or -errno. */
int source_read(const struct source *s, int dirfd, const char *path, size_t max, struct buf *out);

/*
 * Appends the numbers among the names of a directory, addressed as above, in the order they are
 * listed: processes of the root, threads of PID/task. Both members of each pair are the number.
 * Returns 0 or -errno; then out may hold a part.
 */
int source_list_numbers(const struct source *s, int dirfd, const char *path,
			struct pidmap_list *out);
