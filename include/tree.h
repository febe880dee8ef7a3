/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Places in a view's tree: finding one by name, its attributes, its link text. */

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "text.h"
#include "view.h"

struct buf;
struct entry;

/*
 * An open process or thread directory of a source. While it is open, the kernel binds it to that one
 * task: after the task has died every access through it fails, also when its number is used again
 * (struct pid, fs/proc/base.c). Counted references; never changed after it was made.
 */
struct anchor;

enum place_kind {
	PLACE_ENTRY,	  /* an entry of the source */
	PLACE_PORTAL,	  /* a directory of our own that a kernel procfs is mounted on */
	PLACE_TRAMPOLINE, /* a link into the portal, found under the text of another link */
	PLACE_NATIVE, /* the same in the place of an entry, for who is to write to that itself */
};

/* Where an entry is. Owns its strings and a reference to its anchor. */
struct place {
	enum place_kind kind;
	const struct entry *row;   /* NULL: the name has no row */
	const struct realm *realm; /* members or guests of the view */
	struct anchor *anchor;	   /* NULL: path starts at the source's root */
	char *path;		   /* relative to the anchor; "" is the anchor or root itself */
	bool in_thread;		   /* task/TID/ or below */
	unsigned depth;		   /* components below the view's root */
};

#define PLACE_NULL ((struct place){ 0 })
#define AUTO_PLACE __attribute__((cleanup(place_done)))

/* Releases what the place owns and leaves PLACE_NULL. */
void place_done(struct place *p);

/* Hands the place over and leaves PLACE_NULL behind. */
struct place place_steal(struct place *p);

/* The descriptor that place.path is relative to, for the functions of source.h; -1 is the root. */
int place_dirfd(const struct place *p);

/* The path of the place below its source's root: "42/task/43/stat". Returns 0 or -ENOMEM. */
int place_source_path(const struct place *p, struct buf *out);

/* The task of p has died; false for places that hang on no task. */
bool place_is_dead(const struct place *p);

/* The root of the view. Returns 0 or -ENOMEM. */
int tree_root(const struct view *v, struct place *ret);

/*
 * Whether this name in the root is the same thing in every instance of procfs, whatever its pid namespace:
 * not a process, and no numbers of processes in it (those of the reader, as in self, come with him).
 */
bool tree_is_common(const struct view *v, struct text name);

/*
 * Whether the name of a place leads there for every client as long as the view is served, so that the kernel need not
 * ask again: of a file at the root with numbers of the machine's or the container's resources.
 */
bool tree_stays(const struct view *v, const struct place *p);

/*
 * Finds name in the directory dir. known is NULL or the place that an earlier call found under the
 * same name; if that is still right it is not found anew. A file of the client's own process that it is about
 * to open for writing can be a PLACE_NATIVE (native.h).
 * Returns 0 with *ret (the caller's) and *ret_st; 1 with *ret_st alone if known holds; or -ENOENT
 * (no such name, or hidden), -ENOTDIR, -ESRCH (the task of dir has died), another errno of the source,
 * -ENOMEM, also for a name in the portal that is not for this client (follow.h).
 */
int tree_lookup(const struct view *v, const struct client *c, const struct place *dir,
		struct text name, const struct place *known, struct place *ret,
		struct stat *ret_st);

/* The attributes of a place as the kernel's procfs shows them. Returns 0 or the source's errno. */
int tree_stat(const struct view *v, const struct client *c, const struct place *p,
	      struct stat *ret);

/*
 * Appends the text of a link; for a client that follows a magic link (sniff.h), a path to the same link
 * in the portal, where there is one. Of a PLACE_NATIVE it has one only while the client opens it for writing.
 * Returns 0; -EINVAL if it is none; -ENOENT for self and thread-self if
 * the client is not in the view; the source's errno otherwise.
 */
int tree_readlink(const struct view *v, const struct client *c, const struct place *p,
		  struct buf *out);

/* Whether the kernel lets us pass these access(2) bits. Returns 0, -EACCES, or another errno. */
int tree_access(const struct view *v, const struct client *c, const struct place *p, int mask);

/*
 * Follows a path of names from the root ("" or "." is the root), through no symbolic link: the way of
 * `ls`, `cat` and `explain`. A leading slash is skipped. Returns as tree_lookup(); -ELOOP if a
 * component before the last is a link.
 */
int tree_walk(const struct view *v, const struct client *c, struct text path, struct place *ret,
	      struct stat *ret_st);
