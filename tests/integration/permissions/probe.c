/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The operations, each of which comes to one number. */

#include "permissions.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dirents.h"
#include "fd.h"

/* Fields of `stat` that are 0 or 1 for who may not ptrace (fs/proc/array.c, do_task_stat()). */
static const unsigned char withheld_fields[] = {
	26, 27, 28, 29, 30, 35, 45, 46, 47, 48, 49, 50, 51
};

#define WCHAN_FIELD 35

const char *const operation_names[OP_END] = {
	[OP_LSTAT] = "lstat",
	[OP_ACCESS_R] = "access-r",
	[OP_ACCESS_W] = "access-w",
	[OP_ACCESS_X] = "access-x",
	[OP_ACCESS_REAL] = "access-real",
	[OP_OPEN] = "open",
	[OP_READ] = "read",
	[OP_BYTES] = "bytes",
	[OP_OPEN_WRITE] = "open-write",
	[OP_READLINK] = "readlink",
	[OP_LIST] = "list",
	[OP_STAT] = "stat",
	[OP_OPEN_LINK] = "open-link",
};

static int64_t no_more_than(int64_t most, int64_t n)
{
	return n < 0 ? -errno : n > most ? most : n;
}

static int64_t probe_lstat(int root, const char *path)
{
	struct stat st;

	if (fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	/* Type and mode, owner, group: none is above 32767 in this test. */
	return (int64_t)st.st_mode | (int64_t)st.st_uid << 16 | (int64_t)st.st_gid << 40;
}

/* 0, 1, or 2 for more, of each field, as digits of base 3; -EINVAL for no stat line. */
static int64_t withheld(const char *line, bool prober_is_here)
{
	const char *p = strrchr(line, ')');
	int64_t digits = 0;
	size_t next = 0;

	for (int field = 2; p && next < sizeof(withheld_fields); field++) {
		if (field == withheld_fields[next]) {
			int64_t v = p[0] == '0' ? 0 : p[0] == '1' && p[1] == ' ' ? 1 : 2;

			/* Who waits for a server waits somewhere; who asks the kernel does not. */
			if (field == WCHAN_FIELD && prober_is_here)
				v = 0;
			digits = digits * 3 + v;
			next++;
		}
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	return next == sizeof(withheld_fields) ? digits : -EINVAL;
}

static void probe_file(int root, const struct item *item, int64_t out[OP_END])
{
	static _Thread_local char data[65536];
	AUTO_FD int fd = openat(root, item->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	AUTO_FD int write_fd = -1;
	const char *name = item->path + item->shown;
	ssize_t n;

	out[OP_OPEN] = no_more_than(0, fd);
	if (fd >= 0) {
		n = read(fd, data, sizeof(data) - 1);
		out[OP_READ] = no_more_than(1, n);
		data[n > 0 ? n : 0] = '\0';
		if (n > 0 && strcmp(name, "stat") == 0)
			out[OP_BYTES] = withheld(data, item->prober_is_here);
		else if (n > 0 && strcmp(name, "wchan") == 0 && !item->prober_is_here)
			out[OP_BYTES] = data[0] != '0';
	}
	write_fd = openat(root, item->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	out[OP_OPEN_WRITE] = no_more_than(0, write_fd);
}

static bool count_name(void *context, const struct dirents_entry *entry)
{
	int64_t *n = context;

	(void)entry;
	(*n)++;
	return true;
}

static void probe_dir(int root, const struct item *item, int64_t out[OP_END])
{
	AUTO_FD int fd = openat(root, item->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int64_t n = 0;
	int r;

	out[OP_OPEN] = no_more_than(0, fd);
	if (fd < 0)
		return;
	r = dirents_each(fd, count_name, &n);
	out[OP_LIST] = r < 0 ? r : n;
}

static void probe_link(int root, const struct item *item, bool follow, int64_t out[OP_END])
{
	AUTO_FD int fd = -1;
	char text[4096];
	struct stat st;

	out[OP_READLINK] = no_more_than(1, readlinkat(root, item->path, text, sizeof(text)));
	if (!follow)
		return;
	out[OP_STAT] =
		fstatat(root, item->path, &st, 0) < 0 ? -errno : (int64_t)(st.st_mode & S_IFMT);
	fd = openat(root, item->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	out[OP_OPEN_LINK] = no_more_than(0, fd);
}

void probe_item(int root, const struct item *item, bool follow, int64_t out[OP_END])
{
	static const int modes[] = { R_OK, W_OK, X_OK };

	for (int op = 0; op < OP_END; op++)
		out[op] = NOT_TRIED;
	out[OP_LSTAT] = probe_lstat(root, item->path);
	/* access(2) of a link concerns what it leads to. */
	for (int i = 0; i < 3 && item->type != DT_LNK; i++)
		out[OP_ACCESS_R + i] =
			faccessat(root, item->path, modes[i], AT_EACCESS) < 0 ? -errno : 0;
	if (item->type != DT_LNK)
		out[OP_ACCESS_REAL] = faccessat(root, item->path, R_OK, 0) < 0 ? -errno : 0;
	if (item->type == DT_LNK)
		probe_link(root, item, follow, out);
	else if (item->type == DT_DIR)
		probe_dir(root, item, out);
	else
		probe_file(root, item, out);
}
