/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When the container began. */

#include "take.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "source.h"

#define NS_PER_S       UINT64_C(1000000000)
#define STAT_BYTES_MAX 4096

/* Fields after the command, which may hold anything, even a parenthesis: state is the 3rd, starttime the 22nd. */
#define FIELDS_BEFORE_START 19

static int parse_start(struct text stat, uint64_t *ret_ticks)
{
	struct text field;
	size_t i;

	for (i = stat.n; i > 0 && stat.p[i - 1] != ')'; i--)
		;
	if (i == 0)
		return -EINVAL;
	stat = text_of(stat.p + i, stat.n - i);
	for (i = 0; i <= FIELDS_BEFORE_START; i++) {
		if (!text_field(&stat, &field))
			return -EINVAL;
	}
	return text_u64(field, ret_ticks);
}

static int read_of(const struct source *host, pid_t pid, const char *name, bool link,
		   struct buf *out)
{
	char path[48];

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	return link ? source_readlink(host, -1, path, out)
		    : source_read(host, -1, path, STAT_BYTES_MAX, out);
}

/* Both are the same; a file that neither has is the same, too. Returns 1, 0, or -errno if it cannot be told. */
static int compare(const struct source *host, pid_t init, const char *name, bool link)
{
	AUTO_BUF struct buf theirs = { 0 };
	AUTO_BUF struct buf ours = { 0 };
	int r_theirs = read_of(host, init, name, link, &theirs);
	int r_ours = read_of(host, getpid(), name, link, &ours);

	if (r_theirs == -ENOENT && r_ours == -ENOENT)
		return 1;
	if (r_theirs < 0 || r_ours < 0)
		return r_theirs < 0 ? r_theirs : r_ours;
	return text_equal(buf_text(&theirs), buf_text(&ours));
}

/* Without the right to read the link, the offsets tell: those that our children have are ours. */
static bool is_of_our_time(const struct source *host, pid_t init)
{
	int r = compare(host, init, "ns/time", true);

	if (r < 0)
		r = compare(host, init, "timens_offsets", false);
	return r == 1;
}

int take_start(const struct source *host, pid_t init, uint64_t *ret_ns)
{
	AUTO_BUF struct buf stat = { 0 };
	uint64_t ticks = 0, tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
	int r;

	*ret_ns = 0;
	r = read_of(host, init, "stat", false, &stat);
	if (r == 0)
		r = parse_start(buf_text(&stat), &ticks);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	if (is_of_our_time(host, init))
		*ret_ns = ticks > UINT64_MAX / tick_ns ? 0 : ticks * tick_ns;
	return 0;
}

int take_time(uint64_t start_ns, struct resource_time *ret)
{
	struct timespec now;
	uint64_t now_ns;

	if (start_ns == 0)
		return 0;
	if (clock_gettime(CLOCK_BOOTTIME, &now) < 0)
		return -errno;
	now_ns = (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
	ret->start_ns = start_ns;
	ret->age_ns = resource_less(now_ns, start_ns);
	return 0;
}
