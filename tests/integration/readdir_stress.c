/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * readdir_stress [--sleepers N] DIR PASSES: lists DIR, a procfs of the pid namespace this runs in,
 * while processes come and go. In every pass every process that was there all the time must be listed
 * once, and the numbers must ascend. Exit status: 0 so it was, 1 not, 2 usage or set-up.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "text.h"

#define SLEEPERS_DEFAULT 50
#define STACK_BYTES	 4096 /* enough for a loop around one system call */
#define RING		 32   /* how many short-lived processes there are at a time */
#define REPORTED_MAX	 20

struct herd {
	pid_t *sleepers; /* ascending once sorted */
	bool *listed;
	size_t n;
	pid_t churners[2];
	size_t n_wrong;
	uint64_t n_entries;
};

static int fail(const char *what)
{
	fprintf(stderr, "readdir_stress: %s: %s\n", what, strerror(errno));
	return -1;
}

static int sleep_for_ever(void *arg)
{
	(void)arg;
	/* It shares our memory: nothing but system calls. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (pause() < 0)
		;
	return 0;
}

/* Processes that share our memory: 10,000 of them cost one page of stack each. */
static int start_sleepers(struct herd *h)
{
	char *stacks = mmap(NULL, h->n * STACK_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	h->sleepers = calloc(h->n, sizeof(*h->sleepers));
	h->listed = calloc(h->n, sizeof(*h->listed));
	if (stacks == MAP_FAILED || !h->sleepers || !h->listed)
		return fail("memory");
	for (size_t i = 0; i < h->n; i++) {
		h->sleepers[i] = clone(sleep_for_ever, stacks + (i + 1) * STACK_BYTES,
				       CLONE_VM | SIGCHLD, NULL);
		if (h->sleepers[i] < 0) {
			h->n = i;
			return fail("clone");
		}
	}
	return 0;
}

/* Dies with its parent, also with one that is dead already: nobody would end it then. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
}

/* Forks for ever; each child lives until RING others have been born. */
static _Noreturn void churn(pid_t parent)
{
	pid_t ring[RING] = { 0 };
	pid_t self = getpid();

	die_with(parent);
	for (size_t i = 0;; i = (i + 1) % RING) {
		if (ring[i] > 0) {
			kill(ring[i], SIGKILL);
			waitpid(ring[i], NULL, 0);
		}
		ring[i] = fork();
		if (ring[i] == 0) {
			die_with(self);
			/* Every other one is gone at once. */
			if (i % 2)
				_exit(0);
			for (;;)
				pause();
		}
	}
}

static int start_churners(struct herd *h)
{
	pid_t self = getpid();

	for (size_t i = 0; i < sizeof(h->churners) / sizeof(h->churners[0]); i++) {
		h->churners[i] = fork();
		if (h->churners[i] < 0)
			return fail("fork");
		if (h->churners[i] == 0)
			churn(self);
	}
	return 0;
}

static void stop(struct herd *h)
{
	for (size_t i = 0; i < sizeof(h->churners) / sizeof(h->churners[0]); i++) {
		if (h->churners[i] > 0)
			kill(h->churners[i], SIGKILL);
	}
	for (size_t i = 0; i < h->n; i++)
		kill(h->sleepers[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	free(h->sleepers);
	free(h->listed);
}

static void wrong(struct herd *h, unsigned pass, pid_t pid, const char *what)
{
	if (h->n_wrong++ < REPORTED_MAX)
		printf("pass %u: %d: %s\n", pass, (int)pid, what);
}

static int compare_pids(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* One name of the listing; *last is the number before. */
static void take_name(struct herd *h, unsigned pass, const struct dirent64 *d, pid_t *last)
{
	pid_t pid, *found;
	int32_t number;

	if (text_pid(text_str(d->d_name), &number) < 0) {
		/* Names come before numbers (fs/proc/root.c, proc_root_readdir()). */
		if (*last > 0)
			wrong(h, pass, *last, "a name follows it");
		return;
	}
	pid = number;
	h->n_entries++;
	if (pid <= *last)
		wrong(h, pass, pid, "not above the number before");
	*last = pid;
	found = bsearch(&pid, h->sleepers, h->n, sizeof(pid), compare_pids);
	/* One that dies while it is listed is DT_UNKNOWN (fs/proc/base.c, proc_fill_cache()). */
	if (d->d_type != DT_DIR && (found || d->d_type != DT_UNKNOWN))
		wrong(h, pass, pid, "not a directory by d_type");
	if (!found)
		return;
	if (h->listed[found - h->sleepers])
		wrong(h, pass, pid, "listed twice");
	h->listed[found - h->sleepers] = true;
}

/* Reads the directory once, with a buffer of that size: its end is where positions matter. */
static int one_pass(struct herd *h, unsigned pass, const char *dir, size_t bytes)
{
	AUTO_FD int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char chunk[32768] __attribute__((aligned(__alignof__(struct dirent64))));
	pid_t last = 0;
	ssize_t n;

	if (fd < 0)
		return fail(dir);
	memset(h->listed, 0, h->n * sizeof(*h->listed));
	while ((n = getdents64(fd, chunk, bytes)) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *d = (const void *)(chunk + at);

			take_name(h, pass, d, &last);
			at += d->d_reclen;
		}
	}
	if (n < 0)
		return fail("getdents64");
	for (size_t i = 0; i < h->n; i++) {
		if (!h->listed[i])
			wrong(h, pass, h->sleepers[i], "not listed");
	}
	return 0;
}

static int run(struct herd *h, const char *dir, unsigned passes)
{
	static const size_t sizes[] = { 32768, 4096, 600 };

	if (start_sleepers(h) < 0 || start_churners(h) < 0)
		return 2;
	qsort(h->sleepers, h->n, sizeof(*h->sleepers), compare_pids);
	for (unsigned pass = 0; pass < passes; pass++) {
		if (one_pass(h, pass, dir, sizes[pass % (sizeof(sizes) / sizeof(sizes[0]))]) < 0)
			return 2;
	}
	printf("%u passes, %zu sleepers, %llu entries, %zu wrong\n", passes, h->n,
	       (unsigned long long)h->n_entries, h->n_wrong);
	return h->n_wrong > 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "sleepers", required_argument, NULL, 's' },
						 { 0 } };
	uint64_t sleepers = SLEEPERS_DEFAULT, passes = 0;
	struct herd h = { 0 };
	bool ok = true;
	int c, r;

	while ((c = getopt_long(argc, argv, "s:", options, NULL)) != -1)
		ok = ok && c == 's' && text_u64(text_str(optarg), &sleepers) == 0 && sleepers > 0;
	if (!ok || argc - optind != 2 || text_u64(text_str(argv[optind + 1]), &passes) < 0) {
		fputs("usage: readdir_stress [--sleepers N] DIR PASSES\n", stderr);
		return 2;
	}
	h.n = sleepers;
	r = run(&h, argv[optind], (unsigned)passes);
	stop(&h);
	return r;
}
