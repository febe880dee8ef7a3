/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Checks of the links of a procfs. Each says what the kernel's own procfs does (proc(5), namei(7)), and
 * looks at objects that this program has made, so that the right answer is known beforehand.
 */

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#define CONTENT "what the file says\n"

/* Open objects to look at through DIR/self/fd/N. */
struct objects {
	int pipe[2];
	int socket[2];
	int eventfd;
	int memfd;
	int deleted; /* a file without a name */
	int tmpfile; /* O_TMPFILE, which never had one */
	int regular; /* DIR/file, with CONTENT in it */
	int dir;     /* the scratch directory; has "file", and "link" -> "target" */
};

struct links {
	const char *proc; /* the procfs to look at */
	char scratch[64];
	char exe[PATH_MAX]; /* of this program, as it was started */
	struct objects o;
	pid_t other;		 /* a process with a root and namespaces of its own */
	char paths[8][PATH_MAX]; /* the latest of path() */
	unsigned next_path;
	int passed, total;
};

/* Counts and prints a check. */
void check(struct links *l, const char *name, bool ok);

/* A path below the procfs, valid for eight calls. */
const char *path(struct links *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A path below the scratch directory, valid as above. */
const char *scratch(struct links *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The path of one of our descriptors in the procfs. */
const char *fd_path(struct links *l, int fd);

/* readlink(2) gives exactly this text. */
bool text_is(const char *link, const char *wanted);

/* The file at this path (followed) has exactly CONTENT. */
bool has_content(const char *file);

/* Same device, inode and type. */
bool same_object(const struct stat *a, const struct stat *b);

/* What f says in a process of its own; false as well if it does not answer in time. */
bool in_child(struct links *l, bool (*f)(struct links *l));

/* Makes what is looked at, and takes it away. */
void make_objects(struct links *l);
void remove_objects(struct links *l);

/* The checks, by family. */
void check_texts(struct links *l);
void check_stats(struct links *l);
void check_reopen(struct links *l);
void check_through(struct links *l);
void check_other(struct links *l);
void check_exec(struct links *l);
void check_resolve(struct links *l);
