/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ids of a task. */

#include "task_ids.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "credentials.h"
#include "fd.h"
#include "nsfs.h"
#include "source.h"

/* Since Linux 6.13; -ENOTTY, or an errno of pidfd_open(2), before. */
static int ask_pidfd(pid_t tid, struct task_ids *ret)
{
	AUTO_FD int fd = (int)syscall(SYS_pidfd_open, tid, PIDFD_OPEN_THREAD);
	struct pidfd_info_v0 info = { .mask = PIDFD_INFO_IDS };

	if (fd < 0 || ioctl(fd, PIDFD_GET_INFO_V0, &info) < 0)
		return -errno;
	if (!(info.mask & PIDFD_INFO_IDS))
		return -ENOTTY;
	*ret = (struct task_ids){ info.euid, info.fsuid, info.fsgid };
	return 0;
}

static int ask_status(const struct source *host, pid_t tid, struct task_ids *ret)
{
	AUTO_BUF struct buf status = { 0 };
	struct credentials c;
	char path[32];
	int r;

	snprintf(path, sizeof(path), "%d/status", tid);
	r = source_read(host, -1, path, CREDENTIALS_BYTES_MAX, &status);
	if (r == 0)
		r = credentials_parse(buf_text(&status), &c);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	*ret = (struct task_ids){ c.euid, c.fsuid, c.fsgid };
	credentials_done(&c);
	return 0;
}

int task_ids_read(const struct source *host, pid_t tid, struct task_ids *ret)
{
	int r = ask_pidfd(tid, ret);

	if (r == 0 || r == -ESRCH || !host)
		return r;
	return ask_status(host, tid, ret);
}
