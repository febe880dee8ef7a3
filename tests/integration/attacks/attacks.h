/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Attempts to get at what belongs to somebody else, each made four times: in the kernel's procfs and in
 * a view of it, by a client that may not and by one that may (root). The kernel's outcome is what the
 * view's has to be; and where root gets nothing either, nothing is shown by it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "permissions.h"

#define FINDINGS_MAX 2048
#define WHAT_MAX     80

/* Whether one thing was got. */
struct finding {
	char what[WHAT_MAX];
	bool got;
	bool live; /* shown in another way than by root's getting it */
};

/* In memory that the processes of an attempt share. */
struct findings {
	size_t n;
	struct finding f[FINDINGS_MAX];
};

struct attempt {
	int root;   /* the tree */
	int beside; /* for attacks on --tree: the directory that the view shows, in both attempts */
	bool allowed; /* made by root */
	const struct target *targets;
	const int *programs;
	struct findings *findings;
};

/* Ends the attempt (not the attack): the reason why it cannot be made on this machine, printed. */
#define ATTACK_SKIPPED 1

struct attack {
	const char *name;
	/* In a process of its own, as root. Returns 0, ATTACK_SKIPPED or -errno. */
	int (*run)(const struct attempt *a);
	bool special; /* made only if it is named */
};

int attack_paths(const struct attempt *a);
int attack_listed(const struct attempt *a);
int attack_exec(const struct attempt *a);
int attack_inherited(const struct attempt *a);
int attack_reuse(const struct attempt *a);
int attack_threads(const struct attempt *a);
int attack_userns(const struct attempt *a);
int attack_uring(const struct attempt *a);
int attack_swap(const struct attempt *a);

/* Notes that it was got, or not; a thing got once was got. By one thread at a time. */
void note(const struct attempt *a, bool got, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void note_live(const struct attempt *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The caller becomes who makes the attempt: nobody in particular, unless it is allowed. */
int attacker_become(const struct attempt *a);

/* Runs f in a child, which becomes the attacker first if so asked. Returns 0 or -errno. */
int in_child(const struct attempt *a, bool become, int (*f)(const struct attempt *a, void *arg),
	     void *arg);

/* The target of that name; there is one. */
const struct target *target_named(const struct attempt *a, const char *name);

/* ---- loot.c ---- */

/* Whether something can be read from the file, or the file, whose content does not say, opened. */
bool loot_file(int dir, const char *path);

/* Whether the file has this text in it. */
bool loot_text(int dir, const char *path, const char *text);

/* Notes of everything that is somebody's own whether it can be got through that process directory. */
void loot_all(const struct attempt *a, int dir, const char *prefix, const char *where);
