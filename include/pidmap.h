/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Numbers of tasks: those the source's text uses ("there", usually the host's) against those of the
 * view ("here"). An interface only, so that rewriters can be tested with a table; the
 * implementations are in pidmap_kernel.h (the kernel translates) and pidmap_nspid.h (NSpid lines).
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pidmap;

/* A process of the view, by both of its numbers. */
struct pidmap_pair {
	pid_t here;  /* in the view's namespace */
	pid_t there; /* in the source's */
};

struct pidmap_list {
	struct pidmap_pair *pairs;
	size_t n;
	size_t cap;
};

struct pidmap_ops {
	/* Number here of the task (thread or process) with this number there; 0 if invisible. */
	pid_t (*to_view)(const struct pidmap *m, pid_t there);
	/*
	 * The same for a process group or session number, which may outlive its leader: where no such
	 * task exists, the number is looked up among the NSpgid and NSsid columns of the members.
	 */
	pid_t (*group_to_view)(const struct pidmap *m, pid_t there);
	/* Number there of the task with this number here; 0 if there is none. */
	pid_t (*from_view)(const struct pidmap *m, pid_t here);
	/*
	 * Appends every process (thread group leader) of the view, ascending by number here.
	 * Returns 0 or -errno.
	 */
	int (*list)(const struct pidmap *m, struct pidmap_list *out);
	void (*destroy)(struct pidmap *m);
};

struct pidmap {
	const struct pidmap_ops *ops;
	/*
	 * How many levels the view's namespace lies below the source's: so many leading columns of
	 * NSpid, NStgid, NSpgid and NSsid are not visible here. 0 with a map that is not the identity
	 * is the map of guests (docs/architecture.md): there the first column is translated instead.
	 */
	unsigned level;
	/* Every number is the same here and there: nothing is rewritten. */
	bool identity;
};

/* Frees the memory of a list and leaves it empty. */
void pidmap_list_free(struct pidmap_list *l);

/* Appends a pair. Returns 0 or -ENOMEM. */
int pidmap_list_append(struct pidmap_list *l, pid_t here, pid_t there);

/* Sorts a list ascending by number here. */
void pidmap_list_sort(struct pidmap_list *l);

/* The members of ops, called through the map; 0 and negative numbers translate to themselves. */
pid_t pidmap_to_view(const struct pidmap *m, pid_t there);
pid_t pidmap_group_to_view(const struct pidmap *m, pid_t there);
pid_t pidmap_from_view(const struct pidmap *m, pid_t here);
int pidmap_list(const struct pidmap *m, struct pidmap_list *out);

/* Destroys the map; NULL is accepted. Returns NULL. */
struct pidmap *pidmap_free(struct pidmap *m);
