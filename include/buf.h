/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Growable bytes. Any byte may occur; data is always followed by a NUL that does not count. */

#include <stdarg.h>
#include <stddef.h>

#include "text.h"

struct buf {
	char *data; /* NULL while empty */
	size_t len; /* bytes in use */
	size_t cap; /* bytes allocated */
};

#define AUTO_BUF __attribute__((cleanup(buf_free)))

/* Frees the bytes and leaves an empty buffer. Accepts an empty one. */
void buf_free(struct buf *b);

/* Empties the buffer but keeps its memory for the next use. */
void buf_clear(struct buf *b);

/* Makes room for n more bytes. Returns 0, -ENOMEM, or -EOVERFLOW if the sum does not fit. */
int buf_reserve(struct buf *b, size_t n);

/* Appends n bytes. Returns 0 or the error of buf_reserve(). */
int buf_append(struct buf *b, const void *data, size_t n);

/* Appends a NUL-terminated string. */
int buf_append_str(struct buf *b, const char *s);

/* Appends a borrowed text. */
int buf_append_text(struct buf *b, struct text t);

/* Appends formatted text. Returns 0, -ENOMEM, or -EINVAL for a bad format. */
int buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
int buf_vprintf(struct buf *b, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* The bytes as a borrowed text, valid until the buffer changes. */
struct text buf_text(const struct buf *b);
