/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The hierarchies of control groups that we see mounted (cgroups(7)), and the directories from a group up to the root.
 * A controller is read where the kernel has bound it: in a version 1 hierarchy of its own, or else in the unified one
 * if that says so (cgroup.controllers), so that machines with both are right as well. All directories are opened
 * before the server leaves the mounts it was started among, and reached from there by descriptors only.
 */

#include <stdbool.h>

#include "buf.h"
#include "text.h"

struct fault;
struct source;

/* Groups that lie deeper are refused. */
#define CGROUP_LEVELS_MAX 32

enum cgroup_controller {
	CGROUP_MEMORY = 0,
	CGROUP_CPU,
	CGROUP_CPUSET,
	CGROUP_CPUACCT, /* version 2 counts time in every group: cpu.stat */
	CGROUP_IO,	/* version 1: blkio */
	CGROUP_HUGETLB,
	CGROUP_UNIFIED, /* no controller: the unified hierarchy itself, where it is mounted */
	CGROUP_CONTROLLERS,
};

struct cgroup_hierarchy {
	bool unified;
	bool declared;	 /* its root is a group like others */
	int fd;		 /* the directory of root, O_PATH; owned */
	struct buf root; /* which group that is, as in PID/cgroup; owned */
	struct buf
		controllers; /* version 1: those of enum cgroup_controller that it has, between commas; owned */
};

/* Start it at CGROUPS_NULL. */
struct cgroups {
	struct cgroup_hierarchy hierarchy[CGROUP_CONTROLLERS];
	unsigned n;
	int of[CGROUP_CONTROLLERS]; /* index of the controller's hierarchy; -1: not mounted, or no such controller */
};

#define CGROUPS_NULL ((struct cgroups){ .of = { -1, -1, -1, -1, -1, -1, -1 } })

/* The controller's name in this version; "" for CGROUP_UNIFIED. */
const char *cgroup_controller_name(enum cgroup_controller c, bool unified);

/*
 * Finds and opens the hierarchies mounted in our mount namespace, by the mountinfo of the host source. Of several
 * mounts of one the one that shows most. Where we may, they are detached copies, which keep nobody from unmounting
 * (open_tree(2)). root_fd, if it is not -1, is a directory below which the mount points are looked for: a declared
 * tree. Returns 0, also if there is none; the errno of openat(2) if what is mounted cannot be opened; -ENOMEM.
 */
int cgroups_open(const struct source *host, int root_fd, struct cgroups *ret, struct fault *fault);

/*
 * The groups that a directory declares which is on no hierarchy: it has the files of a group, of version 2 if there is
 * cgroup.controllers, else of version 1, all controllers' in one place. The directories above it are groups as well as
 * long as they have cgroup.controllers (version 1: cgroup.procs). *ret_path is appended the group that the directory is.
 * Returns 0; -ENOTDIR if it is on a hierarchy that the kernel keeps; the errno of realpath(3) or open(2); -ENOMEM.
 */
int cgroups_open_declared(const char *dir, struct cgroups *ret, struct buf *ret_path,
			  struct fault *fault);

/* CGROUPS_NULL is accepted. */
void cgroups_close(struct cgroups *g);

/* A group and those above it. Start it at { 0 }. */
struct cgroup_chain {
	unsigned n; /* 0: the root of the hierarchy, which limits and counts nothing */
	int fd[CGROUP_LEVELS_MAX]; /* the group, its parent, ...; O_PATH, without the root; owned */
	bool whole;		   /* up to the root: else the mount does not show what is above */
};

/*
 * Opens the group with this path, as in PID/cgroup. Returns 0; -ENOENT if there is none; -EXDEV if it is not below what
 * the mount shows; -E2BIG if it is too deep; else the errno of openat(2).
 */
int cgroup_chain_open(const struct cgroup_hierarchy *h, struct text path, struct cgroup_chain *ret);

/* { 0 } is accepted. */
void cgroup_chain_close(struct cgroup_chain *c);

/*
 * Opens a file of a group for reading. Returns the descriptor, -1 if the group has no such file (-ENOENT), or the
 * errno of openat(2) in *ret_error, which else is left as it is.
 */
int cgroup_open_file(int dirfd, const char *name, int *ret_error);
