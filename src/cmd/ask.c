/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking the server of a mounted view. */

#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "mountpoint.h"

/* From the process that asks. */
struct answer {
	int r;
	struct control_status status;
};

static int ask(const char *dir, unsigned long command, unsigned files, struct control_status *ret)
{
	struct mountpoint_id id;
	AUTO_FD int fd = -1;
	uint32_t chosen = files;
	int r = mountpoint_find(dir, &id);

	if (r == -ENOENT && access(dir, F_OK) == 0)
		return -EXDEV;
	if (r < 0)
		return r;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = ioctl(fd, command, command == CONTROL_STATUS ? (void *)ret : (void *)&chosen);
	return r < 0 ? -errno : 0;
}

/* Whoever waits for a server may not die before it is answered: so it is another process that waits. */
int ask_start(struct ask *a, const char *dir, unsigned long command, unsigned files)
{
	struct answer answer = { 0 };
	int pipe_fds[2];

	*a = (struct ask){ .dir = dir, .fd = -1 };
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	a->child = fork();
	if (a->child == 0) {
		answer.r = ask(dir, command, files, &answer.status);
		fd_write_all(pipe_fds[1], &answer, sizeof(answer));
		_exit(EXIT_SUCCESS);
	}
	a->fd = pipe_fds[0];
	close(pipe_fds[1]);
	if (a->child > 0)
		return 0;
	a->child = 0;
	a->fd = fd_close(a->fd);
	return -errno;
}

/* It writes its answer at once: less than a pipe takes in one piece (PIPE_BUF). */
static int receive(const struct ask *a, int patience_ms, struct answer *ret)
{
	struct pollfd fds = { .fd = a->fd, .events = POLLIN };
	int r;

	do {
		r = poll(&fds, 1, patience_ms);
	} while (r < 0 && errno == EINTR);
	if (r <= 0)
		return r < 0 ? -errno : -ETIME;
	return read(a->fd, ret, sizeof(*ret)) == sizeof(*ret) ? ret->r : -EIO;
}

/* One that cannot be killed yet is left behind, and ends with the server. */
static void let_go(struct ask *a, int r)
{
	kill(a->child, SIGKILL);
	waitpid(a->child, NULL, r == -ETIME ? WNOHANG : 0);
	a->child = 0;
	a->fd = fd_close(a->fd);
}

/* What the answer means to who has asked about a directory. */
static int explain(int r, const char *dir, struct fault *fault)
{
	switch (-r) {
	case ETIME:
		return fault_set(fault, r,
				 "one that hangs is killed when its --patience is over; or kill it "
				 "yourself, and umount DIR",
				 "%s: the view's server does not answer", dir);
	case ENOTCONN:
	case ECONNABORTED:
		return fault_set(fault, r, "take the mount away: umount DIR",
				 "%s: the view's server is dead", dir);
	case EXDEV:
		return fault_set(fault, r, "nsprocfs status lists those that are",
				 "%s: no view is mounted there", dir);
	case ENOENT:
	case ENOTDIR:
	case EACCES:
		return fault_set(fault, r, "nsprocfs status lists where views are mounted", "%s",
				 dir);
	case ENOTTY:
		return fault_set(fault, -EPERM,
				 "it takes CAP_SYS_ADMIN where the server runs, or, if it is an "
				 "ordinary user's, that user",
				 "%s: ask the view's server", dir);
	case EOPNOTSUPP:
		return fault_set(fault, r, NULL,
				 "%s: the view has no control groups to take resources from", dir);
	default:
		return fault_set(fault, r, NULL, "%s: ask the view's server", dir);
	}
}

int ask_end(struct ask *a, int patience_ms, struct control_status *status, struct fault *fault)
{
	struct answer answer = { 0 };
	int r = receive(a, patience_ms, &answer);

	let_go(a, r);
	if (r < 0)
		return explain(r, a->dir, fault);
	*status = answer.status;
	return 0;
}
