/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of namespaces. */

#include "ns_name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

int ns_name_read(const struct source *host, pid_t tid, const char *name, struct ns_name *ret)
{
	char path[48];
	ssize_t n;

	snprintf(path, sizeof(path), "%d/ns/%s", tid, name);
	n = readlinkat(host->fd, path, ret->text, sizeof(ret->text) - 1);
	if (n == sizeof(ret->text) - 1) /* perhaps cut off */
		n = 0;
	ret->text[n > 0 ? n : 0] = '\0';
	return n < 0 ? -errno : n > 0 ? 0 : -EIO;
}

bool ns_name_same(const struct ns_name *a, const struct ns_name *b)
{
	return a->text[0] && strcmp(a->text, b->text) == 0;
}
