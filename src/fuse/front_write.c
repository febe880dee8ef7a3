/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests that change something, or would. */

#include "front.h"

#include <errno.h>

#include "change.h"
#include "content.h"
#include "sight.h"
#include "tree.h"

void front_write(fuse_req_t req, fuse_ino_t number, const char *data, size_t size, off_t offset,
		 struct fuse_file_info *fi)
{
	struct client c = client_of(req);
	ssize_t n;

	(void)number;
	n = reading_write(handles_get(fi->fh)->reading, &c, data, size,
			  front_append_offset(fi, offset));
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_write(req, (size_t)n);
}

/* A time as utimensat(2) takes it. */
static struct timespec time_to_set(int to_set, int set, int now, struct timespec given)
{
	if (to_set & now)
		return (struct timespec){ .tv_nsec = UTIME_NOW };
	return to_set & set ? given : (struct timespec){ .tv_nsec = UTIME_OMIT };
}

void front_setattr(fuse_req_t req, fuse_ino_t number, struct stat *attr, int to_set,
		   struct fuse_file_info *fi)
{
	const int time_bits = FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_ATIME_NOW | FUSE_SET_ATTR_MTIME |
			      FUSE_SET_ATTR_MTIME_NOW;
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight sight;
	struct timespec times[] = {
		time_to_set(to_set, FUSE_SET_ATTR_ATIME, FUSE_SET_ATTR_ATIME_NOW, attr->st_atim),
		time_to_set(to_set, FUSE_SET_ATTR_MTIME, FUSE_SET_ATTR_MTIME_NOW, attr->st_mtim)
	};
	struct change change = {
		.size = to_set & FUSE_SET_ATTR_SIZE,
		.mode = to_set & FUSE_SET_ATTR_MODE,
		.owner = to_set & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID),
		.uid = to_set & FUSE_SET_ATTR_UID ? attr->st_uid : (uid_t)-1,
		.gid = to_set & FUSE_SET_ATTR_GID ? attr->st_gid : (gid_t)-1,
		.times = to_set & time_bits ? times : NULL,
	};
	struct stat st;
	int r;

	if (!take_sight(req, &c, number, &sight))
		return;
	r = change_attributes(sight.view, &c, sight.place, &change, fi);
	if (r == 0)
		r = tree_stat(sight.view, &c, sight.place, &st);
	sight_done(f, &sight);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		reply_attr(req, number, &st, NULL);
}

/*
 * A name that is not there cannot come to be there. In procfs it is the lookup that fails, before anything
 * is asked about rights.
 */
static void no_new_name(fuse_req_t req)
{
	fuse_reply_err(req, ENOENT);
}

void front_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
		  struct fuse_file_info *fi)
{
	(void)parent;
	(void)name;
	(void)mode;
	(void)fi;
	no_new_name(req);
}

void front_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)parent;
	(void)name;
	(void)mode;
	no_new_name(req);
}

void front_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t device)
{
	(void)parent;
	(void)name;
	(void)mode;
	(void)device;
	no_new_name(req);
}

void front_symlink(fuse_req_t req, const char *text, fuse_ino_t parent, const char *name)
{
	(void)text;
	(void)parent;
	(void)name;
	no_new_name(req);
}

void front_link(fuse_req_t req, fuse_ino_t number, fuse_ino_t parent, const char *name)
{
	(void)number;
	(void)parent;
	(void)name;
	no_new_name(req);
}

/* Of a file or a directory. */
void front_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight dir;
	int r;

	(void)name;
	if (!take_sight(req, &c, parent, &dir))
		return;
	r = change_names(dir.view, &c, dir.place);
	sight_done(f, &dir);
	fuse_reply_err(req, -r);
}

void front_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
		  const char *new_name, unsigned flags)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight dir;
	AUTO_PLACE struct place target = PLACE_NULL;
	struct stat st;
	int r;

	(void)flags;
	if (!take_sight(req, &c, new_parent, &dir))
		return;
	r = tree_lookup(dir.view, &c, dir.place, text_str(new_name), NULL, &target, &st);
	sight_done(f, &dir);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		front_unlink(req, parent, name);
}
