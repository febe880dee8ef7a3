/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Standing where a client stands. */

#include "stand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "identity.h"
#include "ns_name.h"
#include "source.h"
#include "stand_enter.h"

#define STACK_BYTES \
	((size_t)256 << 10) /* as much as a rewriter or a listing may use, with sanitizers */
#define PATIENCE_MS 2000

struct stand {
	const struct source *host;
	const struct identity *identity;
	struct ns_name own[STAND_N_NAMESPACES];
	struct buf root; /* our root directory as a link text */
};

static int read_root(const struct source *host, pid_t tid, struct buf *out)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/root", tid);
	return source_readlink(host, -1, path, out);
}

int stand_new(const struct source *host, const struct identity *identity, struct stand **ret)
{
	struct stand *s = calloc(1, sizeof(*s));
	size_t i;

	if (!s)
		return -ENOMEM;
	s->host = host;
	s->identity = identity;
	for (i = 0; i < STAND_N_NAMESPACES; i++)
		ns_name_read(host, getpid(), stand_namespaces[i].name, &s->own[i]);
	if (read_root(host, getpid(), &s->root) < 0)
		buf_clear(&s->root);
	*ret = s;
	return 0;
}

void stand_free(struct stand *s)
{
	if (!s)
		return;
	buf_free(&s->root);
	free(s);
}

static bool other_root(const struct stand *s, pid_t tid)
{
	AUTO_BUF struct buf root = { 0 };

	return s->root.len > 0 && read_root(s->host, tid, &root) == 0 &&
	       !text_equal(buf_text(&root), buf_text(&s->root));
}

unsigned stand_differs(const struct stand *s, const struct client *c, unsigned wanted)
{
	unsigned differs = 0;
	struct ns_name name;
	size_t i;

	if (!s || c->tid <= 0)
		return 0;
	for (i = 0; i < STAND_N_NAMESPACES; i++) {
		if (!(wanted & stand_namespaces[i].context) || !s->own[i].text[0] ||
		    ns_name_read(s->host, c->tid, stand_namespaces[i].name, &name) < 0)
			continue;
		if (!ns_name_same(&name, &s->own[i]))
			differs |= stand_namespaces[i].context;
	}
	if (wanted & STAND_ROOT && other_root(s, c->tid))
		differs |= STAND_ROOT;
	return differs;
}

/* What a process that stands for a client works with. */
struct work {
	const struct stand *stand;
	struct stand_errand *errand;
	struct stand_door door;
	int (*fn)(void *arg);
	void *arg;
	int r;
};

/* Becomes the client where the client stands: its ids first, which are of our user namespace. */
static int become(const struct work *w)
{
	const struct identity *identity = w->stand->identity;
	const struct stand_errand *e = w->errand;
	uint64_t capabilities;
	int r;

	r = identity_take_ids(identity, e->client, e->contexts & STAND_USER, e->flags,
			      &capabilities);
	if (r == 0)
		r = stand_door_enter(&w->door);
	return r < 0 ? r : identity_take_capabilities(capabilities, e->flags);
}

static int work_main(void *arg)
{
	struct work *w = arg;

	w->r = become(w);
	if (w->r == 0) {
		w->errand->stood = true;
		w->r = w->fn(w->arg);
	}
	_exit(0);
}

/* With CLONE_VFORK the thread waits, so that the process may use its thread-local storage. */
static int run_work(struct work *w)
{
	char *stack;
	pid_t pid;

	/* Not to be seen in Committed_AS. */
	stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (stack == MAP_FAILED)
		return -errno;
	w->r = -EIO;
	pid = clone(work_main, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | CLONE_FILES, w);
	if (pid < 0)
		w->r = -errno;
	while (pid > 0 && waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	munmap(stack, STACK_BYTES);
	return w->r;
}

int stand_run(const struct stand *s, struct stand_errand *e, int (*fn)(void *arg), void *arg)
{
	struct work w = { .stand = s, .errand = e, .fn = fn, .arg = arg };
	int r;

	e->stood = false;
	r = stand_door_open(s->host, e->client->tid, e->contexts & ~(unsigned)STAND_APART, &w.door);
	e->gone = r == -ESRCH;
	if (r < 0)
		return r;
	r = run_work(&w);
	stand_door_close(&w.door);
	return r;
}

/* The same for a process with memory of its own: its answer comes through a pipe. */
struct apart {
	struct work work;
	int (*fn)(void *arg, struct buf *out);
	int pipe_fd;
};

/* How the answer begins. */
struct heading {
	int r;
	bool stood;
};

static void send_heading(const struct apart *a, int r, bool stood)
{
	struct heading h = { .r = r, .stood = stood };

	fd_write_all(a->pipe_fd, &h, sizeof(h));
}

static _Noreturn void answer(struct apart *a)
{
	struct buf out = { 0 };
	int r;

	r = become(&a->work);
	if (r < 0) {
		send_heading(a, r, false);
		_exit(0);
	}
	r = a->fn(a->work.arg, &out);
	send_heading(a, r, true);
	if (r == 0)
		fd_write_all(a->pipe_fd, out.data, out.len);
	_exit(0);
}

/* A pid namespace is entered by children only. */
static _Noreturn void apart_main(struct apart *a)
{
	int r = stand_door_enter_pid(&a->work.door);
	pid_t pid = 0;

	if (r == 0 && a->work.door.contexts & STAND_PID) {
		pid = fork();
		r = pid < 0 ? -errno : 0;
	}
	if (r < 0)
		send_heading(a, r, false);
	else if (pid == 0)
		answer(a);
	else
		waitpid(pid, NULL, 0);
	_exit(0);
}

/* The whole answer; at no time PATIENCE_MS without a byte of it. */
static int receive(int fd, size_t max, struct buf *out)
{
	struct pollfd fds = { .fd = fd, .events = POLLIN };
	ssize_t n;
	int r;

	for (;;) {
		r = poll(&fds, 1, PATIENCE_MS);
		if (r < 0 && errno == EINTR)
			continue;
		if (r == 0)
			return -ETIMEDOUT;
		r = buf_reserve(out, BUFSIZ);
		if (r < 0)
			return r;
		n = read(fd, out->data + out->len, BUFSIZ);
		if (n <= 0)
			return n < 0 ? -errno : 0;
		out->len += (size_t)n;
		if (out->len > max + sizeof(struct heading))
			return -EFBIG;
	}
}

static int take_answer(const struct buf *got, struct stand_errand *e, struct buf *out)
{
	struct heading h;

	if (got->len < sizeof(h))
		return -EIO;
	memcpy(&h, got->data, sizeof(h));
	e->stood = h.stood;
	if (h.r < 0)
		return h.r;
	return buf_append(out, got->data + sizeof(h), got->len - sizeof(h));
}

static int run_apart(struct apart *a, size_t max, struct buf *out)
{
	AUTO_BUF struct buf got = { 0 };
	AUTO_FD int ours = -1;
	int pipe_fds[2], r;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	ours = pipe_fds[0];
	a->pipe_fd = pipe_fds[1];
	pid = fork();
	if (pid == 0)
		apart_main(a);
	r = pid < 0 ? -errno : 0;
	fd_close(a->pipe_fd);
	if (r == 0)
		r = receive(ours, max, &got);
	if (r < 0 && pid > 0)
		kill(pid, SIGKILL);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r < 0 ? r : take_answer(&got, a->work.errand, out);
}

int stand_read(const struct stand *s, struct stand_errand *e, int (*fn)(void *arg, struct buf *out),
	       void *arg, size_t max, struct buf *out)
{
	struct apart a = { .work = { .stand = s, .errand = e, .arg = arg }, .fn = fn };
	int r;

	e->stood = false;
	r = stand_door_open(s->host, e->client->tid, e->contexts, &a.work.door);
	e->gone = r == -ESRCH;
	if (r < 0)
		return r;
	r = run_apart(&a, max, out);
	stand_door_close(&a.work.door);
	return r;
}
