/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What comes of writing to files of procfs, said in errnos.
 *
 *	write-probe list DIR <LIST	each line "PATH r|w|t VALUE": opens DIR/PATH for reading and writing, for
 *					writing, or the same with O_TRUNC | O_CREAT, and writes VALUE in one piece
 *	write-probe owner DIR <LIST	the same in a new user namespace, with all capabilities there
 *	write-probe weak DIR <LIST	the same without any
 *	write-probe names DIR <LIST	each line a PATH: all that would change the entry or the names around it
 *	write-probe fd N VALUE		writes VALUE to descriptor N
 *	write-probe poll FILE EVENTS [VALUE]	opens FILE, writes VALUE, says the events at once (decimal), says
 *					"waiting", and what poll(2), an edge-triggered epoll and poll(2) say then
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS	    20000
#define RETRY_TIMES 400

static const char *said(long r)
{
	return r < 0 ? strerrorname_np(errno) : "ok";
}

/* The kernel lets an ordinary user write to autogroup ten times a second (proc_sched_autogroup_set_nice()). */
static ssize_t write_value(int fd, const char *value)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	ssize_t n;
	int i;

	for (i = 0; i < RETRY_TIMES; i++) {
		n = write(fd, value, strlen(value));
		if (n >= 0 || errno != EAGAIN)
			break;
		nanosleep(&pause, NULL);
	}
	return n;
}

static void write_file(const char *path, char how, const char *value)
{
	int flags = how == 'r' ? O_RDWR : O_WRONLY;
	int fd = open(path, flags | (how == 't' ? O_TRUNC | O_CREAT : 0), 0600);

	if (fd < 0) {
		printf("open %s\n", said(-1));
		return;
	}
	printf("write %s\n", said(write_value(fd, value)));
	close(fd);
}

static int list(const char *dir)
{
	char line[512], path[256], value[256], file[1024], how;

	while (fgets(line, sizeof(line), stdin)) {
		value[0] = '\0';
		/* NOLINTNEXTLINE(cert-err34-c): no numbers are read */
		if (sscanf(line, "%255s %c %255[^\n]", path, &how, value) < 2)
			return EXIT_FAILURE;
		snprintf(file, sizeof(file), "%s/%s", dir, path);
		printf("%s %c %s: ", path, how, value);
		write_file(file, how, value);
	}
	return EXIT_SUCCESS;
}

static void try_names(const char *path)
{
	const struct timespec now[] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
	char beside[1100];
	struct stat st;

	snprintf(beside, sizeof(beside), "%s-new", path);
	printf(" access %s", said(access(path, W_OK)));
	printf(" truncate %s", said(truncate(path, 3)));
	printf(" chmod %s", said(chmod(path, 0600)));
	printf(" chown %s", said(chown(path, 12345, (gid_t)-1)));
	printf(" chown-own %s", said(chown(path, (uid_t)-1, getegid())));
	printf(" utimes %s", said(utimensat(AT_FDCWD, path, now, 0)));
	/* Asked for the wrong kind of entry, the kernel knows better before it asks a FUSE file system. */
	if (lstat(path, &st) < 0 || S_ISDIR(st.st_mode)) {
		printf(" rmdir %s", said(rmdir(path)));
	} else {
		printf(" unlink %s", said(unlink(path)));
		printf(" link-new %s", said(link(path, beside)));
	}
	printf(" rename %s", said(rename(path, beside)));
	printf(" rename-over %s", said(rename(path, path)));
	printf(" mkdir %s", said(mkdir(path, 0700)));
	printf(" mkdir-new %s", said(mkdir(beside, 0700)));
	printf(" symlink-new %s", said(symlink("x", beside)));
	printf(" mknod-new %s", said(mknod(beside, S_IFREG | 0600, 0)));
	printf(" create-new %s", said(open(beside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)));
	printf(" exclusive %s\n", said(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)));
}

static int names(const char *dir)
{
	char line[256], path[1024];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(path, sizeof(path), "%s/%s", dir, line);
		printf("%s:", line);
		try_names(path);
	}
	return EXIT_SUCCESS;
}

static void say_events(const char *what, int fd, short events, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n = poll(&p, 1, wait_ms);

	printf("%s %d %#x\n", what, n, (unsigned)p.revents);
	fflush(stdout);
}

static int poll_file(const char *path, short events, const char *value)
{
	struct epoll_event e = { .events = (uint32_t)events | EPOLLET };
	int fd = open(path, value ? O_RDWR : O_RDONLY);
	int ep = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0) {
		printf("open %s\n", said(-1));
		return EXIT_SUCCESS;
	}
	if (value)
		printf("write %s\n", said(write(fd, value, strlen(value) + 1)));
	say_events("at once", fd, events, 0);
	puts("waiting");
	fflush(stdout);
	say_events("changed", fd, events & ~POLLIN, WAIT_MS);
	say_events("then", fd, events, 0);
	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
	while (epoll_wait(ep, &e, 1, 0) > 0)
		;
	puts("waiting");
	fflush(stdout);
	if (epoll_wait(ep, &e, 1, WAIT_MS) != 1)
		e.events = 0;
	printf("epoll %#x\n", e.events);
	say_events("then", fd, events, 0);
	return EXIT_SUCCESS;
}

/* What a new user namespace gives, execve(2) would take away again. */
static int list_unshared(const char *dir, bool weak)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (unshare(CLONE_NEWUSER) < 0 || (weak && syscall(SYS_capset, &header, none) < 0))
		return EXIT_FAILURE;
	return list(dir);
}

int main(int argc, char **argv)
{
	if (argc == 3 && (strcmp(argv[1], "owner") == 0 || strcmp(argv[1], "weak") == 0))
		return list_unshared(argv[2], argv[1][0] == 'w');
	if (argc == 3 && strcmp(argv[1], "list") == 0)
		return list(argv[2]);
	if (argc == 3 && strcmp(argv[1], "names") == 0)
		return names(argv[2]);
	if (argc == 4 && strcmp(argv[1], "fd") == 0) {
		/* Of a program with other rights than who opened it. */
		printf("write %s\n", said(write_value((int)strtol(argv[2], NULL, 10), argv[3])));
		return EXIT_SUCCESS;
	}
	if ((argc == 4 || argc == 5) && strcmp(argv[1], "poll") == 0)
		return poll_file(argv[2], (short)strtol(argv[3], NULL, 10), argv[4]);
	fprintf(stderr, "usage: write-probe list|names|fd|poll ...\n");
	return EXIT_FAILURE;
}
