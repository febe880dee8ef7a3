/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mutations of what the view gave, by name: each must be found, or the walker is worth nothing. */

#include "mutations.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum plant_where {
	IN_LIST,
	IN_STAT,
	IN_LINK,
	IN_OPEN,
	IN_WHOLE,
	IN_TINY,
	IN_AT,
	IN_AGAIN,
	IN_LOOKUP
};

struct kind {
	const char *name;
	const char *glob; /* over the normal path */
	enum plant_where where;
	void (*mutate)(const struct target *t);
};

struct plant {
	const struct kind *kind;
	struct buf first; /* for those that freeze */
};

static const struct kind kinds[] = {
	{ "name-missing", "PID/ns", IN_LIST, list_missing },
	{ "name-extra", "PID/attr", IN_LIST, list_extra },
	{ "name-twice", "PID/attr", IN_LIST, list_twice },
	{ "order", "PID", IN_LIST, list_order },
	{ "pid-missing", "", IN_LIST, list_missing },
	{ "pid-order", "", IN_LIST, list_order },
	{ "pid-twice", "", IN_LIST, list_twice },
	{ "d-type", "PID", IN_LIST, list_type },
	{ "list-errno", "PID/attr", IN_LIST, list_error },
	{ "list-offset", "PID/ns", IN_LIST, list_offset },
	{ "type", "PID/environ", IN_STAT, stat_type_link },
	{ "mode", "PID/environ", IN_STAT, stat_mode },
	{ "nlink", "PID/task", IN_STAT, stat_nlink },
	{ "uid", "PID/status", IN_STAT, stat_uid },
	{ "gid", "PID/io", IN_STAT, stat_gid },
	{ "size", "PID/fd", IN_STAT, stat_size },
	{ "stat-errno", "PID/cwd", IN_STAT, error_enoent },
	{ "link", "PID/root", IN_LINK, text_append },
	{ "link-errno", "PID/exe", IN_LINK, error_eacces },
	{ "link-empty", "PID/ns/pid", IN_LINK, text_empty },
	{ "open-errno", "PID/environ", IN_OPEN, error_eacces },
	{ "open-dir-errno", "PID/fdinfo", IN_OPEN, error_eacces },
	{ "read-errno", "PID/limits", IN_WHOLE, error_eacces },
	{ "read-no-errno", "PID/attr/current", IN_WHOLE, error_none },
	{ "byte", "PID/cgroup", IN_WHOLE, text_byte },
	{ "truncated", "PID/status", IN_WHOLE, text_half },
	{ "empty", "PID/maps", IN_WHOLE, text_empty },
	{ "newline-lost", "PID/comm", IN_WHOLE, text_last_lost },
	{ "line-extra", "PID/status", IN_WHOLE, text_line_more },
	{ "line-missing", "PID/limits", IN_WHOLE, text_line_lost },
	{ "line-lost", "vmallocinfo", IN_WHOLE, text_line_lost },
	{ "host-pid", "PID/stat", IN_WHOLE, text_host_pid },
	{ "host-session", "PID/stat", IN_WHOLE, text_host_session },
	{ "frozen", "uptime", IN_WHOLE, text_frozen },
	{ "frozen-stat", "stat", IN_WHOLE, text_frozen },
	{ "frozen-counter", "interrupts", IN_WHOLE, text_frozen },
	{ "ahead", "uptime", IN_WHOLE, text_ahead },
	{ "rewind-frozen", "uptime", IN_AGAIN, text_frozen },
	{ "rewind", "PID/status", IN_AGAIN, text_half },
	{ "pread", "PID/limits", IN_AT, text_byte },
	{ "pread-errno", "PID/limits", IN_AT, error_eacces },
	{ "tiny", "PID/cmdline", IN_TINY, text_last_lost },
	{ "lookup", "", IN_LOOKUP, error_none },
	{ "lookup-dir", "PID/task", IN_LOOKUP, error_none },
	{ 0 },
};

struct plant *plant_new(const char *name)
{
	struct plant *p;

	for (const struct kind *k = kinds; k->name; k++) {
		if (strcmp(k->name, name) != 0)
			continue;
		p = calloc(1, sizeof(*p));
		must(p ? 0 : -ENOMEM);
		p->kind = k;
		return p;
	}
	return NULL;
}

void plant_free(struct plant *p)
{
	if (p)
		buf_free(&p->first);
	free(p);
}

void plant_print_kinds(void)
{
	for (const struct kind *k = kinds; k->name; k++)
		printf("%s\n", k->name);
}

static void apply(struct plant *p, enum plant_where where, const char *normal, struct target t)
{
	t.first = &p->first;
	if (p->kind->where == where && path_matches(normal, p->kind->glob))
		p->kind->mutate(&t);
}

void plant_list(struct plant *p, const char *normal, struct listing *l)
{
	apply(p, IN_LIST, normal, (struct target){ .list = l });
}

void plant_stat(struct plant *p, const char *normal, struct stat *st, int *r)
{
	apply(p, IN_STAT, normal, (struct target){ .st = st, .r = r });
}

void plant_link(struct plant *p, const char *normal, struct buf *text, int *r)
{
	apply(p, IN_LINK, normal, (struct target){ .text = text, .r = r });
}

void plant_open(struct plant *p, const char *normal, int *fd)
{
	int r = 0;

	apply(p, IN_OPEN, normal, (struct target){ .r = &r });
	if (r == 0)
		return;
	if (*fd >= 0)
		close(*fd);
	*fd = r;
}

void plant_read(struct plant *p, const char *normal, enum read_how how, struct content *c)
{
	static const enum plant_where where[] = {
		[READ_WHOLE] = IN_WHOLE,
		[READ_TINY] = IN_TINY,
		[READ_AT] = IN_AT,
		[READ_AGAIN] = IN_AGAIN,
	};

	apply(p, where[how], normal, (struct target){ .text = &c->data, .r = &c->error });
	c->stage = c->error < 0 ? "read" : "";
}

void plant_lookup(struct plant *p, const char *normal, const char *name, int *r)
{
	/* As if a leading zero did not matter (fs/proc/util.c, name_to_int(), refuses it). */
	if (strcmp(name, "01") == 0)
		apply(p, IN_LOOKUP, normal, (struct target){ .r = r });
}
