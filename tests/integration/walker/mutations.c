/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The mutations themselves: of listings, attributes, texts, errnos. */

#include "mutations.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void list_missing(const struct target *t)
{
	if (t->list->n > 3)
		free(t->list->items[--t->list->n].name);
}

void list_extra(const struct target *t)
{
	struct listing *l = t->list;

	l->items = reallocarray(l->items, l->n + 1, sizeof(*l->items));
	must(l->items ? 0 : -ENOMEM);
	l->items[l->n++] = (struct listing_item){ .name = strdup("zz"), .type = DT_REG };
}

void list_order(const struct target *t)
{
	struct listing_item *end = t->list->items + t->list->n, last;

	if (t->list->n < 4)
		return;
	last = end[-1];
	end[-1] = end[-2];
	end[-2] = last;
}

void list_type(const struct target *t)
{
	if (t->list->n > 2)
		t->list->items[2].type = DT_UNKNOWN;
}

void list_twice(const struct target *t)
{
	size_t n = t->list->n;

	if (n < 4)
		return;
	free(t->list->items[n - 1].name);
	t->list->items[n - 1] = t->list->items[n - 2];
	t->list->items[n - 1].name = strdup(t->list->items[n - 2].name);
}

void list_error(const struct target *t)
{
	t->list->error = -EIO;
}

/* Directories go on where they should not. */
void list_offset(const struct target *t)
{
	for (size_t i = 0; i + 1 < t->list->n; i++)
		t->list->items[i].next = t->list->items[i + 1].next;
}

void stat_type_link(const struct target *t)
{
	t->st->st_mode = S_IFLNK | (t->st->st_mode & ~(mode_t)S_IFMT);
}

void stat_mode(const struct target *t)
{
	t->st->st_mode ^= 0040;
}

void stat_nlink(const struct target *t)
{
	t->st->st_nlink++;
}

void stat_uid(const struct target *t)
{
	t->st->st_uid += 65534;
}

void stat_gid(const struct target *t)
{
	t->st->st_gid += 65534;
}

void stat_size(const struct target *t)
{
	t->st->st_size++;
}

void error_eacces(const struct target *t)
{
	*t->r = -EACCES;
}

void error_none(const struct target *t)
{
	*t->r = 0;
}

void error_enoent(const struct target *t)
{
	*t->r = -ENOENT;
}

void text_append(const struct target *t)
{
	must(buf_append_str(t->text, "x"));
}

void text_line_more(const struct target *t)
{
	must(buf_append_str(t->text, "Extra:\t1\n"));
}

void text_half(const struct target *t)
{
	t->text->len /= 2;
}

void text_empty(const struct target *t)
{
	t->text->len = 0;
}

void text_last_lost(const struct target *t)
{
	if (t->text->len > 0)
		t->text->len--;
}

void text_byte(const struct target *t)
{
	if (t->text->len > 2)
		t->text->data[t->text->len / 2] ^= 1;
}

void text_line_lost(const struct target *t)
{
	char *end = t->text->len ? memchr(t->text->data, '\n', t->text->len) : NULL;
	size_t n = end ? (size_t)(end + 1 - t->text->data) : 0;

	memmove(t->text->data, t->text->data + n, t->text->len - n);
	t->text->len -= n;
}

/* Puts text in place of field n (above 2) of PID/stat. */
static void replace_field(struct buf *b, unsigned n, const char *with)
{
	char *end = b->len ? memrchr(b->data, ')', b->len) : NULL;
	AUTO_BUF struct buf out = { 0 };
	struct text rest, field;

	if (!end)
		return;
	rest = text_of(end + 2, (size_t)(b->data + b->len - end - 2));
	for (unsigned i = 3; i <= n; i++)
		text_until(&rest, ' ', &field);
	must(buf_append(&out, b->data, (size_t)(field.p - b->data)));
	must(buf_append_str(&out, with));
	must(buf_append(&out, field.p + field.n, (size_t)(b->data + b->len - field.p - field.n)));
	buf_clear(b);
	must(buf_append_text(b, buf_text(&out)));
}

/* As if the parent's number were the host's. */
void text_host_pid(const struct target *t)
{
	replace_field(t->text, 4, "31999");
}

void text_host_session(const struct target *t)
{
	replace_field(t->text, 6, "31999");
}

/* Time that runs ahead. */
void text_ahead(const struct target *t)
{
	if (t->text->len > 0)
		t->text->data[0]++;
}

void text_frozen(const struct target *t)
{
	if (t->first->len == 0)
		must(buf_append_text(t->first, buf_text(t->text)));
	buf_clear(t->text);
	must(buf_append_text(t->text, buf_text(t->first)));
}
