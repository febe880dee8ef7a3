/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * populate N: a pid namespace with N processes that sleep. Prints the number of its init, here, when
 * all are there; ends them all when standard input is closed.
 */

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "text.h"

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

/* The init: makes the others, says so, sleeps. Its death ends the namespace. */
static void be_init(uint64_t n, int ready)
{
	uint64_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 1; i < n; i++) {
		pid_t child = fork();

		if (child < 0)
			_exit(1);
		if (child == 0)
			sleep_for_ever();
	}
	if (fd_write_all(ready, "", 1) < 0)
		_exit(1);
	sleep_for_ever();
}

static int populate(uint64_t n)
{
	pid_t init;
	int ends[2];
	char c;

	if (pipe(ends) < 0 || unshare(CLONE_NEWPID) < 0)
		return -errno;
	init = fork();
	if (init < 0)
		return -errno;
	if (init == 0)
		be_init(n, ends[1]);
	fd_close(ends[1]);
	if (read(ends[0], &c, 1) != 1)
		return -EIO;
	printf("%d\n", init);
	if (fflush(stdout) == 0) {
		while (read(STDIN_FILENO, &c, 1) > 0)
			;
	}
	kill(init, SIGKILL);
	return waitpid(init, NULL, 0) < 0 ? -errno : 0;
}

int main(int argc, char **argv)
{
	uint64_t n;
	int r;

	if (argc != 2 || text_u64(text_str(argv[1]), &n) < 0 || n < 2) {
		fputs("usage: populate PROCESSES (2 or more)\n", stderr);
		return EXIT_FAILURE;
	}
	r = populate(n);
	if (r < 0)
		fprintf(stderr, "populate: %s\n", strerror(-r));
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
