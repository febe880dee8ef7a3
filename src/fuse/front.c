/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One function per FUSE request. */

#include "front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "buf.h"
#include "content.h"
#include "fd.h"
#include "nodes.h"
#include "sight.h"
#include "tree.h"
#include "watcher.h"

struct front *front_of(fuse_req_t req)
{
	return fuse_req_userdata(req);
}

struct client client_of(fuse_req_t req)
{
	const struct fuse_ctx *context = fuse_req_ctx(req);

	return (struct client){ .uid = context->uid, .gid = context->gid, .tid = context->pid };
}

bool take_sight(fuse_req_t req, const struct client *c, fuse_ino_t number, struct sight *ret)
{
	bool found = sight_take(front_of(req), c, number, ret);

	if (!found)
		fuse_reply_err(req, ESTALE);
	return found;
}

void reply_open(fuse_req_t req, struct fuse_file_info *fi, uint64_t number)
{
	fi->fh = number;
	if (!number)
		fuse_reply_err(req, ENOMEM);
	else if (fuse_reply_open(req, fi) < 0)
		handles_remove(&front_of(req)->handles, number);
}

static void front_init(void *userdata, struct fuse_conn_info *conn)
{
	struct front *f = userdata;

	/* What depends on the reader may not be shared between readers, or read ahead. */
	conn->want &=
		~(unsigned)(FUSE_CAP_READDIRPLUS | FUSE_CAP_AUTO_INVAL_DATA | FUSE_CAP_SPLICE_READ |
			    FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
	/* procfs does not look at O_TRUNC: without this it would be a request of its own. */
	conn->want |= conn->capable & FUSE_CAP_ATOMIC_O_TRUNC;
	conn->max_readahead = 0;
	/*
	 * The kernel lets nobody in before it has seen our answer to FUSE_INIT (fs/fuse/dev.c,
	 * fuse_block_alloc()), so whoever waits may go on now.
	 */
	if (f->ready_fd >= 0)
		fd_write_all(f->ready_fd, "", 1);
	f->ready_fd = fd_close(f->ready_fd);
}

static void reply_entry(fuse_req_t req, struct node *node, const struct stat *st)
{
	struct nodes *nodes = front_of(req)->nodes;
	struct fuse_entry_param entry = {
		.ino = node_number(node),
		.attr = *st,
		.attr_timeout = FRONT_TIMEOUT_SECONDS,
		.entry_timeout = FRONT_TIMEOUT_SECONDS,
	};

	entry.attr.st_size = front_size_to_keep(st);
	/* Counted first: the forget may arrive before fuse_reply_entry() returns. */
	nodes_count(nodes, node);
	if (fuse_reply_entry(req, &entry) < 0)
		nodes_forget(nodes, node_number(node), 1);
}

static void front_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight dir;
	struct node *node = NULL;
	struct stat st;
	int r;

	if (!take_sight(req, &c, parent, &dir))
		return;
	r = sight_look_up(f, &c, &dir, name, &node, &st);
	sight_done(f, &dir);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		reply_entry(req, node, &st);
	nodes_release(f->nodes, node);
}

static void front_forget(fuse_req_t req, fuse_ino_t number, uint64_t count)
{
	nodes_forget(front_of(req)->nodes, number, count);
	fuse_reply_none(req);
}

static void front_forget_multi(fuse_req_t req, size_t n, struct fuse_forget_data *forgets)
{
	size_t i;

	for (i = 0; i < n; i++)
		nodes_forget(front_of(req)->nodes, forgets[i].ino, forgets[i].nlookup);
	fuse_reply_none(req);
}

static void front_getattr(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight sight;
	struct stat st;
	int r;

	if (!take_sight(req, &c, number, &sight))
		return;
	r = tree_stat(sight.view, &c, sight.place, &st);
	sight_done(f, &sight);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		reply_attr(req, number, &st, fi);
}

static void front_readlink(fuse_req_t req, fuse_ino_t number)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight sight;
	AUTO_BUF struct buf text = { 0 };
	int r;

	if (!take_sight(req, &c, number, &sight))
		return;
	r = tree_readlink(sight.view, &c, sight.place, &text);
	sight_done(f, &sight);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		fuse_reply_readlink(req, text.data ? text.data : "");
}

static void front_access(fuse_req_t req, fuse_ino_t number, int mask)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight sight;
	int r;

	if (!take_sight(req, &c, number, &sight))
		return;
	r = tree_access(sight.view, &c, sight.place, mask);
	sight_done(f, &sight);
	fuse_reply_err(req, -r);
}

static void front_open(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight sight;
	struct reading *reading = NULL;
	int r;

	if (!take_sight(req, &c, number, &sight))
		return;
	r = reading_open(sight.view, &c, sight.place, fi->flags, &reading);
	if (r < 0) {
		fuse_reply_err(req, -r);
	} else {
		fi->direct_io = 1;
		reply_open(req, fi, handles_add(&f->handles, sight.served, reading, NULL));
	}
	sight_done(f, &sight);
}

static void front_read(fuse_req_t req, fuse_ino_t number, size_t size, off_t offset,
		       struct fuse_file_info *fi)
{
	struct client c = client_of(req);
	char data[FRONT_READ_BYTES];
	ssize_t n;

	(void)number;
	if (is_read_for_cache(fi)) {
		fuse_reply_err(req, EINVAL);
		return;
	}
	n = reading_read(handles_get(fi->fh)->reading, &c, data,
			 size < sizeof(data) ? size : sizeof(data), offset);
	if (n < 0)
		fuse_reply_err(req, (int)-n);
	else
		fuse_reply_buf(req, data, (size_t)n);
}

static void front_poll(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi,
		       struct fuse_pollhandle *pollhandle)
{
	struct client c = client_of(req);
	short events;
	int r;

	(void)number;
	r = watcher_poll(front_of(req)->watcher, handles_get(fi->fh), &c, (short)fi->poll_events,
			 pollhandle, &events);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		fuse_reply_poll(req, (unsigned)events);
}

/* Of a file or a directory. */
static void front_release(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi)
{
	(void)number;
	watcher_forget(front_of(req)->watcher, handles_get(fi->fh));
	handles_remove(&front_of(req)->handles, fi->fh);
	fuse_reply_err(req, 0);
}

/* All that statfs(2) tells of procfs but the type, which the kernel fills in (docs/what-differs.md). */
static void front_statfs(fuse_req_t req, fuse_ino_t number)
{
	struct statvfs st = { .f_bsize = 4096, .f_frsize = 4096, .f_namemax = 255 };

	(void)number;
	fuse_reply_statfs(req, &st);
}

/* procfs has no extended attributes: ENOTSUP for one by name, an empty list. */
static void front_getxattr(fuse_req_t req, fuse_ino_t number, const char *name, size_t size)
{
	(void)number;
	(void)name;
	(void)size;
	fuse_reply_err(req, ENOTSUP);
}

static void front_listxattr(fuse_req_t req, fuse_ino_t number, size_t size)
{
	(void)number;
	if (size == 0)
		fuse_reply_xattr(req, 0);
	else
		fuse_reply_buf(req, NULL, 0);
}

const struct fuse_lowlevel_ops front_operations = {
	.init = front_init,
	.lookup = front_lookup,
	.forget = front_forget,
	.forget_multi = front_forget_multi,
	.getattr = front_getattr,
	.setattr = front_setattr,
	.readlink = front_readlink,
	.access = front_access,
	.open = front_open,
	.read = front_read,
	.poll = front_poll,
	.write = front_write,
	.release = front_release,
	.opendir = front_opendir,
	.readdir = front_readdir,
	.releasedir = front_release,
	.statfs = front_statfs,
	.getxattr = front_getxattr,
	.listxattr = front_listxattr,
	.create = front_create,
	.mkdir = front_mkdir,
	.mknod = front_mknod,
	.symlink = front_symlink,
	.link = front_link,
	.unlink = front_unlink,
	.rmdir = front_unlink,
	.rename = front_rename,
	.ioctl = front_ioctl,
};
