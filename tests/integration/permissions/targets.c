/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The processes that are looked at: one of each kind that the kernel's checks tell apart. */

#include "permissions.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <grp.h>
#include <unistd.h>

#include "fd.h"

#define PARK_WORD "parked-target"
#define READY_FD  3

#define NEXT_FD 4

struct kind {
	const char *name;
	uid_t uid;
	gid_t gid;
	enum program program;
	const char *then; /* what it does when it runs */
};

#define OWN PERMISSIONS_UID, PERMISSIONS_GID

static const struct kind kinds[] = {
	{ "own", OWN, PROGRAM_PLAIN, "" },
	{ "owngid", PERMISSIONS_UID, PERMISSIONS_OTHER, PROGRAM_PLAIN, "" },
	{ "threads", OWN, PROGRAM_PLAIN, "thread" },
	{ "filecap", OWN, PROGRAM_FILECAP, "" },
	{ "userns", OWN, PROGRAM_PLAIN, "userns" },
	{ "nodump", OWN, PROGRAM_PLAIN, "nodump" },
	{ "noread", OWN, PROGRAM_UNREADABLE, "" },
	{ "suid", OWN, PROGRAM_SETUID, "" },
	{ "suidback", OWN, PROGRAM_SETUID, "back" },
	{ "other", PERMISSIONS_OTHER, PERMISSIONS_OTHER, PROGRAM_PLAIN, "" },
	{ "root", 0, 0, PROGRAM_PLAIN, "" },
	{ "rootnodump", 0, 0, PROGRAM_PLAIN, "nodump" },
	{ "zombie", OWN, PROGRAM_PLAIN, "exit" },
	{ "rootzombie", 0, 0, PROGRAM_PLAIN, "exit" },
};

/* ---- what they do ---- */

/* A thread function. */
static _Noreturn void *park(void *ready) /* cppcheck-suppress constParameter */
{
	pid_t tid = gettid();

	/* What it is given does not matter, only that it is something. */
	if (ready && write(READY_FD, &tid, sizeof(tid)) != (ssize_t)sizeof(tid))
		_exit(1);
	for (;;)
		pause();
}

static sigset_t order_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return set;
}

static int block_signal(void)
{
	sigset_t set = order_signal();

	return sigprocmask(SIG_BLOCK, &set, NULL);
}

/* The same again in another program. */
static _Noreturn void execute_next(void)
{
	char name[] = "next", word[] = PARK_WORD, then[] = "";
	char *argv[] = { name, word, then, NULL };
	sigset_t set = order_signal();
	int got;

	sigwait(&set, &got);
	syscall(SYS_execveat, NEXT_FD, "", argv, environ, AT_EMPTY_PATH);
	_exit(127);
}

static int act(const char *then)
{
	pthread_t thread;

	if (strcmp(then, "userns") == 0)
		return unshare(CLONE_NEWUSER);
	if (strcmp(then, "nodump") == 0)
		return prctl(PR_SET_DUMPABLE, 0);
	if (strcmp(then, "back") == 0)
		return setresuid(getuid(), getuid(), getuid());
	if (strcmp(then, "execs") == 0)
		return block_signal();
	if (strcmp(then, "thread") == 0)
		return pthread_create(&thread, NULL, park, (void *)(uintptr_t)then) ? -1 : 0;
	return 0;
}

void targets_park_if_told(int argc, char **argv)
{
	pid_t none = 0;

	if (argc != 3 || strcmp(argv[1], PARK_WORD) != 0)
		return;
	if (act(argv[2]) < 0)
		_exit(1);
	if (strcmp(argv[2], "exit") == 0)
		_exit(0);
	/* A second thread says its own number. */
	if (strcmp(argv[2], "thread") != 0 &&
	    write(READY_FD, &none, sizeof(none)) != (ssize_t)sizeof(none))
		_exit(1);
	if (strcmp(argv[2], "execs") == 0)
		execute_next();
	park(NULL);
}

/* ---- starting them ---- */

static _Noreturn void become(const struct launch *l, int ready)
{
	char word[] = PARK_WORD, name[] = "target", then[16], secret[64];
	char *argv[] = { name, word, then, NULL }, *env[] = { secret, NULL };
	int null = open("/dev/null", O_RDWR);
	int program = fcntl(l->program, F_DUPFD_CLOEXEC, 20); /* out of the way */
	int next = fcntl(l->next, F_DUPFD_CLOEXEC, 20), end = fcntl(ready, F_DUPFD_CLOEXEC, 20);

	snprintf(then, sizeof(then), "%s", l->then);
	snprintf(secret, sizeof(secret), "%s", l->secret ? l->secret : "");
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(end, READY_FD) < 0 ||
	    (next >= 0 && dup2(next, NEXT_FD) < 0))
		_exit(1);
	if (setgroups(0, NULL) < 0 || setresgid(l->gid, l->gid, l->gid) < 0 ||
	    setresuid(l->uid, l->uid, l->uid) < 0)
		_exit(1);
	syscall(SYS_execveat, program, "", argv, l->secret ? env : environ, AT_EMPTY_PATH);
	_exit(127);
}

static pid_t fork_as(pid_t number)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&number,
		.set_tid_size = 1,
	};

	return number ? (pid_t)syscall(SYS_clone3, &args, sizeof(args)) : fork();
}

pid_t launch_start(const struct launch *l, int *ret_ready)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork_as(l->number);
	if (pid == 0)
		become(l, ends[1]);
	if (pid < 0)
		pid = -errno;
	close(ends[1]);
	if (pid < 0)
		close(ends[0]);
	else
		*ret_ready = ends[0];
	return pid;
}

/* What `wchan` and the like say depends on it. By our own procfs, which is none of the trees. */
static int wait_asleep(pid_t tid)
{
	char path[32], text[128] = "";

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	while (!strstr(text, ") S ")) {
		AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

		if (n <= 0)
			return -EPROTO;
		sched_yield();
	}
	return 0;
}

int launch_wait(pid_t pid, int ready, pid_t *ret_tid)
{
	if (read(ready, ret_tid, sizeof(*ret_tid)) != (ssize_t)sizeof(*ret_tid) ||
	    wait_asleep(pid) < 0)
		return -EPROTO;
	return *ret_tid ? wait_asleep(*ret_tid) : 0;
}

static int start(const struct kind *kind, const int *programs, struct target *out)
{
	struct launch l = { kind->uid, kind->gid, programs[kind->program], kind->then, .next = -1 };
	AUTO_FD int ready = -1;
	siginfo_t info;
	int r;

	*out = (struct target){ .name = kind->name, .pid = launch_start(&l, &ready) };
	if (out->pid < 0)
		return out->pid;
	r = launch_wait(out->pid, ready, &out->tid);
	if (strcmp(kind->then, "exit") == 0 &&
	    waitid(P_PID, (id_t)out->pid, &info, WEXITED | WNOWAIT) == 0 && info.si_status == 0)
		return 0;
	if (r < 0)
		fprintf(stderr, "permissions: target %s does not stand\n", kind->name);
	return r;
}

int targets_start(struct target *out, const int programs[N_PROGRAMS])
{
	int n = 0, r = 0;

	out[n++] = (struct target){ .name = "self" };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && r == 0; i++, n++)
		r = start(&kinds[i], programs, &out[n]);
	return r < 0 ? r : n;
}

void targets_stop(const struct target *targets)
{
	for (const struct target *t = targets; t->name; t++) {
		/* Others may stand in the list that are no children of ours. */
		if (t->pid > 0 &&
		    waitid(P_PID, (id_t)t->pid, NULL, WEXITED | WNOHANG | WNOWAIT) == 0) {
			kill(t->pid, SIGKILL);
			waitpid(t->pid, NULL, 0);
		}
	}
}
