/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Descriptors: ownership, reading to the end, passing on. */

#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "sanitized.h"

#define READ_CHUNK_BYTES 16384

int fd_hold_streams(void)
{
	int fd;

	/* The lowest free number is the next one given out. */
	do {
		fd = open("/", O_PATH | O_CLOEXEC);
		if (fd < 0)
			return -errno;
	} while (fd <= STDERR_FILENO);
	close(fd);
	return 0;
}

int fd_close(int fd)
{
	int saved = errno;

	if (SANITIZED && fd >= 0 && fd <= STDERR_FILENO)
		abort();
	if (fd > STDERR_FILENO)
		close(fd);
	errno = saved;
	return -1;
}

void fd_closep(int *fd)
{
	*fd = fd_close(*fd);
}

int fd_steal(int *fd)
{
	int r = *fd;

	*fd = -1;
	return r;
}

/* One read(2) (offset < 0) or pread(2) into the room behind out. Returns the byte count or -errno. */
static ssize_t read_chunk(int fd, off_t offset, struct buf *out)
{
	ssize_t n;
	int r;

	r = buf_reserve(out, READ_CHUNK_BYTES);
	if (r < 0)
		return r;
	do {
		if (offset < 0)
			n = read(fd, out->data + out->len, out->cap - out->len - 1);
		else
			n = pread(fd, out->data + out->len, out->cap - out->len - 1, offset);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	out->len += (size_t)n;
	out->data[out->len] = '\0';
	return n;
}

/* Until nothing comes; of one record also once less came than there is room for. */
static int read_to_end(int fd, off_t offset, bool record, size_t max, struct buf *out)
{
	size_t total = 0;
	ssize_t n;

	while ((n = read_chunk(fd, offset, out)) > 0) {
		total += (size_t)n;
		if (total > max)
			return -EFBIG;
		if (record && out->len + 1 < out->cap)
			return 0;
		if (offset >= 0)
			offset += n;
	}
	return (int)n;
}

int fd_read_all(int fd, size_t max, struct buf *out)
{
	return read_to_end(fd, -1, false, max, out);
}

int fd_pread_all(int fd, size_t max, struct buf *out)
{
	return read_to_end(fd, 0, false, max, out);
}

int fd_pread_record(int fd, size_t max, struct buf *out)
{
	return read_to_end(fd, 0, true, max, out);
}

int fd_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		if (done == 0)
			return -EIO; /* accepted nothing and says no error: never try forever */
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Room for one descriptor, aligned as cmsg(3) asks. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

int fd_send(int socket_fd, const void *data, size_t n, int fd)
{
	union control control = { 0 };
	struct iovec iov = { .iov_base = (void *)data, .iov_len = n };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	ssize_t done;

	if (fd >= 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	}
	do {
		done = sendmsg(socket_fd, &msg, MSG_NOSIGNAL);
		if (done > 0) {
			/* A signal may end it early on a stream; the descriptor went with the first part. */
			iov.iov_base = (char *)iov.iov_base + done;
			iov.iov_len -= (size_t)done;
			msg.msg_control = NULL;
			msg.msg_controllen = 0;
		}
	} while ((done < 0 && errno == EINTR) || (done > 0 && iov.iov_len > 0));
	return done < 0 ? -errno : 0;
}

/*
 * Takes the descriptors of a control message. One is kept in *ret_fd (-1 before), any more are closed:
 * on 64-bit machines the room for one is, by alignment, room for two, and the kernel fills it
 * (net/core/scm.c, scm_detach_fds()). Returns whether there was at most one in all.
 */
static bool take_fds(struct cmsghdr *cmsg, int *ret_fd)
{
	size_t n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	bool one = true;
	size_t i;

	for (i = 0; i < n; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(int), sizeof(int));
		if (*ret_fd < 0) {
			*ret_fd = fd;
			continue;
		}
		fd_close(fd);
		one = false;
	}
	return one;
}

ssize_t fd_receive(int socket_fd, void *data, size_t n, int *ret_fd)
{
	union control control = { 0 };
	struct iovec iov = { .iov_base = data, .iov_len = n };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *cmsg;
	bool agreed = true;
	ssize_t got;

	*ret_fd = -1;
	do {
		got = recvmsg(socket_fd, &msg, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
		if (cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_RIGHTS)
			agreed = take_fds(cmsg, ret_fd) && agreed;
	}
	if (!agreed || (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		*ret_fd = fd_close(*ret_fd);
		return -EPROTO;
	}
	return got;
}
