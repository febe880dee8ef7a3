/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What changes an entry otherwise than by writing to it. */

#include <stdbool.h>
#include <time.h>

#include "tree.h"

/* What a setattr asks for; 0, NULL: not that. */
struct change {
	bool size, mode, owner;
	uid_t uid; /* -1: stays */
	gid_t gid;
	const struct timespec *times; /* of utimensat(2) */
};

/*
 * Changes attributes. opened says that the client has the file open, for writing if it is about the size.
 * Sizes: nothing is done, as in the kernel, but the client must be one that may write. Modes: -EPERM; the
 * kernel lets the owner change those of registered files (fs/proc/generic.c, proc_notify_change()), for
 * everybody on the machine and for good. Owners: of a task's files, where it lasts until the next look
 * (fs/proc/base.c, pid_revalidate()), else -EPERM. Owners and times are the kernel's to refuse.
 */
int change_attributes(const struct view *v, const struct client *c, const struct place *p,
		      const struct change *change, bool opened);

/*
 * Why no name of the directory dir can be removed or replaced. Returns -EACCES if the client may not write to
 * the directory, -EROFS, else -EPERM (fs/namei.c, may_delete(), vfs_unlink()).
 */
int change_names(const struct view *v, const struct client *c, const struct place *dir);
