/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ioctl(2): none of procfs, but those of control.h on the root. */

#include "front.h"

#include <errno.h>

#include "control.h"
#include "views.h"

/* The parameters are libfuse's. */
/* NOLINTNEXTLINE(readability-function-size) */
void front_ioctl(fuse_req_t req, fuse_ino_t number, unsigned command, void *arg,
		 struct fuse_file_info *fi, unsigned flags, const void *in, size_t n_in,
		 size_t n_out)
{
	struct control_status status = { 0 };
	struct client c = client_of(req);
	struct served *served;
	int r = -ENOTTY;

	(void)arg;
	(void)fi;
	if (number == FUSE_ROOT_ID && flags & FUSE_IOCTL_DIR) {
		served = views_of(front_of(req)->views, &c);
		r = control_answer(served->view, &c, command, in, n_in, &status);
		served_release(served);
	}
	if (r < 0)
		fuse_reply_err(req, -r);
	else
		fuse_reply_ioctl(req, 0, &status, n_out < sizeof(status) ? n_out : sizeof(status));
}
