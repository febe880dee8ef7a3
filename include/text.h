/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Borrowed bytes and cursors over them. Foreign bytes are not NUL-terminated, not complete and not
 * trusted; nothing here allocates or modifies them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	const char *p;
	size_t n;
};

#define TEXT(literal) ((struct text){ "" literal, sizeof(literal) - 1 })

/* n bytes at p. */
struct text text_of(const char *p, size_t n);

/* The bytes of a NUL-terminated string. */
struct text text_str(const char *s);

/* Equal length and bytes. */
bool text_equal(struct text a, struct text b);

/* t begins with prefix; an empty prefix always matches. */
bool text_starts(struct text t, struct text prefix);

/*
 * Takes the next line off *rest, without its newline; a last line without one counts as well.
 * *ret_ended says whether the newline was there (may be NULL). Returns false at the end.
 */
bool text_line(struct text *rest, struct text *ret_line, bool *ret_ended);

/*
 * Takes the bytes up to the next occurrence of sep (or the end) off *rest, and sep with them.
 * Returns false only when *rest is empty.
 */
bool text_until(struct text *rest, char sep, struct text *ret);

/* Takes the next run of bytes that are neither space nor tab off *rest. Returns false if none. */
bool text_field(struct text *rest, struct text *ret);

/*
 * If line is "KEY:VALUE" with exactly this key (never a prefix of it), gives VALUE as it stands,
 * leading blanks included, and returns true.
 */
bool text_key(struct text line, struct text key, struct text *ret_value);

/* Without blanks (space, tab) at both ends. */
struct text text_trim(struct text t);

/*
 * The whole of t as a decimal number: digits only, no sign, no blanks, no other byte. A leading zero
 * is allowed. Returns 0, -EINVAL if it is not a number, -ERANGE if it does not fit.
 */
int text_u64(struct text t, uint64_t *ret);

/* The same with an optional leading minus. */
int text_i64(struct text t, int64_t *ret);

/* The same for base 16 (no 0x). */
int text_hex(struct text t, uint64_t *ret);

/*
 * The name of a process directory: digits without a leading zero, 1 to INT32_MAX
 * (fs/proc/util.c, name_to_int()). Returns 0 or -EINVAL.
 */
int text_pid(struct text t, int32_t *ret);
