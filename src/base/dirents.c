/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names of an open directory. */

#include "dirents.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define DIRENTS_CHUNK_BYTES 32768

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Visits the entries of one chunk. Returns false when visit wants no more. */
static bool visit_chunk(const char *chunk, size_t n,
			bool (*visit)(void *context, const struct dirents_entry *entry),
			void *context)
{
	size_t at = 0;

	while (at < n) {
		const struct dirent64 *d = (const void *)(chunk + at);
		struct dirents_entry e = { .name = d->d_name,
					   .type = d->d_type,
					   .inode = d->d_ino };

		if (!is_dot(d->d_name) && !visit(context, &e))
			return false;
		at += d->d_reclen;
	}
	return true;
}

int dirents_each(int fd, bool (*visit)(void *context, const struct dirents_entry *entry),
		 void *context)
{
	char chunk[DIRENTS_CHUNK_BYTES] __attribute__((aligned(__alignof__(struct dirent64))));
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	while ((n = getdents64(fd, chunk, sizeof(chunk))) > 0) {
		if (!visit_chunk(chunk, (size_t)n, visit, context))
			return 0;
	}
	return n < 0 ? -errno : 0;
}
