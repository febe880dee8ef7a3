/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Other ways to read, list and look up than the plain one; on a sample of the entries. */

#include "walker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#define TRIES	     5
#define TINY_MAX     300 /* files above are not read byte by byte: each read is a request */
#define SMALL_MAX    32768
#define SEEK_MAX     262144 /* a seq_file makes all the text before an offset */
#define PROBE_BYTES  100
#define LIST_SMALL   512
#define LONGEST_NAME 255

/* One way to read a file whose length is len. */
struct probe {
	const char *what;
	struct reading how;
	bool from_middle, from_end; /* how.offset counts from there */
	bool rewind;		    /* after a first reading */
	size_t max_len;
};

static const struct probe probes[] = {
	{ "pread:0", { .how = READ_AT, .size = PROBE_BYTES }, .max_len = SEEK_MAX },
	{ "pread:1", { .how = READ_AT, .size = PROBE_BYTES, .offset = 1 }, .max_len = SEEK_MAX },
	{ "pread:middle",
	  { .how = READ_AT, .size = PROBE_BYTES },
	  .from_middle = true,
	  .max_len = SEEK_MAX },
	{ "pread:last",
	  { .how = READ_AT, .size = PROBE_BYTES, .offset = -1 },
	  .from_end = true,
	  .max_len = SEEK_MAX },
	{ "pread:end",
	  { .how = READ_AT, .size = PROBE_BYTES },
	  .from_end = true,
	  .max_len = SEEK_MAX },
	{ "pread:beyond",
	  { .how = READ_AT, .size = PROBE_BYTES, .offset = 100000 },
	  .from_end = true,
	  .max_len = SEEK_MAX },
	{ "read:1", { .how = READ_TINY, .size = 1, .max = SMALL_MAX }, .max_len = TINY_MAX },
	{ "read:7", { .how = READ_TINY, .size = 7, .max = SMALL_MAX }, .max_len = 4096 },
	{ "rewind",
	  { .how = READ_AGAIN, .size = SMALL_MAX, .max = SMALL_MAX },
	  .rewind = true,
	  .max_len = SMALL_MAX },
};

static void run_probe(struct walker *w, int side, const struct place *at, const struct probe *p,
		      size_t len, struct content *out)
{
	AUTO_FD int fd = side_open(&w->side[side], at->dir[side], at, O_RDONLY);
	struct reading how = p->how;

	content_free(out);
	if (fd < 0) {
		out->error = fd;
		return;
	}
	if (p->from_middle)
		how.offset += (off_t)(len / 2);
	if (p->from_end)
		how.offset += (off_t)len;
	if (how.how == READ_AT && how.offset < 0)
		how.offset = 0;
	if (p->rewind) {
		how.how = READ_WHOLE;
		side_read(&w->side[side], fd, at, &how, out);
		how.how = READ_AGAIN;
		if (lseek(fd, 0, SEEK_SET) != 0)
			out->error = -errno;
	}
	side_read(&w->side[side], fd, at, &how, out);
}

/* Probes of a file that rests; one that moves meanwhile gets another try. */
static void compare_probe(struct walker *w, const struct place *at, const struct probe *p,
			  size_t len, struct findings *f)
{
	AUTO_CONTENT struct content o1 = { 0 };
	AUTO_CONTENT struct content v = { 0 };
	AUTO_CONTENT struct content o2 = { 0 };
	char what[64];

	for (int i = 0; i < TRIES; i++) {
		run_probe(w, ORACLE, at, p, len, &o1);
		run_probe(w, VIEW, at, p, len, &v);
		if (same_content(&o1, &v))
			return;
		run_probe(w, ORACLE, at, p, len, &o2);
		/* Not at rest after all: nothing can be said. */
		if (same_content(&v, &o2) || !same_content(&o1, &o2))
			return;
	}
	snprintf(what, sizeof(what), "%s%s", p->what, o1.error != v.error ? ":errno" : "");
	if (o1.error != v.error)
		finding_errno(f, what, o1.error, v.error, o2.error);
	else
		finding_add(f, what, buf_text(&o1.data), buf_text(&v.data), buf_text(&o2.data));
}

/* Probes compare whole texts, which needs a file that can be read whole and may be at rest. */
static const enum rule_kind not_probed[] = { RULE_SKIP, RULE_BOUND, RULE_MAPS,
					     RULE_ANY,	RULE_SLACK, RULE_MOVES };

void extras_file(struct walker *w, const struct place *at, struct findings *f)
{
	AUTO_CONTENT struct content o = { 0 };

	for (size_t i = 0; i < sizeof(not_probed) / sizeof(not_probed[0]); i++) {
		if (rule_find(at->normal, not_probed[i]))
			return;
	}
	read_by_rule(w, ORACLE, at, &o);
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		if (o.error == 0 && o.data.len <= probes[i].max_len)
			compare_probe(w, at, &probes[i], o.data.len, f);
	}
}

/* Lookups of names that no listing has. */
static void compare_lookups(struct walker *w, const struct place *at, const int fds[N_SIDES],
			    struct findings *f)
{
	static const char *const names[] = {
		"nonexistent", "0",	     "00",	   "01",
		"+1",	       "-1",	     " 1",	   "1 ",
		"4194305",     "4294967296", "4294967297", "18446744073709551617",
		"0-0",	       "1/../1",     "self",	   "thread-self",
		"\xff",	       "\n",
	};
	char too_long[LONGEST_NAME + 2], what[96];

	memset(too_long, '9', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	for (size_t i = 0; i <= sizeof(names) / sizeof(names[0]) + 1; i++) {
		size_t n = sizeof(names) / sizeof(names[0]);
		/* After the table: a name of 256 bytes, then one of 255. */
		const char *name = i < n ? names[i] : too_long + (i - n);
		struct stat st[N_SIDES] = { 0 };
		int r[N_SIDES];

		for (int k = 0; k < N_SIDES; k++)
			r[k] = side_lookup(&w->side[k], fds[k], at, name, &st[k]);
		if (r[ORACLE] == r[VIEW] && st[ORACLE].st_mode == st[VIEW].st_mode)
			continue;
		snprintf(what, sizeof(what), "lookup:%.20s", name);
		finding_errno(f, what, r[ORACLE], r[VIEW], r[ORACLE]);
	}
}

/* The listing from the offset that follows item k on, by small reads: its names, with blanks. */
static void list_from(struct walker *w, int side, const struct place *at, size_t k, struct buf *out)
{
	AUTO_FD int fd = side_open(&w->side[side], at->dir[side], at, O_RDONLY | O_DIRECTORY);
	AUTO_LISTING struct listing all = { 0 };
	AUTO_LISTING struct listing rest = { 0 };
	struct listing *shown = &all;

	buf_clear(out);
	if (fd < 0)
		return;
	side_list(&w->side[side], fd, at, LIST_SMALL, &all);
	if (k > 0 && k <= all.n) {
		shown = &rest;
		if (lseek(fd, all.items[k - 1].next, SEEK_SET) < 0)
			must(buf_append_str(out, "lseek fails "));
		side_list(&w->side[side], fd, at, LIST_SMALL, &rest);
	}
	for (size_t i = 0; i < shown->n; i++)
		must(buf_printf(out, "%s ", shown->items[i].name));
}

static void compare_resumed(struct walker *w, const struct place *at, struct findings *f)
{
	/* 0: the whole; others resume after that many names, as telldir(3) and seekdir(3) do. */
	static const size_t from[] = { 0, 1, 2, 3, 7, 60 };
	AUTO_BUF struct buf o1 = { 0 };
	AUTO_BUF struct buf v = { 0 };
	AUTO_BUF struct buf o2 = { 0 };
	char what[32];

	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		list_from(w, ORACLE, at, from[i], &o1);
		list_from(w, VIEW, at, from[i], &v);
		if (text_equal(buf_text(&o1), buf_text(&v)))
			continue;
		list_from(w, ORACLE, at, from[i], &o2);
		if (text_equal(buf_text(&v), buf_text(&o2)) ||
		    !text_equal(buf_text(&o1), buf_text(&o2)))
			continue;
		snprintf(what, sizeof(what), "list:from:%zu", from[i]);
		finding_add(f, what, buf_text(&o1), buf_text(&v), buf_text(&o2));
	}
}

void extras_directory(struct walker *w, const struct place *at, const int fds[N_SIDES],
		      struct findings *f)
{
	compare_lookups(w, at, fds, f);
	compare_resumed(w, at, f);
}

static int access_entry(int dir, const char *name, int mode)
{
	return faccessat(dir, name, mode, AT_EACCESS) < 0 ? -errno : 0;
}

static int open_as_directory(int dir, const char *name, int mode)
{
	AUTO_FD int fd = openat(dir, name, mode | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	return fd < 0 ? -errno : 0;
}

/* Calls that change nothing in any procfs; what counts is the errno. */
static const struct {
	const char *what;
	int (*call)(int dir, const char *name, int mode);
	int mode;
	mode_t type; /* only for entries of this type; 0: all but links, which they would follow */
} calls[] = {
	{ "access:r", access_entry, R_OK, 0 },
	{ "access:w", access_entry, W_OK, 0 },
	{ "access:x", access_entry, X_OK, 0 },
	{ "open:O_DIRECTORY", open_as_directory, O_RDONLY | O_DIRECTORY, S_IFREG },
	{ "open:O_NOFOLLOW", open_as_directory, O_RDONLY, S_IFLNK },
	{ "open:directory-for-writing", open_as_directory, O_WRONLY, S_IFDIR },
};

void extras_entry(struct walker *w, const struct place *at, const struct stat *st,
		  struct findings *f)
{
	(void)w;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		mode_t type = st->st_mode & S_IFMT;
		int r[N_SIDES];

		if (calls[i].type ? type != calls[i].type : type == S_IFLNK)
			continue;
		for (int k = 0; k < N_SIDES; k++)
			r[k] = calls[i].call(at->dir[k], at->name, calls[i].mode);
		if (r[ORACLE] != r[VIEW])
			finding_errno(f, calls[i].what, r[ORACLE], r[VIEW], r[ORACLE]);
	}
}

void extras_threads(struct walker *w)
{
	for (size_t i = 0; i < w->n_threads; i++) {
		char normal[PATH_BYTES];
		struct place at = {
			.path = w->threads[i],
			.normal = normal,
			.name = w->threads[i],
			.dir = { w->side[ORACLE].fd, w->side[VIEW].fd },
		};

		path_normalise(at.path, normal);
		walk(w, &at);
	}
}
