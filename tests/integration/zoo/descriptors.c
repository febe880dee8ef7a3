/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Open files of every kind that fdinfo has something to say about. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAR_FUTURE_SECONDS 100000000L

static int plain(const struct pen *pen)
{
	(void)pen;
	return 0;
}

static int pidfds(const struct pen *pen)
{
	pid_t child = pen_spawn(pen, "pidfd-child", plain, NULL), gone;

	if (child < 0)
		return child;
	if (pidfd_open(getpid(), 0) < 0 || pidfd_open(child, 0) < 0 || pidfd_open(1, 0) < 0)
		return pen_fail("pidfd_open");
	gone = fork();
	if (gone == 0)
		_exit(0);
	/* One of a process that is reaped, one of a zombie. */
	if (gone < 0 || pidfd_open(gone, 0) < 0 || waitpid(gone, NULL, 0) != gone)
		return pen_fail("pidfd of a reaped process");
	gone = fork();
	if (gone == 0)
		_exit(0);
	if (gone < 0 || pidfd_open(gone, 0) < 0)
		return pen_fail("pidfd of a zombie");
	return pen_wait_zombie(gone);
}

static int events(const struct pen *pen)
{
	struct itimerspec far = { .it_value = { .tv_sec = FAR_FUTURE_SECONDS } };
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET, .data.u64 = 0x1234 };
	int event_fd = eventfd(7, 0), epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	int timer_fd = timerfd_create(CLOCK_MONOTONIC, 0);
	int absolute_fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
	sigset_t set;

	(void)pen;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (event_fd < 0 || epoll_fd < 0 || timer_fd < 0 || absolute_fd < 0)
		return pen_fail("event descriptors");
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event_fd, &ev) < 0 || signalfd(-1, &set, 0) < 0)
		return pen_fail("epoll");
	/* One armed, absolute (what is left moves), one disarmed. */
	far.it_value.tv_sec *= 100;
	if (timerfd_settime(absolute_fd, TFD_TIMER_ABSTIME, &far, NULL) < 0)
		return pen_fail("timerfd_settime");
	return 0;
}

static int notifications(const struct pen *pen)
{
	int inotify_fd = inotify_init1(IN_CLOEXEC), fanotify_fd;

	if (inotify_fd < 0 || inotify_add_watch(inotify_fd, ZOO_DIR, IN_DELETE_SELF) < 0 ||
	    inotify_add_watch(inotify_fd, "/usr", IN_DELETE_SELF) < 0)
		return pen_fail("inotify");
	fanotify_fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);
	if (fanotify_fd < 0)
		return pen_skip(pen, "fanotify", errno);
	if (fanotify_mark(fanotify_fd, FAN_MARK_ADD, FAN_CLOSE_WRITE, AT_FDCWD, ZOO_DIR) < 0)
		return pen_skip(pen, "fanotify_mark", errno);
	return 0;
}

static int uring(const struct pen *pen)
{
	struct io_uring_params idle = { 0 };
	struct io_uring_params polling = { .flags = IORING_SETUP_SQPOLL, .sq_thread_idle = 1 };

	if (syscall(SYS_io_uring_setup, 8, &idle) < 0)
		return pen_skip(pen, "io_uring", errno);
	/* With a kernel thread of its own among our threads. */
	if (syscall(SYS_io_uring_setup, 8, &polling) < 0)
		return pen_skip(pen, "io_uring with IORING_SETUP_SQPOLL", errno);
	return 0;
}

static int odd_paths(const struct pen *pen)
{
	int level = pen->zoo->level,
	    deleted = pen_open(ZOO_DIR "/deleted-", "", level, O_RDWR | O_CREAT);
	int newline = pen_open(ZOO_DIR "/new\nline-", "", level, O_RDWR | O_CREAT);
	int gone_fd;
	char path[64];

	if (deleted < 0 || newline < 0 ||
	    pen_open(ZOO_DIR "/\xff-\\012-", "", level, O_RDWR | O_CREAT) < 0)
		return -EIO;
	if (write(deleted, "x", 1) != 1)
		return pen_fail("write");
	snprintf(path, sizeof(path), ZOO_DIR "/deleted-%d", level);
	if (unlink(path) < 0)
		return pen_fail("unlink");
	gone_fd = open(ZOO_DIR, O_RDWR | O_TMPFILE, 0600);
	if (gone_fd < 0)
		return pen_fail("O_TMPFILE");
	return memfd_create("mem\nfd (deleted)", 0) < 0 ? pen_fail("memfd_create") : 0;
}

static int plain_files(const struct pen *pen)
{
	int pipe_fds[2], fd;

	(void)pen;
	if (pipe(pipe_fds) < 0 || open("/usr", O_RDONLY | O_DIRECTORY) < 0 || open("/", O_PATH) < 0)
		return pen_fail("open");
	if (open("/proc/self/ns/net", O_RDONLY) < 0 || open("/dev/null", O_WRONLY) < 0)
		return pen_fail("open");
	fd = open("/proc/self/exe", O_RDONLY);
	if (fd < 0 || lseek(fd, 100, SEEK_SET) != 100)
		return pen_fail("lseek");
	/* A number far from the others; append and non-blocking among the flags. */
	if (fcntl(fd, F_DUPFD_CLOEXEC, 1000) < 0 ||
	    open("/dev/null", O_WRONLY | O_APPEND | O_NONBLOCK) < 0)
		return pen_fail("fcntl");
	return 0;
}

static int many(const struct pen *pen)
{
	(void)pen;
	for (int i = 0; i < 300; i++) {
		if (open("/dev/null", i % 2 ? O_RDONLY : O_RDWR) < 0)
			return pen_fail("open");
	}
	return 0;
}

static int none(const struct pen *pen)
{
	/* All but the handshake and stderr, which a moment later is /dev/null. */
	close(0);
	close(1);
	if (pen->ready_fd > 3 && close_range(3, (unsigned)pen->ready_fd - 1, 0) < 0)
		return pen_fail("close_range");
	return 0;
}

const struct animal zoo_descriptors[] = {
	{ "fd-pidfd", pidfds },
	{ "fd-events", events },
	{ "fd-notify", notifications },
	{ "fd-uring", uring },
	{ "fd-odd-paths", odd_paths },
	{ "fd-files", plain_files },
	{ "fd-many", many },
	{ "fd-few", none },
	{ 0 },
};
