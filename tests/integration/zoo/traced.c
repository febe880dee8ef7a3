/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tracers and what they trace: a process, one thread, a stopped one, a dead thread. */

#include "zoo.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int plain(const struct pen *pen)
{
	(void)pen;
	return 0;
}

static int seize(pid_t tid)
{
	return ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0 ? pen_fail("PTRACE_SEIZE") : 0;
}

static int tracer(const struct pen *pen)
{
	pid_t pid = pen_spawn(pen, "tracee", plain, NULL);

	return pid < 0 ? pid : seize(pid);
}

static int tracer_stop(const struct pen *pen)
{
	pid_t pid = pen_spawn(pen, "tracee-stop", plain, NULL);
	int r = pid < 0 ? pid : seize(pid);

	if (r < 0)
		return r;
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		return pen_fail("PTRACE_INTERRUPT");
	return pen_wait_state(pid, pid, 't');
}

struct threaded {
	int *tid_fds;	/* pipe: the thread's number */
	int *leave_fds; /* pipe: at its end the thread exits */
};

static void *thread_main(void *arg)
{
	const struct threaded *t = arg;
	pid_t tid = gettid();
	char c;

	if (write(t->tid_fds[1], &tid, sizeof(tid)) != (ssize_t)sizeof(tid))
		_exit(1);
	if (read(t->leave_fds[0], &c, 1) < 0)
		_exit(1);
	/* Only this thread: pthread_exit() would do as well, but takes locks. */
	syscall(SYS_exit, 0);
	return NULL;
}

static int with_thread(const struct pen *pen)
{
	static struct threaded copy; /* outlives this frame: the thread has its address */
	pthread_t thread;

	copy = *(const struct threaded *)pen->arg;
	close(copy.leave_fds[1]);
	errno = pthread_create(&thread, NULL, thread_main, &copy);
	return errno ? pen_fail("pthread_create") : 0;
}

/* Traces one thread that is not the leader; on leave, lets it die unreaped. */
static int trace_thread(const struct pen *pen, int leave)
{
	int tid_fds[2], leave_fds[2];
	struct threaded t = { .tid_fds = tid_fds, .leave_fds = leave_fds };
	pid_t pid, tid;
	int r;

	if (pipe(tid_fds) < 0 || pipe(leave_fds) < 0)
		return pen_fail("pipe");
	pid = pen_spawn(pen, leave ? "tracee-dead-t" : "tracee-thread", with_thread, &t);
	if (pid < 0)
		return pid;
	if (read(tid_fds[0], &tid, sizeof(tid)) != (ssize_t)sizeof(tid))
		return pen_fail("number of a thread");
	r = seize(tid);
	if (r < 0 || !leave)
		return r;
	close(leave_fds[0]);
	close(leave_fds[1]);
	return pen_wait_state(pid, tid, 'Z');
}

static int tracer_thread(const struct pen *pen)
{
	return trace_thread(pen, 0);
}

static int tracer_dead_thread(const struct pen *pen)
{
	return trace_thread(pen, 1);
}

/* A tracer whose thread, not whose leader, traces: TracerPid is a thread's number. */
static void *tracing_thread(void *arg)
{
	int *r = arg;
	pid_t pid = *r;

	*r = seize(pid);
	if (*r < 0)
		return NULL;
	syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1);
	pen_park();
}

static int tracer_is_thread(const struct pen *pen)
{
	static int shared; /* outlives this frame: the thread has its address */
	sigset_t set;
	pthread_t thread;
	int signal_nr;

	shared = pen_spawn(pen, "tracee-of-t", plain, NULL);
	if (shared < 0)
		return shared;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	errno = pthread_create(&thread, NULL, tracing_thread, &shared);
	if (errno)
		return pen_fail("pthread_create");
	return sigwait(&set, &signal_nr) == 0 ? 0 : pen_fail("sigwait");
}

const struct animal zoo_traced[] = {
	{ "tracer", tracer },
	{ "tracer-stop", tracer_stop },
	{ "tracer-thread", tracer_thread },
	{ "tracer-dead-t", tracer_dead_thread },
	{ "tracer-is-t", tracer_is_thread },
	/* A visitor from outside traces this one. */
	{ "for-outsiders", plain },
	{ 0 },
};
