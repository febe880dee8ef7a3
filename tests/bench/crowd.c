/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clients in a pid namespace, that read one file again and again at the same time. */

#include "crowd.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "measure.h"

struct span {
	double start;
	double end;
};

/* Shared by the clients and the one who sends them. */
struct crowd {
	pthread_barrier_t start;
	pthread_barrier_t end;
	unsigned operations;
	_Atomic int error;
	char path[SYSTEM_PATH_BYTES];
	unsigned n;
	unsigned n_started;
	struct span span[CROWD_MAX];
	pid_t client[CROWD_MAX];
};

static void work(struct crowd *c, unsigned me)
{
	unsigned i;
	int r;

	c->span[me].start = measure_now_ns();
	for (i = 0; i < c->operations; i++) {
		r = measure_read_once(c->path);
		if (r < 0) {
			atomic_store(&c->error, r);
			break;
		}
	}
	c->span[me].end = measure_now_ns();
}

static _Noreturn void be_client(struct crowd *c, unsigned me)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		pthread_barrier_wait(&c->start);
		work(c, me);
		pthread_barrier_wait(&c->end);
	}
}

static int init_barriers(struct crowd *c)
{
	pthread_barrierattr_t attr;
	int r = pthread_barrierattr_init(&attr);

	if (r == 0)
		r = pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	if (r == 0)
		r = pthread_barrier_init(&c->start, &attr, c->n + 1);
	if (r == 0)
		r = pthread_barrier_init(&c->end, &attr, c->n + 1);
	return -r;
}

/* Children are made in the pid namespace of init; we stay where we are. */
static int fork_clients(struct crowd *c, pid_t init)
{
	AUTO_FD int pidfd = (int)syscall(SYS_pidfd_open, init, 0);
	unsigned i;

	if (pidfd < 0 || setns(pidfd, CLONE_NEWPID) < 0)
		return -errno;
	for (i = 0; i < c->n; i++) {
		pid_t child = fork();

		if (child < 0)
			return -errno;
		if (child == 0)
			be_client(c, i); /* not n_started, which we share */
		c->client[i] = child;
		c->n_started = i + 1;
	}
	return 0;
}

int crowd_start(pid_t init, unsigned n, struct crowd **ret)
{
	struct crowd *c;
	int r;

	if (n == 0 || n > CROWD_MAX)
		return -EINVAL;
	c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c == MAP_FAILED)
		return -errno;
	c->n = n;
	r = init_barriers(c);
	if (r == 0)
		r = fork_clients(c, init);
	if (r < 0) {
		crowd_stop(c);
		return r;
	}
	*ret = c;
	return 0;
}

int crowd_read(struct crowd *c, const char *path, unsigned operations, double *ret_ns)
{
	double start, end;
	unsigned i;

	if ((size_t)snprintf(c->path, sizeof(c->path), "%s", path) >= sizeof(c->path))
		return -ENAMETOOLONG;
	c->operations = operations;
	pthread_barrier_wait(&c->start);
	pthread_barrier_wait(&c->end);
	start = c->span[0].start;
	end = c->span[0].end;
	for (i = 1; i < c->n; i++) {
		start = c->span[i].start < start ? c->span[i].start : start;
		end = c->span[i].end > end ? c->span[i].end : end;
	}
	*ret_ns = (end - start) / ((double)operations * c->n);
	return atomic_load(&c->error);
}

void crowd_stop(struct crowd *c)
{
	unsigned i;

	if (!c)
		return;
	for (i = 0; i < c->n_started; i++) {
		kill(c->client[i], SIGKILL);
		waitpid(c->client[i], NULL, 0);
	}
	munmap(c, sizeof(*c));
}
