/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The name of a namespace, "TYPE:[INODE]", as the text of a link under PID/ns (fs/nsfs.c, ns_get_name()). There is one
 * nsfs, so that equal names are one namespace as long as one of both lives. To read the text costs half of what it
 * costs to follow the link.
 */

#include <stdbool.h>
#include <sys/types.h>

struct source;

struct ns_name {
	char text[32]; /* "" : unknown */
};

/* name: "user", "net", ... Returns 0, or the errno of readlink(2); then *ret is unknown. */
int ns_name_read(const struct source *host, pid_t tid, const char *name, struct ns_name *ret);

/* Both are known and the same. */
bool ns_name_same(const struct ns_name *a, const struct ns_name *b);
