/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What stat(2) and readlink(2) say. */

#include "walker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

/* fs/proc/generic.c, PROC_DYNAMIC_FIRST: from here on numbers are the same in every instance. */
#define FIXED_INODE_FIRST 0xF0000000u

struct attribute {
	const char *what;
	unsigned long long value[3]; /* oracle, view, oracle */
	bool octal;
};

static void fill(struct attribute *a, size_t n, size_t column, const struct stat *st)
{
	const unsigned long long values[] = {
		st->st_mode & S_IFMT,
		st->st_mode & ~(mode_t)S_IFMT,
		st->st_nlink,
		st->st_uid,
		st->st_gid,
		(unsigned long long)st->st_size,
		st->st_rdev,
		(unsigned long long)st->st_blksize,
		(unsigned long long)st->st_blocks,
		st->st_ino,
	};

	for (size_t i = 0; i < n; i++)
		a[i].value[column] = values[i];
}

static bool attribute_agrees(const struct attribute *a)
{
	unsigned long long o1 = a->value[0], v = a->value[1], o2 = a->value[2];

	return (v >= o1 && v <= o2) || (v <= o1 && v >= o2);
}

/* Compares three stats. Adds what differs to f (may be NULL). Returns whether nothing does. */
static bool stats_agree(const struct walker *w, const struct stat st[3], struct findings *f)
{
	struct attribute a[] = {
		{ .what = "type", .octal = true },
		{ .what = "mode", .octal = true },
		{ .what = "nlink" },
		{ .what = "uid" },
		{ .what = "gid" },
		{ .what = "size" },
		{ .what = "rdev" },
		{ .what = "blksize" },
		{ .what = "blocks" },
		{ .what = "inode" },
	};
	bool inode = w->opt.inodes && st[0].st_ino >= FIXED_INODE_FIRST;
	size_t n = sizeof(a) / sizeof(a[0]) - !inode;
	bool ok = true;
	char text[3][32];

	for (size_t i = 0; i < 3; i++)
		fill(a, n, i, &st[i]);
	for (size_t i = 0; i < n; i++) {
		if (attribute_agrees(&a[i]))
			continue;
		ok = false;
		for (size_t k = 0; k < 3; k++)
			snprintf(text[k], sizeof(text[k]), a[i].octal ? "0%llo" : "%llu",
				 a[i].value[k]);
		if (f)
			finding_add(f, a[i].what, text_str(text[0]), text_str(text[1]),
				    text_str(text[2]));
	}
	return ok;
}

bool compare_stat(struct walker *w, const struct place *at, struct findings *f, struct stat *st)
{
	struct stat s[3] = { 0 };
	int r[3] = { 0 };

	for (unsigned round = 0; round < w->opt.rounds; round++) {
		r[0] = side_stat(&w->side[ORACLE], at->dir[ORACLE], at, &s[0]);
		r[1] = side_stat(&w->side[VIEW], at->dir[VIEW], at, &s[1]);
		s[2] = s[0];
		r[2] = r[0];
		if (r[0] != r[1] || (r[0] == 0 && !stats_agree(w, s, NULL)))
			r[2] = side_stat(&w->side[ORACLE], at->dir[ORACLE], at, &s[2]);
		*st = s[2];
		if (r[1] < 0 && (r[1] == r[0] || r[1] == r[2]))
			return false;
		if (r[0] == 0 && r[1] == 0 && r[2] == 0 && stats_agree(w, s, NULL))
			return true;
	}
	if (r[0] == 0 && r[1] == 0 && r[2] == 0) {
		stats_agree(w, s, f);
		return (s[0].st_mode & S_IFMT) == (s[1].st_mode & S_IFMT);
	}
	finding_errno(f, "errno:stat", r[0], r[1], r[2]);
	return false;
}

void compare_link(struct walker *w, const struct place *at, struct findings *f)
{
	AUTO_BUF struct buf o1 = { 0 };
	AUTO_BUF struct buf v = { 0 };
	AUTO_BUF struct buf o2 = { 0 };
	int r[3] = { 0 };

	for (unsigned round = 0; round < w->opt.rounds; round++) {
		r[0] = side_readlink(&w->side[ORACLE], at->dir[ORACLE], at, &o1);
		r[1] = side_readlink(&w->side[VIEW], at->dir[VIEW], at, &v);
		if (r[0] == r[1] && text_equal(buf_text(&o1), buf_text(&v)))
			return;
		r[2] = side_readlink(&w->side[ORACLE], at->dir[ORACLE], at, &o2);
		if (r[1] == r[2] && text_equal(buf_text(&v), buf_text(&o2)))
			return;
	}
	if (r[0] != r[1])
		finding_errno(f, "errno:readlink", r[0], r[1], r[2]);
	else
		finding_add(f, "link", buf_text(&o1), buf_text(&v), buf_text(&o2));
}
