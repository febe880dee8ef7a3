/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mounting and unmounting by fusermount3(1). */

#include "fusermount.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "mountpoint.h"
#include "mountpoint_check.h"

#define PROGRAM		"fusermount3"
#define WORDS_BYTES_MAX 4096

#define OPTIONS "subtype=nsprocfs,fsname=nsprocfs,nosuid,nodev,noexec"

/* Our environment and one variable more. The array is the caller's to free. */
static char **with_variable(char *variable)
{
	size_t n = 0;
	char **all;

	while (environ[n])
		n++;
	all = reallocarray(NULL, n + 2, sizeof(*all));
	if (!all)
		return NULL;
	memcpy(all, environ, n * sizeof(*all));
	all[n] = variable;
	all[n + 1] = NULL;
	return all;
}

/* posix_spawn(3) with standard error on a pipe and the socket kept open. Returns the pid or -errno. */
static pid_t spawn(char *const argv[], int comm_fd, int error_fd)
{
	posix_spawn_file_actions_t actions;
	char variable[40];
	char **environment;
	pid_t pid = 0;
	int r;

	snprintf(variable, sizeof(variable), "_FUSE_COMMFD=%d", comm_fd);
	environment = with_variable(variable);
	if (!environment)
		return -ENOMEM;
	r = posix_spawn_file_actions_init(&actions);
	if (r == 0) {
		r = posix_spawn_file_actions_adddup2(&actions, error_fd, STDERR_FILENO);
		if (r == 0 && comm_fd >= 0) /* onto itself: loses close-on-exec */
			r = posix_spawn_file_actions_adddup2(&actions, comm_fd, comm_fd);
		if (r == 0)
			r = posix_spawnp(&pid, PROGRAM, &actions, NULL, argv, environment);
		posix_spawn_file_actions_destroy(&actions);
	}
	free(environment);
	return r ? -r : pid;
}

static void one_line(struct buf *words)
{
	size_t i;

	while (words->len > 0 && words->data[words->len - 1] == '\n')
		words->data[--words->len] = '\0';
	for (i = 0; i < words->len; i++) {
		if (words->data[i] == '\n')
			words->data[i] = ' ';
	}
}

int fusermount_run(char *const argv[], int comm_fd, struct buf *words)
{
	AUTO_FD int ours = -1;
	AUTO_FD int theirs = -1;
	int pair[2], r;
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return -errno;
	ours = pair[0];
	theirs = pair[1];
	pid = spawn(argv, comm_fd, theirs);
	if (pid < 0)
		return pid;
	theirs = fd_close(theirs);
	r = fd_read_all(ours, WORDS_BYTES_MAX, words);
	one_line(words);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r == -EFBIG ? 0 : r;
}

/* fusermount3 has sent the descriptor before it exits, or sends nothing. Returns it or -EPERM. */
static int receive_mount(int socket_fd)
{
	char byte;
	int fd = -1;

	if (fd_receive(socket_fd, &byte, 1, &fd) <= 0 || fd < 0)
		return -EPERM;
	return fd;
}

static int refused(int r, const char *dir, const struct buf *words, struct fault *fault)
{
	AUTO_FD int device_fd = -1;
	int device_r = 0;

	/* It opens the device with our identity; why that fails is told better there. */
	if (r == -EPERM)
		device_r = mountpoint_open_fuse(&device_fd, fault);
	if (device_r < 0)
		return device_r;
	if (r == -ENOENT)
		return fault_set(fault, r, "install fuse3, or run as root",
				 "mount on %s: " PROGRAM " not found", dir);
	return fault_set(fault, r, "run as root, or see fusermount3(1) for what it allows", "%s",
			 words->len ? words->data : "mount by " PROGRAM);
}

int mountpoint_fusermount(const char *dir, unsigned flags, int *ret_fd, struct fault *fault)
{
	const char *options = flags & MOUNTPOINT_READ_ONLY ? OPTIONS ",ro" : OPTIONS;
	char *argv[] = { (char *)PROGRAM, (char *)"-o", (char *)options,
			 (char *)"--",	  (char *)dir,	NULL };
	AUTO_BUF struct buf words = { 0 };
	AUTO_FD int ours = -1;
	AUTO_FD int theirs = -1;
	int pair[2], r;

	r = mountpoint_check(dir, flags, fault);
	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return fault_set(fault, -errno, NULL, "socketpair");
	ours = pair[0];
	theirs = pair[1];
	r = fusermount_run(argv, theirs, &words);
	theirs = fd_close(theirs);
	if (r == 0)
		r = receive_mount(ours);
	if (r < 0)
		return refused(r, dir, &words, fault);
	*ret_fd = r;
	return 0;
}
