/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* From options to a view: finds the target, takes the first source that is allowed, wires them up. */

#include <stdbool.h>
#include <sys/types.h>

struct buf;
struct fault;
struct view;
struct view_args;
struct views;

/* What was opened, for those who print it. */
struct view_facts {
	const char *source;	/* "kernel", "host", "tree" */
	const char *source_way; /* "pidns= option", ... */
	const char *pidmap_way; /* how numbers are translated */
	const char *
		kernel_refusal; /* auto: why the kernel source was not taken; NULL if it was or not tried */
	const char *
		resources_off; /* why the resources are the machine's; NULL: they are the container's */
	const char *resources_refusal; /* the same if that is because something failed; else NULL */
	const char *hiding_way;	       /* who applies hidepid=; NULL if it is off */
	unsigned level;		       /* levels below our own namespace */
	const char *cgroup;	       /* of a control group: as it was given; NULL */
	ino_t pidns_inode;
	pid_t init_pid; /* number of the target's init in our namespace; 0 if unknown */
};

/*
 * Opens the view that options name which view_argp has let through. Errors: those of target.h, nsproc.h
 * and source.h; the fault says what was tried and what to do.
 */
int view_open(const struct view_args *args, struct view **ret, struct fault *fault);

/*
 * Appends which resource files are the container's and from which control groups, or why they are the machine's; some
 * lines. Returns 0 or -ENOMEM.
 */
int view_describe_resources(const struct view *v, struct buf *out);

/* Closes everything the view has open; NULL is accepted. */
void view_free(struct view *v);

/*
 * What a mount of the view shows its clients: the view, or with --pidns follow to each his own. To be freed
 * before the view; made after the view has its identity. Returns 0 or -errno.
 */
int view_serving(struct view *v, struct views **ret);

/*
 * Starts what the view keeps track of by itself, in the process that serves it (load_sampler.h). view_free() ends it.
 * Returns 0 or -errno.
 */
int view_begin(struct view *v);

/* What view_open() decided; valid as long as the view. */
const struct view_facts *view_facts(const struct view *v);

/* Becomes readable when the target's init dies; -1 if there is none (a tree). The view's. */
int view_target_pidfd(const struct view *v);

/*
 * Serves the portal ".k" and in it, by the source, "view" or "host" (none for a tree), for procfs instances
 * to be mounted on by the thread steward (its number in our namespace). Before the view is served.
 * Returns 0, or -errno with a fault.
 */
int view_add_portal(struct view *v, pid_t steward, struct fault *fault);

/*
 * Lets root_pid (its number in our namespace) and its descendants see themselves. Adds the portal as above,
 * root_pid being its steward, and "host" in it in any case. Returns 0, or -errno with a fault.
 */
int view_add_guests(struct view *v, pid_t root_pid, struct fault *fault);

/*
 * A second detached kernel procfs of the target's namespace, to be mounted on the portal; it hides as the
 * view does. Returns 0; -ENODATA if the source is not the kernel's; errors of nsproc_open_hiding().
 */
int view_open_kernel_again(const struct view *v, int *ret_fd, struct fault *fault);

/*
 * What is to be mounted on the portal for our own pid namespace: a procfs that hides as the view does, or
 * -1 in *ret_fd if nothing is to be hidden and our own /proc may be. Returns 0; errors of
 * nsproc_open_own(): then nothing may be mounted there.
 */
int view_open_host_again(const struct view *v, int *ret_fd, struct fault *fault);

/*
 * One line on standard error: which source the view was opened from. Printed if `always`, if --verbose
 * was given, or if the kernel source was refused and another took its place (never silently).
 */
void view_announce(const char *command, const struct view_args *args, const struct view *v,
		   bool always);
