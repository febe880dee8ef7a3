/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A scratch directory, and small recorded trees in it. Every name is relative to the directory. */

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRATCH_TEMPLATE "/tmp/nsprocfs-unit-XXXXXX"

struct scratch {
	char dir[sizeof(SCRATCH_TEMPLATE "/XXXXXX")];
	int fd;
};

static inline int scratch_remove_one(const char *path, const struct stat *st, int type,
				     struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_remove(const char *dir)
{
	nftw(dir, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Where the scratch directories of a test case are. */
static inline char *scratch_base(void)
{
	static char dir[sizeof(SCRATCH_TEMPLATE)] = "";

	return dir;
}

static inline void scratch_make_base(void)
{
	memcpy(scratch_base(), SCRATCH_TEMPLATE, sizeof(SCRATCH_TEMPLATE));
	ck_assert_ptr_nonnull(mkdtemp(scratch_base()));
}

static inline void scratch_remove_base(void)
{
	scratch_remove(scratch_base());
}

/* A failed check ends the test's own process at once (_exit(2)); what runs around it sweeps up. */
static inline void scratch_fixture(TCase *tc)
{
	tcase_add_unchecked_fixture(tc, scratch_make_base, scratch_remove_base);
}

/* Only in test cases that have the fixture. */
static inline void scratch_open(struct scratch *s)
{
	snprintf(s->dir, sizeof(s->dir), "%s/XXXXXX", scratch_base());
	ck_assert_ptr_nonnull(mkdtemp(s->dir));
	s->fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(s->fd, 0);
}

static inline void scratch_close(struct scratch *s)
{
	close(s->fd);
	scratch_remove(s->dir);
}

/* Makes the directories that path lies in. */
static inline void scratch_parents(const struct scratch *s, const char *path)
{
	char part[256];
	const char *slash = path;

	while ((slash = strchr(slash, '/'))) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdirat(s->fd, part, 0755);
		slash++;
	}
}

static inline void scratch_file(const struct scratch *s, const char *path, const char *content)
{
	int fd;

	scratch_parents(s, path);
	fd = openat(s->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
	close(fd);
}

static inline void scratch_link(const struct scratch *s, const char *path, const char *text)
{
	scratch_parents(s, path);
	ck_assert_int_eq(symlinkat(text, s->fd, path), 0);
}

/* A task as a recorded tree has it. Columns are written with tabs, as the kernel does. */
struct scratch_task {
	const char *dir; /* "42" or "42/task/43" */
	int tgid, pid, ppid;
	const char *nspid;	    /* "100\t1" */
	const char *nspgid, *nssid; /* NULL: like nspid */
	int inode;		    /* of ns/pid; 0: not recorded */
};

static inline void scratch_task(const struct scratch *s, const struct scratch_task *t)
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "%s/status", t->dir);
	snprintf(
		text, sizeof(text),
		"Name:\ttask\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\n"
		"PPid:\t%d\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nNStgid:\t%s\nNSpid:\t%s\nNSpgid:\t%s\n"
		"NSsid:\t%s\nThreads:\t1\n",
		t->tgid, t->pid, t->ppid, t->nspid, t->nspid, t->nspgid ? t->nspgid : t->nspid,
		t->nssid ? t->nssid : t->nspid);
	scratch_file(s, path, text);
	if (!t->inode)
		return;
	snprintf(path, sizeof(path), "%s/ns/pid", t->dir);
	snprintf(text, sizeof(text), "pid:[%d]", t->inode);
	scratch_link(s, path, text);
}
