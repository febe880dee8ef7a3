/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * raid-probe PROC PATH N: names itself N times in two threads, by a file of its own in the view at PROC, while a third
 * thread and another process try to open PATH, which is for nobody. Says how often they could, and how often anything
 * was answered that should not have been.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int proc_fd;
/* Shared with the other process. */
static struct counts {
	atomic_bool over;
	atomic_int tried, passed, wrong;
} * counts;

/* There is one right way to be refused. */
static void *try_path(void *arg)
{
	const char *path = arg;

	while (!counts->over) {
		int fd = openat(proc_fd, path, O_RDWR | O_CLOEXEC);

		counts->tried++;
		counts->passed += fd >= 0;
		counts->wrong += fd < 0 && errno != ENOMEM;
		if (fd >= 0)
			close(fd);
	}
	return NULL;
}

static void *name_oneself(void *arg)
{
	int i, n = *(int *)arg;

	for (i = 0; i < n; i++) {
		int fd = openat(proc_fd, i % 2 ? "self/comm" : "thread-self/comm",
				O_WRONLY | O_CLOEXEC);

		counts->wrong += fd < 0 || write(fd, "raider", 6) != 6;
		close(fd);
	}
	return NULL;
}

static pid_t start_raider(char *path)
{
	pid_t pid = fork();

	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	try_path(path);
	_exit(EXIT_SUCCESS);
}

static int raid(char *path, int n)
{
	pthread_t namers[2], thread;
	pid_t pid = start_raider(path);
	int status = 0;

	if (pthread_create(&thread, NULL, try_path, path) != 0 ||
	    pthread_create(&namers[0], NULL, name_oneself, &n) != 0 ||
	    pthread_create(&namers[1], NULL, name_oneself, &n) != 0)
		return EXIT_FAILURE;
	pthread_join(namers[0], NULL);
	pthread_join(namers[1], NULL);
	counts->over = true;
	pthread_join(thread, NULL);
	waitpid(pid, &status, 0);
	printf("raid: passed %d, wrong %d%s\n", counts->passed, counts->wrong,
	       counts->tried < n || status ? ", and hardly tried" : "");
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	proc_fd = argc == 4 ? open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (proc_fd < 0 || counts == MAP_FAILED) {
		fprintf(stderr, "usage: raid-probe PROC PATH N\n");
		return EXIT_FAILURE;
	}
	return raid(argv[2], (int)strtol(argv[3], NULL, 10));
}
