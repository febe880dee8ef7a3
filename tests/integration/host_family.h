/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Processes in nested pid namespaces that tell what number they have: where they are, by getpid(2), and
 * where the test is, by the credentials the kernel sends along (unix(7), SCM_CREDENTIALS). Neither
 * depends on procfs nor on what is tested.
 */

#include <stdbool.h>
#include <sys/types.h>

#define FAMILY_MAX 64

enum family_role {
	FAMILY_INIT,   /* process 1 of its namespace */
	FAMILY_THREAD, /* a second thread of it; own is its thread number, there its process's */
	FAMILY_PLAIN,  /* a child of the init; starts the next deeper namespace */
	FAMILY_NEXT, /* PLAIN again: number is that of the next level's init in PLAIN's namespace */
	FAMILY_ZOMBIE,	/* has exited and stays */
	FAMILY_GROUP,	/* in a process group whose leader is gone; number is that group's */
	FAMILY_ENTERED, /* came from the test's namespace, see family_enter() */
};

struct family_member {
	int level; /* 1 is the namespace below the test's */
	enum family_role role;
	pid_t own;    /* number in its own namespace */
	pid_t number; /* see the roles */
	pid_t there;  /* number where the test is */
};

struct family {
	struct family_member member[FAMILY_MAX];
	int n;
	int mail_fd[2];	 /* ours, theirs */
	pid_t holder[4]; /* our children */
	int n_holders;
};

/*
 * Starts namespaces depth levels deep, all roles but ENTERED in each; the first in a new user namespace as
 * well if in_userns. Aborts the test on failure. They die with the calling process.
 */
void family_start(struct family *f, int depth, bool in_userns);

/* Adds a process to the namespace of that level by setns(2). */
void family_enter(struct family *f, int level);

/* Kills them all and waits for that. */
void family_stop(struct family *f);

/* The first member of that kind; never NULL. */
const struct family_member *family_find(const struct family *f, int level, enum family_role role);

/* The number where the test is of the thread of THREAD at this level. */
pid_t family_thread(const struct family *f, int level);

/* Polls until the condition holds; aborts the test after ten seconds. */
void family_wait(bool (*holds)(const void *context), const void *context, const char *what);
