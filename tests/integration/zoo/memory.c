/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mappings with odd names, and timers. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"

#define MAP_BYTES 12288

/* Maps a new file of that name and touches it; the mapping stays. */
static int map_file(int fd, int protection, int flags)
{
	char *p;

	if (fd < 0 || ftruncate(fd, MAP_BYTES) < 0)
		return pen_fail("ftruncate");
	p = mmap(NULL, MAP_BYTES, protection, flags, fd, 0);
	if (p == MAP_FAILED)
		return pen_fail("mmap");
	if (protection & PROT_WRITE)
		p[0] = 'z';
	return 0;
}

static int files(const struct pen *pen)
{
	int level = pen->zoo->level;
	int newline = pen_open(ZOO_DIR "/map\nnew line-", "", level, O_RDWR | O_CREAT);
	int deleted = pen_open(ZOO_DIR "/map-deleted-", "", level, O_RDWR | O_CREAT);
	int memory = memfd_create("map memfd", MFD_CLOEXEC);
	char path[64];

	snprintf(path, sizeof(path), ZOO_DIR "/map-deleted-%d", level);
	if (map_file(newline, PROT_READ, MAP_SHARED) < 0 || unlink(path) < 0)
		return -EIO;
	if (map_file(deleted, PROT_READ | PROT_WRITE, MAP_SHARED) < 0 ||
	    map_file(memory, PROT_READ | PROT_WRITE, MAP_PRIVATE) < 0)
		return -EIO;
	return 0;
}

static int anonymous(const struct pen *pen)
{
	char *shared =
		mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *none = mmap(NULL, MAP_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *named =
		mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED || none == MAP_FAILED || named == MAP_FAILED)
		return pen_fail("mmap");
	memset(shared, 's', MAP_BYTES);
	memset(named, 'n', MAP_BYTES / 2);
	if (mlock(named, 4096) < 0)
		return pen_fail("mlock");
	/* Shown as [anon:...] where the kernel keeps such names. */
	prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, named, (size_t)MAP_BYTES, "zoo name");
	(void)pen;
	return 0;
}

static void *timer_thread(void *arg)
{
	int *tid_fd = arg;
	pid_t tid = gettid();

	if (write(*tid_fd, &tid, sizeof(tid)) != (ssize_t)sizeof(tid))
		_exit(1);
	pen_park();
}

static int start_thread(pid_t *ret_tid)
{
	static int write_fd; /* outlives this frame: the thread has its address */
	AUTO_FD int read_fd = -1;
	int pipe_fds[2];
	pthread_t thread;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return pen_fail("pipe");
	read_fd = pipe_fds[0];
	write_fd = pipe_fds[1];
	errno = pthread_create(&thread, NULL, timer_thread, &write_fd);
	if (errno)
		return pen_fail("pthread_create");
	return read(read_fd, ret_tid, sizeof(*ret_tid)) == (ssize_t)sizeof(*ret_tid) ? 0 : -EIO;
}

/* None is armed: an armed one would be due in a time that moves, in timer_list. */
static int timers(const struct pen *pen)
{
	struct sigevent to_process = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct sigevent to_thread = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2 };
	struct sigevent to_leader = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2 };
	struct sigevent to_nobody = { .sigev_notify = SIGEV_NONE };
	timer_t t;
	pid_t tid;
	int r = start_thread(&tid);

	(void)pen;
	if (r < 0)
		return r;
	to_thread._sigev_un._tid = tid;
	to_leader._sigev_un._tid = getpid();
	if (timer_create(CLOCK_MONOTONIC, &to_process, &t) < 0 ||
	    timer_create(CLOCK_REALTIME, &to_thread, &t) < 0 ||
	    timer_create(CLOCK_BOOTTIME, &to_leader, &t) < 0 ||
	    timer_create(CLOCK_MONOTONIC, &to_nobody, &t) < 0)
		return pen_fail("timer_create");
	return 0;
}

const struct animal zoo_memory[] = {
	{ "map-files", files },
	{ "map-anonymous", anonymous },
	{ "timers", timers },
	{ 0 },
};
