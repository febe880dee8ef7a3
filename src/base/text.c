/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cursors over borrowed bytes. */

#include "text.h"

#include <errno.h>
#include <string.h>

struct text text_of(const char *p, size_t n)
{
	return (struct text){ p, n };
}

struct text text_str(const char *s)
{
	return text_of(s, strlen(s));
}

bool text_equal(struct text a, struct text b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool text_starts(struct text t, struct text prefix)
{
	return t.n >= prefix.n && (prefix.n == 0 || memcmp(t.p, prefix.p, prefix.n) == 0);
}

/* Moves the first n bytes of *rest to *ret and drops skip more. */
static void take(struct text *rest, size_t n, size_t skip, struct text *ret)
{
	*ret = text_of(rest->p, n);
	rest->p += n + skip;
	rest->n -= n + skip;
}

bool text_line(struct text *rest, struct text *ret_line, bool *ret_ended)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, '\n', rest->n);
	if (ret_ended)
		*ret_ended = end != NULL;
	take(rest, end ? (size_t)(end - rest->p) : rest->n, end ? 1 : 0, ret_line);
	return true;
}

bool text_until(struct text *rest, char sep, struct text *ret)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, sep, rest->n);
	take(rest, end ? (size_t)(end - rest->p) : rest->n, end ? 1 : 0, ret);
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool text_field(struct text *rest, struct text *ret)
{
	size_t n = 0;

	while (rest->n > 0 && is_blank(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	if (n == 0)
		return false;
	take(rest, n, 0, ret);
	return true;
}

bool text_key(struct text line, struct text key, struct text *ret_value)
{
	if (line.n <= key.n || !text_starts(line, key) || line.p[key.n] != ':')
		return false;
	*ret_value = text_of(line.p + key.n + 1, line.n - key.n - 1);
	return true;
}

struct text text_trim(struct text t)
{
	while (t.n > 0 && is_blank(t.p[0])) {
		t.p++;
		t.n--;
	}
	while (t.n > 0 && is_blank(t.p[t.n - 1]))
		t.n--;
	return t;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static int number(struct text t, unsigned base, uint64_t *ret)
{
	bool fits = true;
	uint64_t value = 0;
	size_t i;

	if (t.n == 0)
		return -EINVAL;
	for (i = 0; i < t.n; i++) {
		unsigned digit = (unsigned)digit_of(t.p[i]);

		if (digit >= base)
			return -EINVAL;
		fits = fits && !__builtin_mul_overflow(value, base, &value) &&
		       !__builtin_add_overflow(value, digit, &value);
	}
	if (!fits)
		return -ERANGE;
	*ret = value;
	return 0;
}

int text_u64(struct text t, uint64_t *ret)
{
	return number(t, 10, ret);
}

int text_hex(struct text t, uint64_t *ret)
{
	return number(t, 16, ret);
}

int text_i64(struct text t, int64_t *ret)
{
	bool negative = t.n > 0 && t.p[0] == '-';
	uint64_t magnitude;
	int r;

	r = number(negative ? text_of(t.p + 1, t.n - 1) : t, 10, &magnitude);
	if (r < 0)
		return r;
	if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return -ERANGE;
	*ret = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return 0;
}

int text_pid(struct text t, int32_t *ret)
{
	uint64_t value;

	if (t.n == 0 || t.p[0] == '0' || number(t, 10, &value) < 0 || value > INT32_MAX)
		return -EINVAL;
	*ret = (int32_t)value;
	return 0;
}
