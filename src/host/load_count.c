/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How many threads run or wait for a device. */

#include "load_count.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "pidmap.h"
#include "source.h"

/* Room for the first 20 fields, each as long as it can be (fs/proc/array.c, do_task_stat()). */
#define STAT_BYTES 512

/* Fields from state (3) to num_threads (20), without these two. */
#define FIELDS_BETWEEN 16

int load_parse_thread(struct text stat, struct load_thread *ret)
{
	const char *name_end = stat.n > 0 ? memrchr(stat.p, ')', stat.n) : NULL;
	struct text rest, state, field;
	uint64_t n_threads;
	unsigned i;

	if (!name_end)
		return -EIO;
	rest = text_of(name_end + 1, stat.n - (size_t)(name_end + 1 - stat.p));
	if (!text_field(&rest, &state) || state.n != 1)
		return -EIO;
	for (i = 0; i < FIELDS_BETWEEN; i++) {
		if (!text_field(&rest, &field))
			return -EIO;
	}
	/* What is last in the text may be cut off. */
	if (!text_field(&rest, &field) || rest.n == 0 || text_u64(field, &n_threads) < 0 ||
	    n_threads > INT_MAX)
		return -EIO;
	*ret = (struct load_thread){ state.p[0], (unsigned)n_threads };
	return 0;
}

static int read_thread(const struct source *s, pid_t pid, pid_t tid, struct load_thread *ret)
{
	AUTO_FD int fd = -1;
	char data[STAT_BYTES];
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "%d/task/%d/stat", pid, tid);
	fd = source_openat(s, -1, path, O_RDONLY);
	if (fd < 0)
		return fd;
	n = read(fd, data, sizeof(data));
	return n < 0 ? -errno : load_parse_thread(text_of(data, (size_t)n), ret);
}

static void count_state(char state, struct load_counts *c)
{
	if (state == 'R')
		c->running++;
	else if (state == 'D')
		c->blocked++;
}

static void count_others(const struct source *s, pid_t pid, const atomic_bool *stopping,
			 struct load_counts *c)
{
	struct pidmap_list threads = { 0 };
	struct load_thread t = { 0 };
	char path[32];
	size_t i;

	snprintf(path, sizeof(path), "%d/task", pid);
	if (source_list_numbers(s, -1, path, &threads) < 0)
		threads.n = 0;
	for (i = 0; i < threads.n && !*stopping; i++) {
		pid_t tid = threads.pairs[i].there;

		if (tid != pid && read_thread(s, pid, tid, &t) == 0)
			count_state(t.state, c);
	}
	pidmap_list_free(&threads);
}

/* The leader's own text tells whether there are others: most processes have none. */
static void count_process(const struct source *s, pid_t pid, const atomic_bool *stopping,
			  struct load_counts *c)
{
	struct load_thread leader = { 0 };

	if (read_thread(s, pid, pid, &leader) < 0)
		return;
	count_state(leader.state, c);
	c->threads += leader.n_threads;
	if (leader.n_threads > 1)
		count_others(s, pid, stopping, c);
}

int load_count(const struct source *s, const struct pidmap *members, const atomic_bool *stopping,
	       struct load_counts *ret)
{
	struct pidmap_list processes = { 0 };
	struct load_counts c = { 0 };
	size_t i;
	int r;

	r = pidmap_list(members, &processes);
	for (i = 0; r == 0 && i < processes.n && !*stopping; i++)
		count_process(s, processes.pairs[i].there, stopping, &c);
	pidmap_list_free(&processes);
	if (r == 0 && *stopping)
		r = -ECANCELED;
	if (r == 0)
		*ret = c;
	return r;
}
