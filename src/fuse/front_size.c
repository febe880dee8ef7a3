/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the kernel believes of the size of files. */

#include "front.h"

#include <fcntl.h>
#include <stdint.h>

/*
 * Files of procfs have size 0. read(2) does not look at that, as we have files opened for direct I/O, but some
 * calls would find that a file of size 0 has ended, without asking us, and give an empty text for a full one:
 *
 *   - splice(2) and sendfile(2) (mm/filemap.c, filemap_splice_read()), as busybox's cat and cp use it;
 *   - reads that may be asynchronous: io_uring, io_submit(2) (fs/fuse/file.c, fuse_direct_IO()).
 *
 * So the kernel keeps another size than it shows. When a name is looked up, it gets this one; when somebody asks
 * for attributes, 0, which it passes on but does not keep, because a notification comes before the answer
 * (fs/fuse/inode.c: fuse_reverse_inval_inode() makes older what was asked before, fuse_change_attributes()). Before
 * Linux 5.8 it does keep it.
 *
 * This is the most that may be opened without O_LARGEFILE (generic_file_open()), in whole pages.
 */
#define SIZE_TO_KEEP (INT32_MAX & ~(off_t)4095)

static bool has_no_size(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_size == 0;
}

off_t front_size_to_keep(const struct stat *st)
{
	return has_no_size(st) ? SIZE_TO_KEEP : st->st_size;
}

/* Asked with an open file (fuse_file_llseek()), the kernel goes by what it keeps. */
void reply_attr(fuse_req_t req, fuse_ino_t number, const struct stat *st,
		const struct fuse_file_info *fi)
{
	if (has_no_size(st) && !fi)
		fuse_lowlevel_notify_inval_inode(front_of(req)->session, number, -1, 0);
	fuse_reply_attr(req, st, FRONT_TIMEOUT_SECONDS);
}

/*
 * What splice(2) and mmap(2) read is kept in the kernel, for whoever comes next with whatever rights: they get an
 * error, and use read(2) then. Only what a process reads has an owner (fs/fuse/file.c, fuse_send_read()).
 */
bool is_read_for_cache(const struct fuse_file_info *fi)
{
	return fi->lock_owner == 0;
}

/* The kernel adds to what it takes for the size; procfs knows no O_APPEND. */
off_t front_append_offset(const struct fuse_file_info *fi, off_t offset)
{
	return fi->flags & O_APPEND && offset >= SIZE_TO_KEEP ? offset - SIZE_TO_KEEP : offset;
}
