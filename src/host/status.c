/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The numbers in PID/status. */

#include "status.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "buf.h"
#include "source.h"

#define STATUS_BYTES_MAX 65536

struct line {
	struct text key;
	size_t offset; /* of the first pid_t in struct status */
	bool columns;  /* one number per level, against a single one */
};

/* No line before these is free text: Name is escaped (fs/proc/array.c, proc_task_name()). */
static const struct line lines[] = {
	{ TEXT("Tgid"), offsetof(struct status, tgid), false },
	{ TEXT("Pid"), offsetof(struct status, pid), false },
	{ TEXT("PPid"), offsetof(struct status, ppid), false },
	{ TEXT("NStgid"), offsetof(struct status, nstgid), true },
	{ TEXT("NSpid"), offsetof(struct status, nspid), true },
	{ TEXT("NSpgid"), offsetof(struct status, nspgid), true },
	{ TEXT("NSsid"), offsetof(struct status, nssid), true },
};

#define N_LINES (sizeof(lines) / sizeof(lines[0]))

/* Fills up to max numbers. Returns how many there are, or -EINVAL. */
static int parse_numbers(struct text rest, pid_t *ret, size_t max)
{
	struct text field;
	size_t n = 0;

	while (text_field(&rest, &field)) {
		uint64_t value;

		if (n == max || text_u64(field, &value) < 0 || value > INT32_MAX)
			return -EINVAL;
		ret[n++] = (pid_t)value;
	}
	return n > 0 ? (int)n : -EINVAL;
}

static int parse_line(const struct line *l, struct text value, struct status *st)
{
	pid_t *first = (pid_t *)(void *)((char *)st + l->offset);
	int n = parse_numbers(value, first, l->columns ? STATUS_COLUMNS_MAX : 1);

	if (n < 0)
		return n;
	if (!l->columns)
		return 0;
	if (st->n_columns && st->n_columns != (size_t)n)
		return -EINVAL;
	st->n_columns = (size_t)n;
	return 0;
}

int status_parse(struct text text, struct status *ret)
{
	struct status st = { 0 };
	struct text line, value;
	size_t i;
	int r;

	while (text_line(&text, &line, NULL)) {
		for (i = 0; i < N_LINES; i++) {
			if (!text_key(line, lines[i].key, &value))
				continue;
			r = parse_line(&lines[i], value, &st);
			if (r < 0)
				return r;
		}
	}
	if (st.pid == 0 || st.n_columns == 0 || st.nspid[st.n_columns - 1] == 0)
		return -ENODATA;
	*ret = st;
	return 0;
}

int status_read(const struct source *s, int dirfd, const char *name, struct status *ret)
{
	AUTO_BUF struct buf text = { 0 };
	char path[64];
	int r;

	r = snprintf(path, sizeof(path), "%s/status", name);
	if (r < 0 || (size_t)r >= sizeof(path))
		return -ENAMETOOLONG;
	r = source_read(s, dirfd, path, STATUS_BYTES_MAX, &text);
	return r < 0 ? r : status_parse(buf_text(&text), ret);
}

pid_t status_group(const struct status *st, unsigned level, pid_t there)
{
	if (level >= st->n_columns)
		return 0;
	if (st->nspgid[0] == there && st->nspgid[level])
		return st->nspgid[level];
	return st->nssid[0] == there ? st->nssid[level] : 0;
}
