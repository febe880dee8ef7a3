/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lines of mountinfo. */

#include "mountinfo.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "buf.h"

static bool take_unsigned(struct text field, unsigned *ret)
{
	uint64_t value;

	if (text_u64(field, &value) < 0 || value > UINT_MAX)
		return false;
	*ret = (unsigned)value;
	return true;
}

static bool take_device(struct text field, struct mountinfo *m)
{
	struct text major;

	return text_until(&field, ':', &major) && take_unsigned(major, &m->major) &&
	       take_unsigned(field, &m->minor);
}

/* "ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG...] - TYPE SOURCE SUPER", show_mountinfo(). */
static bool parse(struct text line, struct mountinfo *ret)
{
	struct text id, parent, device, tag, origin;
	struct mountinfo m;

	if (!text_field(&line, &id) || !text_field(&line, &parent) || !text_field(&line, &device) ||
	    !text_field(&line, &m.root) || !text_field(&line, &m.point) ||
	    !text_field(&line, &m.options))
		return false;
	if (!take_unsigned(id, &m.id) || !take_unsigned(parent, &m.parent) ||
	    !take_device(device, &m))
		return false;
	do {
		if (!text_field(&line, &tag))
			return false;
	} while (!text_equal(tag, TEXT("-")));
	if (!text_field(&line, &m.type))
		return false;
	if (!text_field(&line, &origin) || !text_field(&line, &m.super))
		m.super = text_of("", 0);
	*ret = m;
	return true;
}

bool mountinfo_next(struct text *rest, struct mountinfo *ret)
{
	struct text line;

	while (text_line(rest, &line, NULL)) {
		if (parse(line, ret))
			return true;
	}
	return false;
}

bool mountinfo_by_id(struct text text, unsigned id, struct mountinfo *ret)
{
	struct mountinfo m;

	while (mountinfo_next(&text, &m)) {
		if (m.id == id) {
			*ret = m;
			return true;
		}
	}
	return false;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The next byte of an escaped field. Returns false at the end. */
static bool next_byte(struct text *rest, char *ret)
{
	size_t n = 1;

	if (rest->n == 0)
		return false;
	*ret = rest->p[0];
	if (rest->n >= 4 && *ret == '\\' && is_octal(rest->p[1]) && is_octal(rest->p[2]) &&
	    is_octal(rest->p[3])) {
		*ret = (char)((rest->p[1] - '0') << 6 | (rest->p[2] - '0') << 3 |
			      (rest->p[3] - '0'));
		n = 4;
	}
	*rest = text_of(rest->p + n, rest->n - n);
	return true;
}

int mountinfo_unescape(struct text field, struct buf *out)
{
	char c;
	int r;

	while (next_byte(&field, &c)) {
		r = buf_append(out, &c, 1);
		if (r < 0)
			return r;
	}
	return 0;
}

bool mountinfo_field_is(struct text field, const char *s)
{
	char c;

	while (next_byte(&field, &c)) {
		if (*s == '\0' || c != *s++)
			return false;
	}
	return *s == '\0';
}
