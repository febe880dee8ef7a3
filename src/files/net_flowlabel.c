/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* net/ip6_flowlabel (net/ipv6/ip6_flowlabel.c, ip6fl_seq_show()). */

#include <errno.h>
#include <stdbool.h>

#include "numbers.h"
#include "pidmap.h"
#include "rewrite.h"

/* IPV6_FL_S_PROCESS of <linux/in6.h>: the label belongs to a process. */
#define SHARE_PROCESS TEXT("2")

/* The owner's column is "%-6d". */
#define OWNER_WIDTH 6

/* A row is "LABEL S OWNER ...", the label in hexadecimal; the heading is not. */
static bool is_process_row(struct text line, struct text *ret_owner)
{
	struct text label, share;
	uint64_t value;

	return text_field(&line, &label) && text_hex(label, &value) == 0 &&
	       text_field(&line, &share) && text_equal(share, SHARE_PROCESS) &&
	       text_field(&line, ret_owner);
}

/* What follows the owner's column, the blanks that fill it left out. */
static struct text skip_filling(struct text line, struct text owner)
{
	size_t n = owner.n;
	struct text rest = text_of(owner.p + n, (size_t)(line.p + line.n - owner.p) - n);

	for (; n < OWNER_WIDTH && rest.n > 0 && rest.p[0] == ' '; n++)
		rest = text_of(rest.p + 1, rest.n - 1);
	return rest;
}

/* The owner, and blanks up to the width of its column. */
static int append_owner(const struct rewrite *rw, struct text owner, struct buf *out)
{
	size_t start = out->len;
	int r;

	r = number_append_task(rw, owner, out);
	while (r == 0 && out->len < start + OWNER_WIDTH)
		r = buf_append(out, " ", 1);
	return r;
}

/**
 * rewrite_ip6_flowlabel() - who owns an IPv6 flow label
 * In:     a heading, then rows "LABEL S OWNER USERS LINGER EXPIRES DST OPT" in columns.
 * Out:    OWNER of rows with S 2 as a number of the view, its column as wide as the kernel makes
 *         it; 0 for an owner that has ended (a kernel instance of the namespace would still know
 *         it).
 * Facts:  pids. The owner of rows with S 3 is a user: not ours.
 * Errors: -EIO if such a row is cut off, or its owner is no number in a column; -ENOMEM.
 */
int rewrite_ip6_flowlabel(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct text line, owner, after;
	bool ended;
	int r = 0;

	while (r == 0 && text_line(&in, &line, &ended)) {
		if (!is_process_row(line, &owner)) {
			r = buf_append(out, line.p, line.n + ended);
			continue;
		}
		after = skip_filling(line, owner);
		if (!ended || !text_starts(after, TEXT(" ")))
			return -EIO;
		r = buf_append(out, line.p, (size_t)(owner.p - line.p));
		if (r == 0)
			r = append_owner(rw, owner, out);
		if (r == 0)
			r = buf_append(out, after.p, after.n + 1);
	}
	return r;
}
