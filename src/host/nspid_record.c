/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Records of processes and their namespaces, one by one or of a whole source. */

#include "nspid_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "fd.h"
#include "pidmap.h"
#include "source.h"
#include "status.h"
#include "text.h"

/* The inode of ns/pid, whose text is "pid:[INODE]" (fs/nsfs.c, ns_dname()); 0 if it cannot be told. */
static ino_t read_inode(const struct source *s, int task_fd)
{
	AUTO_BUF struct buf link = { 0 };
	struct text rest, number;
	uint64_t inode;

	if (source_readlink(s, task_fd, "ns/pid", &link) < 0)
		return 0;
	rest = buf_text(&link);
	if (!text_starts(rest, TEXT("pid:[")))
		return 0;
	rest = text_of(rest.p + 5, rest.n - 5);
	if (!text_until(&rest, ']', &number) || rest.n > 0 || text_u64(number, &inode) < 0)
		return 0;
	return (ino_t)inode;
}

static struct nspid_record from_status(const struct status *st, unsigned level)
{
	struct nspid_record r = {
		.there = st->pid,
		.tgid = st->tgid,
		.ppid = st->ppid,
		.depth = (unsigned)st->n_columns - 1,
		.own = st->nspid[st->n_columns - 1],
		.group_there = st->nspgid[0],
		.session_there = st->nssid[0],
	};

	if (level < st->n_columns) {
		r.here = st->nspid[level];
		r.group_here = st->nspgid[level];
		r.session_here = st->nssid[level];
	}
	return r;
}

/* One descriptor for both files, so that they are the same task's. */
static int read_task(const struct source *s, int task_fd, unsigned level, struct nspid_record *ret)
{
	struct status st;
	int r;

	r = status_read(s, task_fd, ".", &st);
	if (r < 0)
		return r;
	*ret = from_status(&st, level);
	if (ret->depth >= level)
		ret->inode = read_inode(s, task_fd);
	return 0;
}

static int open_task(const struct source *s, pid_t process, pid_t thread)
{
	char path[48];

	if (process)
		snprintf(path, sizeof(path), "%d/task/%d", process, thread);
	else
		snprintf(path, sizeof(path), "%d", thread);
	return source_openat(s, -1, path, O_PATH | O_DIRECTORY);
}

/* A recorded thread: it stands below its process only. Returns the descriptor or -ESRCH. */
static int search_thread(const struct source *s, pid_t thread)
{
	struct pidmap_list all = { 0 };
	int fd = -ESRCH;
	size_t i;

	if (source_list_numbers(s, -1, "", &all) < 0)
		all.n = 0;
	for (i = 0; i < all.n && fd < 0; i++)
		fd = open_task(s, all.pairs[i].there, thread);
	pidmap_list_free(&all);
	return fd < 0 ? -ESRCH : fd;
}

int nspid_record_read(const struct source *s, pid_t number, unsigned level,
		      struct nspid_record *ret)
{
	AUTO_FD int fd = -1;
	int r;

	fd = open_task(s, 0, number);
	if (fd == -ENOENT && s->kind == SOURCE_TREE)
		fd = search_thread(s, number);
	if (fd < 0)
		return fd == -ENOENT ? -ESRCH : fd;
	r = read_task(s, fd, level, ret);
	if (r == 0 && ret->there != number)
		return -EINVAL;
	return r == -ENOENT ? -ESRCH : r;
}

static int snapshot_append(struct nspid_snapshot *to, const struct nspid_record *record)
{
	if (to->n == to->cap) {
		size_t cap = to->cap ? to->cap * 2 : 64;
		struct nspid_record *records = reallocarray(to->records, cap, sizeof(*records));

		if (!records)
			return -ENOMEM;
		to->records = records;
		to->cap = cap;
	}
	to->records[to->n++] = *record;
	return 0;
}

int nspid_snapshot_take(const struct source *s, unsigned level, struct nspid_snapshot *ret)
{
	struct nspid_snapshot snapshot = { 0 };
	struct pidmap_list all = { 0 };
	struct nspid_record record;
	size_t i;
	int r;

	r = source_list_numbers(s, -1, "", &all);
	pidmap_list_sort(&all);
	for (i = 0; i < all.n && r == 0; i++) {
		if (nspid_record_read(s, all.pairs[i].there, level, &record) == 0)
			r = snapshot_append(&snapshot, &record);
	}
	pidmap_list_free(&all);
	if (r < 0)
		nspid_snapshot_free(&snapshot);
	else
		*ret = snapshot;
	return r;
}

static int compare_there(const void *key, const void *element)
{
	pid_t a = *(const pid_t *)key;
	pid_t b = ((const struct nspid_record *)element)->there;

	return (a > b) - (a < b);
}

const struct nspid_record *nspid_snapshot_find(const struct nspid_snapshot *snapshot, pid_t there)
{
	if (snapshot->n == 0)
		return NULL;
	return bsearch(&there, snapshot->records, snapshot->n, sizeof(snapshot->records[0]),
		       compare_there);
}

const struct nspid_record *nspid_snapshot_init(const struct nspid_snapshot *snapshot, ino_t inode,
					       unsigned depth)
{
	size_t i;

	for (i = 0; i < snapshot->n; i++) {
		const struct nspid_record *r = &snapshot->records[i];

		if (r->own == 1 && r->depth == depth && r->inode == inode)
			return r;
	}
	return NULL;
}

void nspid_snapshot_free(struct nspid_snapshot *snapshot)
{
	free(snapshot->records);
	*snapshot = (struct nspid_snapshot){ 0 };
}

pid_t nspid_find_thread(const struct source *s, pid_t process, unsigned level, pid_t here)
{
	struct pidmap_list threads = { 0 };
	pid_t found = 0;
	char path[32];
	size_t i;

	snprintf(path, sizeof(path), "%d/task", process);
	if (source_list_numbers(s, -1, path, &threads) < 0)
		threads.n = 0;
	for (i = 0; i < threads.n && !found; i++) {
		struct status st;

		snprintf(path, sizeof(path), "%d/task/%d", process, threads.pairs[i].there);
		if (status_read(s, -1, path, &st) == 0 && level < st.n_columns &&
		    st.nspid[level] == here)
			found = threads.pairs[i].there;
	}
	pidmap_list_free(&threads);
	return found;
}
