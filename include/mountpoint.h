/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Mounting a FUSE file system of ours on a directory, finding it again and taking it away. What is
 * mounted is learned from mountinfo and fdinfo texts, never by a look at the mount: its daemon may
 * hang, and everybody who asks it something with it.
 */

#include <stdint.h>

struct fault;

/* The type our mounts have in mountinfo. */
#define MOUNTPOINT_TYPE "fuse.nsprocfs"

/* Which mount is meant. Device numbers are given out anew when a file system has gone. */
struct mountpoint_id {
	unsigned dev_minor; /* also the name of its directory in /sys/fs/fuse/connections */
	uint64_t
		unique; /* STATX_MNT_ID_UNIQUE; 0: before Linux 6.8, and then only the number above tells */
};

enum mountpoint_flags {
	MOUNTPOINT_READ_ONLY = 1, /* nothing can be written, whatever the modes say */
	MOUNTPOINT_STACK = 2,	  /* over or inside another mount of ours as well */
	/* For others than our own effective user too: all of our user namespace and of those below it. */
	MOUNTPOINT_ALLOW_OTHER = 4,
};

/*
 * Opens /dev/fuse. In the user namespace that will mount, or mounting fails with EINVAL.
 * Fails with the errno of open(2), the fault saying what it means; -ENODEV if it is no FUSE device.
 */
int mountpoint_open_fuse(int *ret_fd, struct fault *fault);

/*
 * Mounts the file system behind fuse_fd (borrowed) on dir: nosuid, nodev, noexec. Takes CAP_SYS_ADMIN over the mount namespace (-EPERM).
 * Fails with -ENOENT, -ENOTDIR or -EACCES for the directory; -EBUSY if dir is / or, without
 * MOUNTPOINT_STACK, one of our mounts or inside of one; else the errno of mount(2).
 */
int mountpoint_mount(int fuse_fd, const char *dir, unsigned flags, struct fault *fault);

/*
 * The same for who may not mount: fusermount3 opens /dev/fuse, mounts, and hands the descriptor over.
 * Fails as above; -EPERM if fusermount3 refuses, its words in the fault.
 */
int mountpoint_fusermount(const char *dir, unsigned flags, int *ret_fd, struct fault *fault);

/*
 * Whether the topmost mount at dir is one of ours, and which. Returns 0, -ENOENT if it is not, or an errno of open(2).
 */
int mountpoint_find(const char *dir, struct mountpoint_id *ret);

/*
 * Detaches this mount of ours from dir, in the mount namespace behind mntns_fd
 * (-1: ours). Open files in it live on. Where we may not, fusermount3 does it (in our namespace only).
 * Returns 0; -ENOENT if it is not mounted there (any more); -EBUSY if another mount lies above it;
 * -EPERM; the errno of setns(2) or umount2(2).
 */
int mountpoint_unmount(int mntns_fd, const char *dir, const struct mountpoint_id *id);

/*
 * The same in our namespace, after an abort of the connection (MNT_FORCE, fs/fuse/inode.c,
 * fuse_umount_begin()): whoever waits for an answer gets an error. Returns as above.
 */
int mountpoint_abort(const char *dir, const struct mountpoint_id *id);

/*
 * Moves us to a private mount namespace with nothing in it but /, /proc, the mounts whose mount points
 * are in keep (NULL-terminated; NULL: no others) and what those stand on, so that a daemon holds nobody's
 * mount back. The working directory becomes /. Mounts that a parent user namespace has locked stay, and
 * those hidden beneath a mount that is kept.
 * Must be called before threads are started. Fails with the errno of unshare(2), mount(2) or
 * mountinfo.
 */
int mountpoint_leave_others(const char *const *keep, struct fault *fault);
