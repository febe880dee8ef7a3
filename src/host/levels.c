/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Name and numbers of a process. */

#include "levels.h"

#include <errno.h>
#include <stdio.h>

#include "buf.h"
#include "source.h"

#define STATUS_BYTES_MAX 65536

/* Undoes the escapes of proc_task_name(): "\n" for a newline, "\\" for a backslash. */
static void unescape_comm(struct text escaped, char ret[LEVELS_COMM_BYTES + 1])
{
	size_t i, n = 0;

	for (i = 0; i < escaped.n && n < LEVELS_COMM_BYTES; i++) {
		char c = escaped.p[i];
		char next = i + 1 < escaped.n ? escaped.p[i + 1] : '\0';

		if (c == '\\' && (next == 'n' || next == '\\')) {
			c = next == 'n' ? '\n' : '\\';
			i++;
		}
		ret[n++] = c;
	}
	ret[n] = '\0';
}

void levels_parse(struct text status, struct levels *ret)
{
	struct text rest = status, line, value;
	struct levels l = { 0 };

	if (status_parse(status, &l.status) < 0)
		l.status = (struct status){ 0 };
	/* Always the first line. Not trimmed: blanks are part of a name, but for the tab of the line. */
	if (text_line(&rest, &line, NULL) && text_key(line, TEXT("Name"), &value) && value.n > 0)
		unescape_comm(text_of(value.p + 1, value.n - 1), l.comm);
	*ret = l;
}

int levels_read(const struct source *s, pid_t there, struct levels *ret)
{
	AUTO_BUF struct buf text = { 0 };
	char path[32];
	struct stat st;
	int n, r;

	n = snprintf(path, sizeof(path), "%d/status", there);
	r = source_read(s, -1, path, STATUS_BYTES_MAX, &text);
	if (r == -ENOENT) {
		/* A recorded tree may have a process without a status. */
		path[n - (int)sizeof("/status") + 1] = '\0';
		r = source_stat(s, -1, path, &st) < 0 ? -ESRCH : 0;
	}
	if (r == -ESRCH)
		return r;
	levels_parse(r < 0 ? TEXT("") : buf_text(&text), ret);
	return 0;
}

pid_t levels_at(const struct levels *l, unsigned level)
{
	return level < l->status.n_columns ? l->status.nspid[level] : 0;
}
