/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests about directories. */

#include "front.h"

#include "listing.h"
#include "sight.h"

void front_opendir(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi)
{
	struct front *f = front_of(req);
	struct client c = client_of(req);
	struct sight sight;
	struct listing *listing = NULL;
	int r;

	if (!take_sight(req, &c, number, &sight))
		return;
	r = listing_open(sight.view, &c, sight.place, &listing);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		reply_open(req, fi, handles_add(&f->handles, sight.served, NULL, listing));
	sight_done(f, &sight);
}

/* The room of one READDIR reply. */
struct reply_room {
	fuse_req_t req;
	char *data;
	size_t size;
	size_t used;
};

static bool add_to_reply(void *context, const struct listing_name *name)
{
	struct reply_room *room = context;
	struct stat st = { .st_ino = name->inode, .st_mode = (mode_t)name->type << 12 };
	size_t n;

	n = fuse_add_direntry(room->req, room->data + room->used, room->size - room->used,
			      name->name, &st, name->next);
	if (n > room->size - room->used)
		return false;
	room->used += n;
	return true;
}

void front_readdir(fuse_req_t req, fuse_ino_t number, size_t size, off_t offset,
		   struct fuse_file_info *fi)
{
	struct client c = client_of(req);
	char data[FRONT_READ_BYTES];
	struct reply_room room = { .req = req,
				   .data = data,
				   .size = size < sizeof(data) ? size : sizeof(data) };
	int r;

	(void)number;
	r = listing_each(handles_get(fi->fh)->listing, &c, offset, add_to_reply, &room);
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		fuse_reply_buf(req, data, room.used);
}
