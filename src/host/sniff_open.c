/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a waiting thread opens a file. */

#include "sniff.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "source.h"

bool sniff_flags_write(uint64_t flags, uint64_t resolve)
{
	uint64_t access = flags & O_ACCMODE;

	if (flags & (O_PATH | O_NOFOLLOW | O_DIRECTORY) || (access != O_WRONLY && access != O_RDWR))
		return false;
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return false;
	return !(resolve & (RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV));
}

/* Of any size: what it may have grown by says nothing about symbolic links, as far as we know. */
static bool read_how(const struct source *host, pid_t tid, uint64_t address, struct open_how *ret)
{
	AUTO_FD int fd = -1;
	char name[32];

	if (address > INT64_MAX)
		return false;
	snprintf(name, sizeof(name), "%d/mem", tid);
	fd = source_openat(host, -1, name, O_RDONLY);
	return fd >= 0 && pread(fd, ret, sizeof(*ret), (off_t)address) == sizeof(*ret);
}

bool sniff_opens_to_write(const struct source *host, pid_t tid)
{
	AUTO_BUF struct buf path = { 0 };
	struct open_how how = { 0 };
	struct sniff sniff;

	if (sniff_thread(host, tid, &sniff, &path) < 0)
		return false;
	if (sniff.call == SNIFF_OPEN_HOW)
		return read_how(host, tid, sniff.open, &how) &&
		       sniff_flags_write(how.flags, how.resolve);
	return sniff.call == SNIFF_CREATE ||
	       (sniff.call == SNIFF_OPEN && sniff_flags_write(sniff.open, 0));
}
