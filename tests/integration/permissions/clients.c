/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The processes that look: each takes its credentials and tries everything in both trees. */

#include "permissions.h"

#include <errno.h>
#include <fnmatch.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLAIN .uid = PERMISSIONS_UID, .gid = PERMISSIONS_GID

const struct client clients[] = {
	{ "plain", PLAIN, .cap = CAP_NONE },
	{ "CAP_SYS_PTRACE", PLAIN, .cap = CAP_SYS_PTRACE },
	{ "CAP_DAC_OVERRIDE", PLAIN, .cap = CAP_DAC_OVERRIDE },
	{ "CAP_DAC_READ_SEARCH", PLAIN, .cap = CAP_DAC_READ_SEARCH },
	{ "CAP_SYS_ADMIN", PLAIN, .cap = CAP_SYS_ADMIN },
	{ "CAP_PERFMON", PLAIN, .cap = CAP_PERFMON },
	{ "CAP_CHECKPOINT_RESTORE", PLAIN, .cap = CAP_CHECKPOINT_RESTORE },
	{ "CAP_SYS_NICE", PLAIN, .cap = CAP_SYS_NICE },
	{ "root", .cap = CAP_ALL },
	{ "root-no-ptrace", .cap = CAP_ALL, .without = CAP_SYS_PTRACE },
	{ "root-no-caps", .cap = CAP_NONE },
	{ "other-gid", .uid = PERMISSIONS_UID, .gid = PERMISSIONS_OTHER, .cap = CAP_NONE },
	{ "other-group", PLAIN, .group = PERMISSIONS_OTHER, .cap = CAP_NONE },
	{ "stranger", .uid = 23460, .gid = 23460, .group = PERMISSIONS_GID, .cap = CAP_NONE },
	{ "fs-ids", PLAIN, .cap = CAP_NONE, .ids = IDS_FS },
	{ "fs-ids-caps", PLAIN, .cap = CAP_ALL, .ids = IDS_FS },
	{ "real-ids", PLAIN, .cap = CAP_ALL, .ids = IDS_REAL },
	{ "effective-ids", PLAIN, .cap = CAP_ALL, .ids = IDS_EFFECTIVE },
	{ "mixed", PLAIN, .cap = CAP_NONE, .mixed = true, .thread = true },
	{ "nodump", PLAIN, .cap = CAP_NONE, .nodump = true, .self_only = true },
	{ "thread", PLAIN, .cap = CAP_NONE, .thread = true, .self_only = true },
	{ "thread-nodump", PLAIN, .cap = CAP_NONE, .nodump = true, .thread = true,
	  .self_only = true },
	{ "mixed-nodump", PLAIN, .cap = CAP_NONE, .nodump = true, .thread = true, .mixed = true,
	  .self_only = true },
	{ "root-nodump", .cap = CAP_ALL, .without = CAP_SYS_PTRACE, .nodump = true,
	  .self_only = true },
	{ .name = "" },
};

/* What the process of a client works with; the counts are shared with the one that waits for it. */
struct work {
	const struct client *client;
	const struct target *targets;
	const struct options *options;
	const int *roots;
	struct tally *tally;
	pthread_barrier_t planned; /* with two threads: the plan is made */
	pthread_barrier_t taken;   /* the first one has its credentials */
	int r;
};

static int fail(const struct work *w, const char *what, int r)
{
	fprintf(stderr, "permissions: client %s: %s: %s\n", w->client->name, what, strerror(-r));
	return r;
}

static bool wanted(const struct work *w, const struct target *t)
{
	/* Its own, and for contrast one with the same credentials. */
	if (w->client->self_only && t->pid && strcmp(t->name, "own") != 0)
		return false;
	return fnmatch(w->options->target, t->name, 0) == 0;
}

static int make_plans(struct work *w, struct plan *plans)
{
	for (size_t i = 0; w->targets[i].name; i++) {
		struct target t = w->targets[i];
		int r = 0;

		if (t.pid == 0 && w->client->thread)
			t.tid = gettid();
		if (wanted(w, &t))
			r = plan_make(w->roots[0], &t, &plans[i]);
		if (r < 0)
			return fail(w, t.name, r);
	}
	return 0;
}

static void try_all(struct work *w, const struct plan *plans)
{
	for (size_t i = 0; w->targets[i].name; i++) {
		struct context at = { w->options, w->client, &w->targets[i] };

		for (size_t j = 0; j < plans[i].n; j++) {
			const struct item *item = &plans[i].items[j];
			int64_t first[OP_END], second[OP_END];

			probe_item(w->roots[0], item, w->options->follow, first);
			probe_item(w->roots[1], item, w->options->follow, second);
			judge_item(&at, item, first, second, w->tally);
		}
	}
}

static void *look(void *arg)
{
	struct plan plans[TARGETS_MAX] = { 0 };
	struct work *w = arg;

	w->r = make_plans(w, plans);
	if (w->client->thread) {
		pthread_barrier_wait(&w->planned);
		pthread_barrier_wait(&w->taken);
	}
	if (w->r == 0)
		w->r = credentials_take(w->client);
	if (w->r == 0)
		try_all(w, plans);
	for (size_t i = 0; i < TARGETS_MAX; i++)
		plan_free(&plans[i]);
	return NULL;
}

/* The first thread takes the credentials too, unless the client is a mixed one, and waits. */
static int look_in_thread(struct work *w)
{
	pthread_t thread;
	int r = 0;

	pthread_barrier_init(&w->planned, NULL, 2);
	pthread_barrier_init(&w->taken, NULL, 2);
	if (pthread_create(&thread, NULL, look, w))
		return -EAGAIN;
	pthread_barrier_wait(&w->planned);
	if (!w->client->mixed)
		r = credentials_take(w->client);
	pthread_barrier_wait(&w->taken);
	pthread_join(thread, NULL);
	return r < 0 ? r : w->r;
}

static int be_client(struct work *w)
{
	int r;

	if (w->client->thread) {
		r = look_in_thread(w);
	} else {
		look(w);
		r = w->r;
	}
	fflush(stdout);
	return r < 0 ? fail(w, "took its credentials and looked", r) : 0;
}

int client_run(const struct client *client, const struct target *targets,
	       const struct options *options, const int roots[2], struct tally *tally)
{
	struct tally *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct work w = { client, targets, options, roots, shared };
	int status = -1;
	pid_t pid;

	if (shared == MAP_FAILED)
		return -errno;
	*shared = *tally;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(be_client(&w) < 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	*tally = *shared;
	munmap(shared, sizeof(*shared));
	return status == 0 ? 0 : -ECHILD;
}
