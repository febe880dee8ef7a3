/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers of tasks in the source's texts. */

#include "numbers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "pidmap.h"

int number_parse(struct text t, pid_t *ret)
{
	bool negative = t.n > 0 && t.p[0] == '-';
	bool leading_zero = t.n > negative && t.p[negative] == '0';
	int64_t value;

	if (leading_zero && t.n > 1)
		return -EIO;
	if (text_i64(t, &value) < 0 || value < INT32_MIN || value > INT32_MAX)
		return -EIO;
	*ret = (pid_t)value;
	return 0;
}

int number_append(struct buf *out, pid_t n)
{
	char digits[12];
	char *p = digits + sizeof(digits);
	uint32_t rest = n < 0 ? 0U - (uint32_t)n : (uint32_t)n;

	/* By hand: a scan by ps makes some forty of them per process, and printf is slow. */
	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		*--p = '-';
	return buf_append(out, p, (size_t)(digits + sizeof(digits) - p));
}

int number_append_task(const struct rewrite *rw, struct text t, struct buf *out)
{
	pid_t there;
	int r;

	r = number_parse(t, &there);
	if (r < 0)
		return r;
	return number_append(out, pidmap_to_view(rw->pids, there));
}

int number_append_group(const struct rewrite *rw, struct text t, struct buf *out)
{
	pid_t there;
	int r;

	r = number_parse(t, &there);
	if (r < 0)
		return r;
	return number_append(out, pidmap_group_to_view(rw->pids, there));
}

/* Takes "<TAB>N" off *rest. Returns 0 or -EIO, also if *rest is empty. */
static int take_column(struct text *rest, struct text *ret_text, pid_t *ret)
{
	if (rest->n == 0 || rest->p[0] != '\t')
		return -EIO;
	*rest = text_of(rest->p + 1, rest->n - 1);
	ret_text->p = rest->p;
	for (ret_text->n = 0; ret_text->n < rest->n && rest->p[ret_text->n] != '\t'; ret_text->n++)
		;
	*rest = text_of(rest->p + ret_text->n, rest->n - ret_text->n);
	return number_parse(*ret_text, ret);
}

/* The rest of the first line of that key. Returns 0 or -EIO if there is none or it is cut off. */
static int find_columns(struct text status, struct text key, struct text *ret)
{
	struct text line;
	bool ended;

	while (text_line(&status, &line, &ended)) {
		if (text_key(line, key, ret))
			return ended ? 0 : -EIO;
	}
	return -EIO;
}

int number_in_column(struct text status, struct text key, unsigned column, pid_t *ret)
{
	struct text columns, text;
	unsigned i;
	pid_t n;
	int r;

	r = find_columns(status, key, &columns);
	for (i = 0; r == 0 && i <= column; i++)
		r = take_column(&columns, &text, &n);
	if (r == 0)
		*ret = n;
	return r;
}

int number_append_columns(const struct rewrite *rw, struct text columns,
			  int (*append_first)(const struct rewrite *, struct text, struct buf *),
			  struct buf *out)
{
	unsigned level = rw->pids->level;
	struct text text;
	unsigned i = 0;
	pid_t n;
	int r;

	do {
		r = take_column(&columns, &text, &n);
		if (r == 0 && i >= level)
			r = buf_append(out, "\t", 1);
		if (r == 0 && i == 0 && level == 0)
			r = append_first(rw, text, out);
		else if (r == 0 && i >= level)
			r = buf_append_text(out, text);
		i++;
	} while (r == 0 && columns.n > 0);
	return r == 0 && i <= level ? -EIO : r;
}

int number_own(const struct rewrite *rw, struct text status, struct text key, pid_t there,
	       pid_t *ret)
{
	pid_t here = pidmap_to_view(rw->pids, there);
	pid_t column = here;
	int r = 0;

	if (rw->pids->level > 0)
		r = number_in_column(status, key, rw->pids->level, &column);
	if (r < 0)
		return r;
	if (column != here || (there > 0 && here == 0))
		return -ESRCH;
	*ret = here;
	return 0;
}
