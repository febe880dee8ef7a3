/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a system call on a tree came to, in a form that can be compared. */

#include "races_outcome.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

static int outcome_of(ssize_t n, const char *data)
{
	if (n < 0)
		return -errno;
	if (n > 0 && memmem(data, (size_t)n, NEW_NAME, strlen(NEW_NAME)))
		return 2;
	return n > 0;
}

int outcome_read_at(int fd, off_t offset)
{
	static char data[65536];

	if (fd < 0)
		return -EBADF;
	return outcome_of(pread(fd, data, sizeof(data), offset), data);
}

int outcome_open_and_read(int dir, const char *path)
{
	AUTO_FD int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno - 1000 : outcome_read_at(fd, 0);
}

int outcome_list(int fd)
{
	static char data[65536];

	if (fd < 0)
		return -EBADF;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return outcome_of(syscall(SYS_getdents64, fd, data, sizeof(data)), data);
}

int outcome_open_and_list(int dir, const char *path)
{
	AUTO_FD int fd = openat(dir, path[0] ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno - 1000 : outcome_list(fd);
}

int outcome_read_link(int dir, const char *path)
{
	char text[4096];

	return outcome_of(readlinkat(dir, path, text, sizeof(text)), text);
}

int outcome_stat_at(int dir, const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) < 0 ? -errno
										: (int)st.st_uid;
}
