/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Usage: links-threads [DIR]
 *
 * Threads that read and follow links through DIR/self/fd/N and DIR/thread-self (default /proc) at the same
 * time. Prints "threads: N wrong of M" and exits 0 if none is.
 */

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS	500

struct job {
	const char *proc;
	int checks, wrong;
};

static void count(struct job *j, int right)
{
	j->checks++;
	j->wrong += !right;
}

static void one_round(struct job *j, int fd, int end, int round)
{
	static const char memfd_text[] = "/memfd:thread (deleted)";
	char link[256], text[256];
	struct stat st, own;
	ssize_t n;
	int again;

	snprintf(link, sizeof(link), "%s/self/fd/%d", j->proc, fd);
	n = readlink(link, text, sizeof(text));
	count(j, n == (ssize_t)strlen(memfd_text) && memcmp(text, memfd_text, (size_t)n) == 0);
	again = open(link, O_RDWR | O_CLOEXEC);
	count(j, again >= 0 && pwrite(again, &round, sizeof(round), 0) == sizeof(round));
	close(again);
	snprintf(link, sizeof(link), "%s/thread-self/fd/%d", j->proc, end);
	count(j, stat(link, &st) == 0 && fstat(end, &own) == 0 && st.st_ino == own.st_ino &&
			 st.st_dev == own.st_dev);
	n = readlink(link, text, sizeof(text));
	count(j, n > 6 && memcmp(text, "pipe:[", 6) == 0);
}

static void *work(void *context)
{
	struct job *j = context;
	int fd = memfd_create("thread", MFD_CLOEXEC);
	int fds[2], i;

	if (fd < 0 || pipe2(fds, O_CLOEXEC) < 0)
		err(2, "make a file and a pipe");
	for (i = 0; i < ROUNDS; i++)
		one_round(j, fd, fds[0], i);
	return NULL;
}

int main(int argc, char **argv)
{
	const char *proc = argc > 1 ? argv[1] : "/proc";
	int i, checks = 0, wrong = 0;
	struct job jobs[THREADS];
	pthread_t threads[THREADS];

	for (i = 0; i < THREADS; i++) {
		jobs[i] = (struct job){ .proc = proc };
		if (pthread_create(&threads[i], NULL, work, &jobs[i]) != 0)
			errx(2, "pthread_create");
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		checks += jobs[i].checks;
		wrong += jobs[i].wrong;
	}
	printf("threads: %d wrong of %d\n", wrong, checks);
	return wrong ? 1 : 0;
}
