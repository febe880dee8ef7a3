/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The number given out last in a client's PID namespace. */

#include "last_number.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "fd.h"
#include "ns_name.h"
#include "source.h"
#include "stand_enter.h"
#include "text.h"

#define KEPT_MAX     32
#define LINE_BYTES   128
#define STACK_BYTES  ((size_t)64 << 10)
#define PATIENCE_MS  2000
#define TRIES	     3
#define NS_PER_MS    INT64_C(1000000)
#define MS_PER_S     1000
#define QUEUE_MAX_MS 50

struct kept {
	struct ns_name ns;
	pid_t own; /* the number given out last in our namespace when `last` was it there */
	pid_t last;
	int64_t since_ms;
};

struct last_numbers {
	const struct source *host;
	int own_fd;	      /* -1: then nothing is kept */
	pthread_mutex_t turn; /* who starts a process: each makes the others' answers old */
	pthread_mutex_t lock; /* guards the rest */
	struct kept kept[KEPT_MAX];
	unsigned next;
};

int last_numbers_new(const struct source *host, struct last_numbers **ret)
{
	struct last_numbers *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->host = host;
	l->own_fd = source_openat(host, -1, "loadavg", O_RDONLY);
	pthread_mutex_init(&l->turn, NULL);
	pthread_mutex_init(&l->lock, NULL);
	*ret = l;
	return 0;
}

void last_numbers_free(struct last_numbers *l)
{
	if (!l)
		return;
	fd_close(l->own_fd);
	pthread_mutex_destroy(&l->turn);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* In our own namespace; 0: not known. */
static pid_t read_own(const struct last_numbers *l)
{
	char line[LINE_BYTES];
	struct text rest, field, last = { 0 };
	ssize_t n = l->own_fd < 0 ? -1 : pread(l->own_fd, line, sizeof(line), 0);
	int32_t number;

	if (n <= 0 || line[n - 1] != '\n')
		return 0;
	rest = text_of(line, (size_t)n - 1);
	while (text_field(&rest, &field))
		last = field;
	return text_pid(last, &number) < 0 ? 0 : number;
}

/* With the lock. The namespace's; else the oldest, to be overwritten. */
static struct kept *slot_of(struct last_numbers *l, const struct ns_name *ns)
{
	unsigned i;

	for (i = 0; i < KEPT_MAX; i++) {
		if (ns_name_same(&l->kept[i].ns, ns))
			return &l->kept[i];
	}
	return &l->kept[l->next++ % KEPT_MAX];
}

static void keep(struct last_numbers *l, const struct kept *k)
{
	pthread_mutex_lock(&l->lock);
	*slot_of(l, &k->ns) = *k;
	pthread_mutex_unlock(&l->lock);
}

static bool is_kept(struct last_numbers *l, const struct ns_name *ns, pid_t *ret)
{
	pid_t own = read_own(l);
	bool found = false;
	unsigned i;

	pthread_mutex_lock(&l->lock);
	for (i = 0; i < KEPT_MAX && own > 0 && !found; i++) {
		const struct kept *k = &l->kept[i];

		found = k->own == own && ns_name_same(&k->ns, ns) &&
			clock_ms(CLOCK_MONOTONIC_COARSE) - k->since_ms < LAST_NUMBER_KEEP_MS;
		if (found)
			*ret = k->last;
	}
	pthread_mutex_unlock(&l->lock);
	return found;
}

/* What the process that is started, and the one that starts it, share with us. */
struct start {
	const struct stand_door *door;
	char *stack;
	pid_t own;  /* its number in our namespace */
	pid_t last; /* and in its own, where the kernel writes it before the process runs */
	int r;
};

static int ends_at_once(void *arg)
{
	(void)arg;
	_exit(0);
}

/* Whoever may do so in there may stop it, or trace it; then its end may not even be seen by us. */
static int wait_for(pid_t pid, int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	bool ended = pidfd < 0 || poll(&p, 1, PATIENCE_MS) > 0;

	if (!ended) {
		kill(pid, SIGKILL);
		if (poll(&p, 1, PATIENCE_MS) <= 0)
			return -ETIMEDOUT;
	}
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	return ended ? 0 : -ETIMEDOUT;
}

/*
 * In a process of its own, since who has no rights over our own namespace could not come back (kernel/pid_namespace.c,
 * pidns_install()). What is started shares our memory: so it takes no signals, whose handlers it has from us.
 */
static int starts_there(void *arg)
{
	struct start *s = arg;
	const uint64_t all = UINT64_MAX;
	int pidfd = -1;

	/* libc's function would leave out the two that libc uses itself. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
	s->r = stand_door_enter_pid(s->door);
	if (s->r < 0)
		_exit(0);
	s->own = clone(ends_at_once, s->stack + STACK_BYTES,
		       CLONE_VM | CLONE_FILES | CLONE_PIDFD | CLONE_CHILD_SETTID, NULL, &pidfd,
		       NULL, &s->last);
	s->r = s->own < 0 ? -errno : wait_for(s->own, pidfd);
	fd_close(pidfd);
	_exit(0);
}

static int start(const struct stand_door *door, struct start *s)
{
	char *stacks;
	pid_t pid;

	/* Not to be seen in Committed_AS. */
	stacks = mmap(NULL, 2 * STACK_BYTES, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (stacks == MAP_FAILED)
		return -errno;
	*s = (struct start){ .door = door, .stack = stacks, .r = -EIO };
	pid = clone(starts_there, stacks + 2 * STACK_BYTES, CLONE_VM | CLONE_VFORK | CLONE_FILES,
		    s);
	if (pid < 0)
		s->r = -errno;
	while (pid > 0 && waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	munmap(stacks, 2 * STACK_BYTES);
	return s->r < 0 ? s->r : s->last > 0 ? 0 : -EIO;
}

static int learn(struct last_numbers *l, pid_t client, struct kept *k)
{
	struct stand_door door;
	struct start s;
	int tries, r;

	r = stand_door_open(l->host, client, STAND_PID, &door);
	if (r < 0)
		return r;
	/* -EIO: it was killed before it ran at all. */
	for (tries = 0, r = -EIO; r == -EIO && tries < TRIES; tries++)
		r = start(&door, &s);
	stand_door_close(&door);
	if (r < 0)
		return r;
	*k = (struct kept){ .ns = k->ns,
			    .own = s.own,
			    .last = s.last,
			    .since_ms = clock_ms(CLOCK_MONOTONIC_COARSE) };
	keep(l, k);
	return 0;
}

/* Returns whether it has the turn: who waits for too long goes on without. */
static bool take_turn(struct last_numbers *l)
{
	struct timespec until = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += QUEUE_MAX_MS * NS_PER_MS;
	if (until.tv_nsec >= MS_PER_S * NS_PER_MS) {
		until.tv_nsec -= MS_PER_S * NS_PER_MS;
		until.tv_sec++;
	}
	return pthread_mutex_clocklock(&l->turn, CLOCK_MONOTONIC, &until) == 0;
}

int last_numbers_ask(struct last_numbers *l, pid_t client, pid_t *ret)
{
	struct kept k = { 0 };
	bool turn;
	int r;

	r = ns_name_read(l->host, client, "pid", &k.ns);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	if (is_kept(l, &k.ns, ret))
		return 0;
	turn = take_turn(l);
	if (!turn || !is_kept(l, &k.ns, &k.last))
		r = learn(l, client, &k);
	if (turn)
		pthread_mutex_unlock(&l->turn);
	if (r == 0)
		*ret = k.last;
	return r;
}
