/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The zoo: processes of every odd kind in nested pid namespaces, for tests that compare procfs trees.
 * Each animal is put in place with a handshake and then sleeps for ever, so that nothing moves while
 * it is looked at.
 */

#include <stddef.h>
#include <sys/types.h>

struct zoo {
	int level;   /* of the namespace we are in; 0 is where the zoo was started */
	int depth;   /* of the deepest namespace */
	int mail_fd; /* socket to the keeper, which learns from it what number an init has there */
};

/* What an animal is told. */
struct pen {
	const struct zoo *zoo;
	const void *arg;
	int ready_fd; /* the one byte of the handshake goes here */
};

/* Puts itself in place and returns 0, PEN_SKIP, or -errno. After 0 the caller parks the process. */
typedef int (*pen_fn)(const struct pen *pen);

#define PEN_SKIP 1 /* this kernel or machine does not have it; pen_skip() said why */

struct animal {
	const char *name; /* comm; at most 15 bytes */
	pen_fn enter;
};

/* A shared folder (tmpfs) in every mount namespace of the zoo. */
#define ZOO_DIR "/dev/shm"

/*
 * pen.c: spawning and waiting.
 */

/*
 * Forks a child named name (NULL: the parent's name) that runs fn and parks. Returns its number once
 * it is in place, 0 if it skipped (and is gone), or -errno if it failed, died or took too long.
 */
pid_t pen_spawn(const struct pen *pen, const char *name, pen_fn fn, const void *arg);

/* The same with namespace flags (CLONE_NEW*) for the child. */
pid_t pen_spawn_in(const struct pen *pen, const char *name, pen_fn fn, const void *arg, int flags);

/*
 * Forks a child that runs fn, which is expected to block in the system call nr. Returns its number
 * when it does, or -errno.
 */
pid_t pen_spawn_blocked(const struct pen *pen, const char *name, pen_fn fn, const void *arg,
			long nr);

/* Spawns every animal of a table (ended by a NULL name). Returns 0 or the first error. */
int pen_settle(const struct pen *pen, const struct animal *animals, const void *arg);

/* Says that this process is in place: for animals that do not return from fn. */
void pen_ready(const struct pen *pen);

/* Sleeps until killed. */
_Noreturn void pen_park(void);

/* Prints what failed on stderr. Returns -errno. */
int pen_fail(const char *what);

/* Prints why there is no such animal. Returns PEN_SKIP. */
int pen_skip(const struct pen *pen, const char *what, int error);

/* Waits until a child has exited, without reaping it. Returns 0 or -errno. */
int pen_wait_zombie(pid_t pid);

/* Waits until task/TID of process pid is in this state (a letter of stat's third field), or fails. */
int pen_wait_state(pid_t pid, pid_t tid, char state);

/* Dies when the parent does: for processes that no namespace's end takes with it. */
int pen_die_with_parent(void);

/* Opens the path BEFORE number AFTER, or returns -errno after pen_fail(). */
int pen_open(const char *before, const char *after, int number, int flags);

/* Writes text into a file. Returns 0 or -errno after pen_fail(). */
int pen_write(const char *path, const char *text);

/* In a process executed anew with ZOO_PARK in its environment: parks; else returns. */
void pen_park_if_told(int argc, char **argv);

/* level.c: the inside of a namespace; pen->zoo is the zoo as its creator sees it. */
int level_enter(const struct pen *pen);

/* level.c: creates the next namespace and what visits it from here. Returns its init or -errno. */
pid_t level_below(const struct pen *pen);

/* The animals by kind, each table ended by a NULL name. Those of visitors get the init's number. */
extern const struct animal zoo_names[];
extern const struct animal zoo_threads[];
extern const struct animal zoo_family[];
extern const struct animal zoo_terminals[];
extern const struct animal zoo_traced[];
extern const struct animal zoo_locks[];
extern const struct animal zoo_descriptors[];
extern const struct animal zoo_sockets[];
extern const struct animal zoo_memory[];
extern const struct animal zoo_settings[];
extern const struct animal zoo_namespaces[];
extern const struct animal zoo_visitors[];
extern const struct animal zoo_visitor_locks[];

/* Locks of the kinds that /proc/locks shows; shared by locks.c and visitor_locks.c. */
struct lock_kind {
	const char *name;
	int (*take)(int fd, int wait); /* the whole file, for writing; 0 or -1 with errno */
	long wait_nr;		       /* the system call a waiter blocks in */
};
extern const struct lock_kind lock_kinds[]; /* ended by a NULL name */

/* Opens the zoo's lock file of that name (a description of its own at each call). */
int lock_open(const char *tag, const struct pen *pen);

/* pidns of visitors: from here on, children of the caller start in the namespace of process pid. */
int visitor_enter(pid_t pid);

/* A terminal whose session the caller leads from now on. Returns the terminal's fd or -errno. */
int terminal_take(void);
