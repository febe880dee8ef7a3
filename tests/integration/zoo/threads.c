/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Threads: named, numbered against their order, with ids and files of their own, without a leader. */

#include "zoo.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Handed to a thread, and the thread's from then on: it may look at it after we have gone on. */
struct runner {
	const char *name;
	int (*set_up)(void);
	pthread_barrier_t placed;
};

static void *thread_main(void *arg)
{
	struct runner *r = arg;

	prctl(PR_SET_NAME, r->name);
	if (r->set_up && r->set_up() < 0)
		_exit(1);
	pthread_barrier_wait(&r->placed);
	pen_park();
}

/* Starts one thread and waits until it is in place. */
static int start(const char *name, int (*set_up)(void))
{
	struct runner *r = malloc(sizeof(*r));
	pthread_t thread;

	if (!r)
		return pen_fail("malloc");
	r->name = name;
	r->set_up = set_up;
	pthread_barrier_init(&r->placed, NULL, 2);
	errno = pthread_create(&thread, NULL, thread_main, r);
	if (errno) {
		free(r);
		return pen_fail("pthread_create");
	}
	pthread_barrier_wait(&r->placed);
	return 0;
}

static int named_threads(const struct pen *pen)
{
	(void)pen;
	static const char *const names[] = { "one", "t) S 1 (", "new\nline", "\xff\xfe",
					     "x (1, #threads:" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int r = start(names[i], NULL);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Later threads get smaller numbers: task/ lists by creation, the root by number. */
static int descending_threads(const struct pen *pen)
{
	(void)pen;
	static const char *const last_pids[] = { "9300", "9200", "9100", "9000" };

	for (size_t i = 0; i < sizeof(last_pids) / sizeof(last_pids[0]); i++) {
		int r = pen_write("/proc/sys/kernel/ns_last_pid", last_pids[i]);

		if (r == 0)
			r = start(last_pids[i], NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

static int other_ids(void)
{
	/* The raw calls concern this thread alone; glibc's would change all. */
	if (syscall(SYS_setresgid, 2345, 2345, 2345) < 0 || syscall(SYS_setresuid, 2345, 0, 0) < 0)
		return pen_fail("setresuid");
	return 0;
}

static int other_files(void)
{
	if (unshare(CLONE_FS | CLONE_FILES) < 0 || chdir("/usr") < 0)
		return pen_fail("unshare");
	return close(0);
}

static int odd_threads(const struct pen *pen)
{
	(void)pen;
	int r = start("other-ids", other_ids);

	return r < 0 ? r : start("other-files", other_files);
}

static void *survivor(void *arg)
{
	const struct pen *pen = arg;

	prctl(PR_SET_NAME, "survivor");
	if (pen_wait_state(getpid(), getpid(), 'Z') < 0)
		_exit(1);
	pen_ready(pen);
	pen_park();
}

/* The leader has exited, the group lives on: a zombie with threads. */
static int dead_leader(const struct pen *pen)
{
	static struct pen copy; /* outlives the leader's stack */
	pthread_t thread;
	int r;

	r = start("bystander", NULL);
	if (r < 0)
		return r;
	copy = *pen;
	errno = pthread_create(&thread, NULL, survivor, &copy);
	if (errno)
		return pen_fail("pthread_create");
	/* Not pthread_exit(): that unwinds and, as last user, may end the process with exit(). */
	syscall(SYS_exit, 0);
	return -EPROTO;
}

const struct animal zoo_threads[] = {
	{ "threads", named_threads },
	{ "threads-descend", descending_threads },
	{ "threads-odd", odd_threads },
	{ "leader-dead", dead_leader },
	{ 0 },
};
