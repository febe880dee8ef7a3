/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The walker compares two procfs trees as the same client: the oracle (the kernel's instance of a pid
 * namespace) and the view. What may move is read oracle, view, oracle; what the view shows must lie
 * between. Results are 0 or -errno throughout; memory that runs out ends the program.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "buf.h"
#include "text.h"

#define PATH_BYTES  4096
#define LABEL_BYTES 96

enum { ORACLE, VIEW, N_SIDES };

/*
 * Where an entry is. The normal path has PID, TID, FD, RANGE for numbers: "PID/task/TID/fd/FD".
 */
struct place {
	const char *path;   /* relative to the root; "" is the root itself */
	const char *normal; /* the same, normalised */
	const char *name;   /* last component; "." for the root */
	int dir[N_SIDES];   /* the directories it is in */
};

/* paths.c */

/* Writes the normal form of path. */
void path_normalise(const char *path, char normal[PATH_BYTES]);

/* The normal path, or the same below PID/task/TID moved up to PID, matches the glob. */
bool path_matches(const char *normal, const char *glob);

/* Joins two components ("" and "." vanish). */
void path_join(char out[PATH_BYTES], const char *dir, const char *name);

/* Appends at most max bytes of t, with escapes for what is not printable, "..." if clipped. */
void escape(struct text t, size_t max, struct buf *out);

/* Ends the program if r < 0: only memory can run out here. */
void must(int r);

/* Names an error: "ENOENT" for -ENOENT, "ok" for 0 and above. */
const char *error_name(int r);

/*
 * seen.c: how often something was met.
 */
struct seen;
struct seen *seen_new(void);
void seen_free(struct seen *s);
/* Counts key; returns how often it was counted before. */
unsigned seen_count(struct seen *s, const char *key);

/*
 * side.c: the operations on one of the trees. All go through here, and a planted mutation changes the
 * results of the view.
 */
struct plant;

struct side {
	int fd; /* the root */
	struct plant *plant;
};

struct listing_item {
	char *name;
	unsigned char type;
	int64_t next; /* offset of the following item, as the directory gives it */
};

struct listing {
	struct listing_item *items;
	size_t n;
	int error; /* of getdents64(2), after the items */
};

struct content {
	struct buf data;
	int error;	   /* 0, or the errno that ended it */
	const char *stage; /* the call that failed: "open", "read"; "" if none did */
};

enum read_how { READ_WHOLE, READ_TINY, READ_AT, READ_AGAIN };

struct reading {
	enum read_how how; /* what a plant may single out; READ_AT also says pread(2) */
	size_t size;	   /* of each read */
	size_t max;	   /* of all; not for READ_AT */
	off_t offset;	   /* READ_AT */
};

void listing_free(struct listing *l);
void content_free(struct content *c);
#define AUTO_LISTING __attribute__((cleanup(listing_free)))
#define AUTO_CONTENT __attribute__((cleanup(content_free)))

/* Opens the entry; O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY are added. A descriptor or -errno. */
int side_open(struct side *s, int dir, const struct place *at, int flags);
int side_stat(struct side *s, int dir, const struct place *at, struct stat *st);
int side_readlink(struct side *s, int dir, const struct place *at, struct buf *out);
/* Lists an open directory with a buffer of that many bytes. */
void side_list(struct side *s, int fd, const struct place *at, size_t bytes, struct listing *out);
/* One pread(2) (READ_AT), or reads from the current position until the end of file or max bytes. */
void side_read(struct side *s, int fd, const struct place *at, const struct reading *how,
	       struct content *out);
/* An entry that no listing has: lstat(2), 0 or -errno. */
int side_lookup(struct side *s, int dir, const struct place *at, const char *name, struct stat *st);

/*
 * plants.c: mutations of what the view gave, to prove that the walker sees them.
 */
struct plant *plant_new(const char *kind); /* NULL: there is no such kind */
void plant_free(struct plant *p);
void plant_print_kinds(void);
void plant_list(struct plant *p, const char *normal, struct listing *l);
void plant_stat(struct plant *p, const char *normal, struct stat *st, int *r);
void plant_link(struct plant *p, const char *normal, struct buf *text, int *r);
void plant_open(struct plant *p, const char *normal, int *fd);
void plant_read(struct plant *p, const char *normal, enum read_how how, struct content *c);
void plant_lookup(struct plant *p, const char *normal, const char *name, int *r);

/*
 * findings.c: differences, exceptions, the report.
 */
struct finding {
	char what[LABEL_BYTES + 32];
	struct buf o1, v, o2; /* as printed */
	bool covered;	      /* by an exception */
};

struct findings {
	struct finding *items;
	size_t n;
};

void findings_free(struct findings *f);
#define AUTO_FINDINGS __attribute__((cleanup(findings_free)))

/* Adds a difference. o2 may be empty when the oracle was read once. */
void finding_add(struct findings *f, const char *what, struct text o1, struct text v,
		 struct text o2);
/* Adds a difference of results (0 or -errno), named "WHAT:ERRNO" with the view's errno. */
void finding_errno(struct findings *f, const char *what, int o1, int v, int o2);

/*
 * exceptions.c: differences that are documented. A file of rows "GLOB WHAT REASON"; a row after
 * "[NAME]" counts only in that section.
 */
struct exceptions;

/* Reads the rows of no section and of this one (NULL: none). NULL with a message on failure. */
struct exceptions *exceptions_load(const char *path, const char *section);
void exceptions_free(struct exceptions *e);
/* A row covers this difference of one of these paths (path, normal path, path by comm). */
bool exceptions_cover(struct exceptions *e, const char *const paths[], const char *what);
/* Warns of rows that covered nothing. */
void exceptions_warn(const struct exceptions *e);

/*
 * rules.c: what is known about files that move. Every row says why.
 */
enum rule_kind {
	RULE_SKIP,  /* not read */
	RULE_BOUND, /* read at most `number` bytes */
	RULE_MAPS,  /* read a bit where the first mapping of the process is */
	RULE_HEAD,  /* compare the first `number` lines */
	RULE_LINES, /* lines come and go: those the oracle had all the time must be there */
	RULE_MOVES, /* known to move: two reads of the view must differ when the oracle's did */
	RULE_ANY,   /* this token may be anything of its kind */
	RULE_SLACK, /* this number may be off by `number` */
};

struct rule {
	enum rule_kind kind;
	const char *path;  /* glob over the normal path */
	const char *label; /* glob over token labels: RULE_ANY and RULE_SLACK */
	uint64_t number;
	const char *why;
};

/* The rule of that kind for a file; NULL if there is none. */
const struct rule *rule_find(const char *normal, enum rule_kind kind);
/* RULE_ANY or RULE_SLACK for a token; NULL if there is none. */
const struct rule *rule_token(const char *normal, const char *label);

/*
 * tokens.c: texts that move are compared token by token.
 */
struct judge;

struct judge *judge_new(const char *normal);
void judge_free(struct judge *j);
/*
 * The view's text agrees with what the oracle showed before and after. If not, label names the token
 * (or "structure") and lines are where it stands in each of the three.
 */
struct mismatch {
	char label[LABEL_BYTES];
	struct text line[3];
};
bool judge_agrees(struct judge *j, const struct text t[3], struct mismatch *ret);

/*
 * walk.c and its parts.
 */
struct options {
	const char *only[32]; /* globs of names in the root; none: all */
	size_t n_only;
	const char *exclude[32]; /* globs of paths */
	size_t n_exclude;
	bool quick;	 /* no sys/, most processes by what the namespace decides */
	bool full;	 /* net/ of every task, not once per network namespace */
	bool inodes;	 /* compare st_ino of registered entries */
	bool write_open; /* try to open samples for writing */
	bool verbose;
	bool json;
	unsigned rounds;
	unsigned deadline_seconds;
	size_t max_bytes;
};

struct counts {
	uint64_t entries, files, bytes, moving, extras, skipped, vanished, real, exceptions;
};

struct walker {
	struct options opt;
	struct side side[N_SIDES];
	const char *view_dir;
	bool view_is_fuse;
	struct counts counts;
	struct exceptions *exceptions;
	struct seen *seen;
	char **suspects; /* paths that differed in the first pass */
	size_t n_suspects;
	bool second_pass;
	char own_pid[16];    /* our number in the instance; "" if it has none */
	char at[PATH_BYTES]; /* for the deadline's message */
	char threads[4][16]; /* some threads that do not lead, which the walk met */
	size_t n_threads;
};

/* walk.c: compares the entry and what is below it. */
void walk(struct walker *w, const struct place *at);
/* Compares the suspects again and reports what still differs. */
void walk_suspects(struct walker *w);

/* report.c: marks what exceptions cover, and returns how many. */
size_t report_covered(struct walker *w, const struct place *at, struct findings *f);
/* Prints and counts what is left. */
void report(struct walker *w, const struct place *at, struct findings *f);
/* The view is no more: one difference, not one for each entry. */
bool report_gone(struct walker *w);

/* attributes.c: stat and link texts; *st is the oracle's. Returns false if there is nothing more. */
bool compare_stat(struct walker *w, const struct place *at, struct findings *f, struct stat *st);
void compare_link(struct walker *w, const struct place *at, struct findings *f);

/* names.c: opens and lists; ret_names are those both have, *fds the directories (owned, -1 if not). */
void compare_directory(struct walker *w, const struct place *at, struct findings *f,
		       int fds[N_SIDES], struct listing *ret_names);

/* files.c: content. */
void compare_file(struct walker *w, const struct place *at, const struct stat *st,
		  struct findings *f);
/* Reads the file of one side as its rule wants it, from a new descriptor or from fd. */
void read_by_rule(struct walker *w, int side, const struct place *at, struct content *out);
void read_fd_by_rule(struct walker *w, int side, const struct place *at, int fd, enum read_how how,
		     struct content *out);
bool same_content(const struct content *a, const struct content *b);

/* fresh.c: a file that is known to move shows what is now. */
void compare_fresh(struct walker *w, const struct place *at, struct findings *f);

/* extras.c: other ways of reading and looking up, on a sample. */
void extras_file(struct walker *w, const struct place *at, struct findings *f);
void extras_directory(struct walker *w, const struct place *at, const int fds[N_SIDES],
		      struct findings *f);
void extras_entry(struct walker *w, const struct place *at, const struct stat *st,
		  struct findings *f);
/* Threads at the root by number, which no listing has. */
void extras_threads(struct walker *w);
