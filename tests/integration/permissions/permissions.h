/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The permission test: what each kind of client may do to each kind of process, on the kernel's procfs
 * and on a view of it. Nothing here says what is right: the kernel's answer does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PERMISSIONS_UID	  23456 /* the plain client and what is its own */
#define PERMISSIONS_GID	  23456
#define PERMISSIONS_OTHER 23459 /* another user, and another group */

/* ---- who looks (credentials.c, clients.c) ---- */

#define CAP_NONE (-1) /* no capability */
#define CAP_ALL	 (-2) /* those that the test itself has */

enum ids {
	IDS_ALL,
	IDS_FS,	       /* those that file systems look at, as servers do */
	IDS_REAL,      /* as in a set-user-ID program of root that this user has executed */
	IDS_EFFECTIVE, /* as in one of root that has turned to this user for a while */
};

struct client {
	const char *name;
	uid_t uid;
	gid_t gid;
	gid_t group; /* a supplementary group, or 0 for none */
	int cap;     /* the only capability, CAP_NONE or CAP_ALL */
	int without; /* with CAP_ALL: a capability neither held nor in the bounding set; 0 for none */
	bool nodump;	/* PR_SET_DUMPABLE 0, else 1 as after an execve(2) */
	bool thread;	/* a second thread does it all, with the same credentials */
	bool mixed;	/* a second thread does it all, and only that has the credentials */
	enum ids ids;	/* which of its ids are changed */
	bool self_only; /* of interest for its own process only */
};

extern const struct client clients[]; /* ends with an empty name */

/*
 * Gives the calling thread, and no other, those credentials: by the system calls themselves, which
 * unlike the functions of libc do not concern all threads. Returns 0 or -errno.
 */
int credentials_take(const struct client *who);

/* ---- whom they look at (targets.c) ---- */

struct target {
	const char *name; /* NULL after the last */
	pid_t pid;	  /* 0: the client itself */
	pid_t tid;	  /* of a second thread, or 0 */
};

#define TARGETS_MAX 32

/* The test's own program under four modes. */
enum program {
	PROGRAM_PLAIN,
	PROGRAM_UNREADABLE, /* may be executed only */
	PROGRAM_SETUID,	    /* of root */
	PROGRAM_FILECAP,
	N_PROGRAMS,
};

/* How a process is to be started. */
struct launch {
	uid_t uid;
	gid_t gid;
	int program;	    /* a descriptor */
	const char *then;   /* what it does then: a word of targets.c */
	int next;	    /* for the word "execs": the program it executes on SIGUSR1 */
	pid_t number;	    /* the process number wanted; 0 for any */
	const char *secret; /* all of its environment; NULL: that of the test */
};

/*
 * Starts it. When the process stands it writes a number to the pipe *ret_ready (the caller's): that of
 * its second thread, or 0. Returns its number or -errno.
 */
pid_t launch_start(const struct launch *l, int *ret_ready);

/* Waits until it stands, and sleeps, or (-EPROTO) has ended. Returns 0. */
int launch_wait(pid_t pid, int ready, pid_t *ret_tid);

/*
 * Mounts a file system without nosuid on an empty directory and makes the programs there.
 * Returns 0 or -errno; what failed is on stderr.
 */
int programs_make(const char *dir, int programs[N_PROGRAMS]);

/* Starts all targets, as children of the caller. Returns their number or -errno, and says what failed. */
int targets_start(struct target *out, const int programs[N_PROGRAMS]);

/* What a target does after execve(2), should main() be called as one. Does not return then. */
void targets_park_if_told(int argc, char **argv);

/* Kills and reaps them. */
void targets_stop(const struct target *targets);

/* ---- what they try (plan.c, probe.c) ---- */

/* One name below a procfs root. */
struct item {
	char path[160];	    /* "12/fd/3" */
	size_t shown;	    /* where the part of it after the process and thread starts */
	unsigned char type; /* DT_* */
	bool prober_is_here; /* it concerns the very thread that looks: it runs, or waits for the server */
};

struct plan {
	struct item *items;
	size_t n;
};

/*
 * All names of the target by the listing of root, which must be an instance of the kernel, and some of
 * the names in its directories. To be called with all rights. Returns 0 or -errno.
 */
int plan_make(int root, const struct target *target, struct plan *out);
void plan_free(struct plan *plan);

enum operation {
	OP_LSTAT,    /* mode, owner and group, or -errno */
	OP_ACCESS_R, /* faccessat(2) with the effective IDs */
	OP_ACCESS_W,
	OP_ACCESS_X,
	OP_ACCESS_REAL, /* access(2) for reading: with the real IDs */
	OP_OPEN,	/* for reading */
	OP_READ,	/* 1, 0 for nothing at all, or -errno */
	OP_BYTES,	/* which fields are withheld, of files that withhold some */
	OP_OPEN_WRITE,
	OP_READLINK,
	OP_LIST,      /* how many names */
	OP_STAT,      /* through the link: the type of what it leads to */
	OP_OPEN_LINK, /* the same by open(2) */
	OP_END,
};

extern const char *const operation_names[OP_END];

#define NOT_TRIED INT64_MIN

/* What each operation on the item came to; NOT_TRIED where it makes no sense. */
void probe_item(int root, const struct item *item, bool follow, int64_t out[OP_END]);

/* ---- what is made of it (judge.c) ---- */

struct options {
	bool view;	 /* the second tree is one: what is documented may differ */
	bool follow;	 /* links are followed as well */
	bool show;	 /* what the first tree says is printed */
	char client[32]; /* a glob */
	char target[32]; /* a glob */
	char plant[64];	 /* OPERATION:NAME: that answer of the second tree is spoilt */
};

struct tally {
	unsigned long compared;
	unsigned long different;
	unsigned long excepted; /* different, and documented */
	unsigned long allowed;	/* by the first tree */
	unsigned long refused;	/* by the first tree, with any errno */
};

/* Where an answer was got. */
struct context {
	const struct options *options;
	const struct client *client;
	const struct target *target;
};

/* Compares the answers of both trees, prints what differs and counts. */
void judge_item(const struct context *at, const struct item *item, int64_t *first, int64_t *second,
		struct tally *tally);

/* Runs one client over all targets in a process of its own. Returns 0, or -errno if it could not. */
int client_run(const struct client *client, const struct target *targets,
	       const struct options *options, const int roots[2], struct tally *tally);
