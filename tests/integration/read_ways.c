/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Usage: read-ways FILE...
 *
 * Reads each file in all ways in which a program can, and prints "FILE WAY WHAT", where WHAT is the number of bytes
 * and a sum of them, or the name of an errno. Every way opens the file anew.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_BYTES 4096 /* as much as is asked for */

/* Each gives what the call returned, the bytes in text. */
static ssize_t by_read(int fd, char *text)
{
	return read(fd, text, TEXT_BYTES);
}

/* A pipe takes the bytes, so that the call cannot be refused for what it writes to. */
static ssize_t through_pipe(int fd, char *text, ssize_t (*call)(int from, int to))
{
	int fds[2], wrong;
	ssize_t n;

	if (pipe(fds) < 0)
		err(2, "pipe");
	n = call(fd, fds[1]);
	wrong = errno;
	if (n > 0 && read(fds[0], text, (size_t)n) != n)
		err(2, "read from the pipe");
	close(fds[0]);
	close(fds[1]);
	errno = wrong;
	return n;
}

static ssize_t send_it(int from, int to)
{
	return sendfile(to, from, NULL, TEXT_BYTES);
}

static ssize_t splice_it(int from, int to)
{
	return splice(from, NULL, to, NULL, TEXT_BYTES, 0);
}

static ssize_t by_sendfile(int fd, char *text)
{
	return through_pipe(fd, text, send_it);
}

static ssize_t by_splice(int fd, char *text)
{
	return through_pipe(fd, text, splice_it);
}

/* As most programs do: they ask for the size first. */
static ssize_t by_sendfile_after_stat(int fd, char *text)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		err(2, "fstat");
	return by_sendfile(fd, text);
}

static ssize_t by_aio(int fd, char *text)
{
	struct iocb request = { .aio_fildes = (uint32_t)fd,
				.aio_lio_opcode = IOCB_CMD_PREAD,
				.aio_buf = (uintptr_t)text,
				.aio_nbytes = TEXT_BYTES };
	struct iocb *requests = &request;
	struct io_event event;
	aio_context_t context = 0;
	int wrong = 0;

	if (syscall(SYS_io_setup, 1, &context) < 0)
		err(2, "io_setup");
	if (syscall(SYS_io_submit, context, 1, &requests) < 0)
		wrong = errno;
	else if (syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1)
		err(2, "io_getevents");
	syscall(SYS_io_destroy, context);
	if (!wrong && event.res < 0)
		wrong = (int)-event.res;
	errno = wrong;
	return wrong ? -1 : (ssize_t)event.res;
}

/* EFAULT stands for the SIGBUS of who touches a page that is not there. */
static ssize_t by_mmap(int fd, char *text)
{
	const char *map = mmap(NULL, TEXT_BYTES, PROT_READ, MAP_PRIVATE, fd, 0);
	int status;
	pid_t pid;

	if (map == MAP_FAILED)
		return -1;
	pid = fork();
	if (pid == 0) {
		memcpy(text, map, TEXT_BYTES);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(2, "a child that looks");
	munmap((void *)map, TEXT_BYTES);
	errno = EFAULT;
	return WIFSIGNALED(status) ? -1 : TEXT_BYTES;
}

static ssize_t seek_end(int fd, char *text)
{
	(void)text;
	return lseek(fd, 0, SEEK_END);
}

static ssize_t by_size(int fd, char *text)
{
	struct stat st;

	(void)text;
	if (fstat(fd, &st) < 0)
		return -1;
	return st.st_size;
}

static const struct {
	const char *name;
	ssize_t (*way)(int fd, char *text);
} ways[] = {
	{ "read", by_read },
	{ "sendfile", by_sendfile },
	{ "sendfile_after_stat", by_sendfile_after_stat },
	{ "splice", by_splice },
	{ "aio", by_aio },
	{ "mmap", by_mmap },
	{ "size", by_size },
	{ "end", seek_end },
};

static unsigned sum_of(const char *text, ssize_t n)
{
	unsigned sum = 0;
	ssize_t i;

	for (i = 0; i < n && i < TEXT_BYTES; i++)
		sum = sum * 31 + (unsigned char)text[i];
	return sum;
}

static void read_file(const char *path)
{
	char text[TEXT_BYTES];
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int fd = open(path, O_RDONLY);
		ssize_t n;

		if (fd < 0)
			err(2, "%s", path);
		memset(text, 0, sizeof(text));
		n = ways[i].way(fd, text);
		if (n < 0)
			printf("%s %s %s\n", path, ways[i].name, strerrorname_np(errno));
		else
			printf("%s %s %zd bytes, sum %u\n", path, ways[i].name, n, sum_of(text, n));
		close(fd);
	}
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		read_file(argv[i]);
	return 0;
}
