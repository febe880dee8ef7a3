/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of fd.h, on pipes, sockets and memory files. */

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "unit.h"

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Descriptors this process has. */
static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int memory_file(const void *data, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, data, n), 0);
	return fd;
}

START_TEST(test_close)
{
	int fd = dup(STDIN_FILENO);
	int steal;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_close(fd), -1);
	ck_assert(!is_open(fd));
	ck_assert_int_eq(fd_close(-1), -1);
	errno = ENOTTY;
	ck_assert_int_eq(fd_close(fd), -1); /* EBADF inside does not get out */
	ck_assert_int_eq(errno, ENOTTY);

	fd = dup(STDIN_FILENO);
	{
		AUTO_FD int owned = fd;

		ck_assert(is_open(owned));
	}
	ck_assert(!is_open(fd));

	fd = dup(STDIN_FILENO);
	{
		AUTO_FD int owned = fd;

		steal = fd_steal(&owned);
		ck_assert_int_eq(owned, -1);
	}
	ck_assert_int_eq(steal, fd);
	ck_assert(is_open(fd));
	fd_close(fd);
}
END_TEST

/* In a child: which of the streams are then open, and that they are as good as closed. */
static int hold_streams(const int *closed, size_t n)
{
	char byte;

	for (size_t i = 0; i < n; i++)
		close(closed[i]);
	if (fd_hold_streams() < 0)
		return 1;
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (!is_open(fd))
			return 2;
	}
	for (size_t i = 0; i < n; i++) {
		if (read(closed[i], &byte, 1) >= 0 || errno != EBADF)
			return 3;
		if (write(closed[i], "", 1) >= 0 || errno != EBADF)
			return 4;
		if ((fcntl(closed[i], F_GETFD) & FD_CLOEXEC) == 0)
			return 5;
	}
	return dup(1) <= STDERR_FILENO ? 6 : 0;
}

START_TEST(test_hold_streams)
{
	static const int closed[] = { 0, 2, 1 };
	int before = count_fds();
	int status;
	pid_t child;

	for (size_t n = 0; n <= 3; n++) {
		child = fork();
		ck_assert_int_ge(child, 0);
		if (child == 0)
			_exit(hold_streams(closed, n));
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_int_eq(fd_hold_streams(), 0);
	ck_assert_int_eq(count_fds(), before);
}
END_TEST

START_TEST(test_read_all)
{
	AUTO_BUF struct buf want = { 0 };
	AUTO_BUF struct buf got = { 0 };
	AUTO_FD int fd = -1;

	for (int i = 0; i < 20000; i++)
		ck_assert_int_eq(buf_printf(&want, "%d\n", i), 0);
	fd = memory_file(want.data, want.len);
	ck_assert_int_eq(fd_read_all(fd, want.len, &got), 0);
	ck_assert_uint_eq(got.len, 0); /* the position is at the end */
	ck_assert_int_eq(fd_pread_all(fd, want.len, &got), 0);
	ck_assert(text_equal(buf_text(&got), buf_text(&want)));
	/* Appends, and the limit is on what is read now. */
	ck_assert_int_eq(fd_pread_all(fd, want.len, &got), 0);
	ck_assert_uint_eq(got.len, 2 * want.len);
	ck_assert_int_eq(fd_pread_all(fd, want.len - 1, &got), -EFBIG);
	buf_clear(&got);
	ck_assert_int_eq(fd_pread_record(fd, want.len, &got), 0);
	ck_assert(text_equal(buf_text(&got), buf_text(&want)));
	ck_assert_int_eq(fd_pread_record(fd, want.len - 1, &got), -EFBIG);
	buf_clear(&got);
	ck_assert_int_eq(lseek(fd, 3, SEEK_SET), 3);
	ck_assert_int_eq(fd_read_all(fd, want.len, &got), 0);
	ck_assert_uint_eq(got.len, want.len - 3);
}
END_TEST

/* A pipe gives a chunk per read(2), as a seq_file does. */
START_TEST(test_read_all_short_reads)
{
	AUTO_BUF struct buf got = { 0 };
	int ends[2];
	pid_t child;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		for (int i = 0; i < 100; i++)
			fd_write_all(ends[1], "0123456789", 10);
		_exit(0);
	}
	fd_close(ends[1]);
	ck_assert_int_eq(fd_read_all(ends[0], 1000, &got), 0);
	ck_assert_uint_eq(got.len, 1000);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	fd_close(ends[0]);
}
END_TEST

START_TEST(test_read_all_errors)
{
	AUTO_BUF struct buf got = { 0 };
	AUTO_FD int dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_eq(fd_read_all(dir, 100, &got), -EISDIR);
	ck_assert_int_eq(fd_read_all(-1, 100, &got), -EBADF);
	ck_assert_int_eq(fd_write_all(dir, "x", 1), -EBADF);
	ck_assert_int_eq(fd_write_all(dir, "", 0), 0);
}
END_TEST

START_TEST(test_send_receive)
{
	AUTO_FD int file = memory_file("content", 7);
	AUTO_BUF struct buf got = { 0 };
	char data[16];
	int ends[2];
	int fd = 99;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	ck_assert_int_eq(fd_send(ends[0], "abc", 3, file), 0);
	ck_assert_int_eq(fd_send(ends[0], "de", 2, -1), 0);
	ck_assert(is_open(file));
	ck_assert_int_eq(fd_receive(ends[1], data, sizeof(data), &fd), 3);
	ck_assert_mem_eq(data, "abc", 3);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(fd_pread_all(fd, 100, &got), 0);
	ck_assert_str_eq(got.data, "content");
	fd_close(fd);
	ck_assert_int_eq(fd_receive(ends[1], data, sizeof(data), &fd), 2);
	ck_assert_int_eq(fd, -1);

	ck_assert_int_eq(fd_send(ends[0], "0123456789abcdefg", 17, file), 0);
	ck_assert_int_eq(fd_receive(ends[1], data, sizeof(data), &fd), -EPROTO);
	ck_assert_int_eq(fd, -1);

	fd_close(ends[0]);
	ck_assert_int_eq(fd_receive(ends[1], data, sizeof(data), &fd), 0);
	ck_assert_int_eq(fd_send(ends[1], "x", 1, -1), -EPIPE); /* and no SIGPIPE */
	fd_close(ends[1]);
}
END_TEST

/* Sends the same descriptor n times in one message. */
static void send_many(int socket_fd, int fd, size_t n)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(8 * sizeof(int))];
	} control = { 0 };
	char byte = 'x';
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(n * sizeof(int));
	for (size_t i = 0; i < n; i++)
		memcpy(CMSG_DATA(cmsg) + i * sizeof(int), &fd, sizeof(int));
	ck_assert_int_eq(sendmsg(socket_fd, &msg, 0), 1);
}

/* A peer that sends more than was agreed is refused, and its descriptors do not stay open. */
START_TEST(test_receive_too_many)
{
	AUTO_FD int file = memory_file("content", 7);
	char data[16];
	int ends[2];
	int before, fd;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	before = count_fds();
	for (size_t n = 2; n <= 8; n++) {
		send_many(ends[0], file, n);
		ck_assert_int_eq(fd_receive(ends[1], data, sizeof(data), &fd), -EPROTO);
		ck_assert_int_eq(fd, -1);
		ck_assert_int_eq(count_fds(), before);
	}
	fd_close(ends[0]);
	fd_close(ends[1]);
}
END_TEST

/* More than a stream socket buffers at once arrives whole. */
START_TEST(test_send_long_on_stream)
{
	AUTO_BUF struct buf big = { 0 };
	AUTO_BUF struct buf got = { 0 };
	int ends[2];
	int status;
	pid_t child;

	for (int i = 0; i < 300000; i++)
		ck_assert_int_eq(buf_append(&big, "0123456789", 10), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		fd_close(ends[0]);
		_exit(fd_send(ends[1], big.data, big.len, -1) == 0 ? 0 : 1);
	}
	fd_close(ends[1]);
	ck_assert_int_eq(fd_read_all(ends[0], big.len, &got), 0);
	ck_assert(text_equal(buf_text(&got), buf_text(&big)));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	fd_close(ends[0]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fd");
	TCase *tcase = tcase_create("fd");

	tcase_add_test(tcase, test_close);
	tcase_add_test(tcase, test_hold_streams);
	tcase_add_test(tcase, test_read_all);
	tcase_add_test(tcase, test_read_all_short_reads);
	tcase_add_test(tcase, test_read_all_errors);
	tcase_add_test(tcase, test_send_receive);
	tcase_add_test(tcase, test_receive_too_many);
	tcase_add_test(tcase, test_send_long_on_stream);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
