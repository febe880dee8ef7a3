/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Uses memory of one kind until it is killed; prints "ready" when it does:
 *
 *   hold anon MIB           anonymous
 *   hold locked MIB         anonymous, locked
 *   hold shared MIB         shared with nobody, which is tmpfs
 *   hold written MIB FILE   a file that is written, not synced, and mapped
 *   hold busy               a processor
 *   hold reread FILE        at each line on standard input: the first line of the file, read at offset 0 of one open
 *                           file, and the 16 bytes at offset 4
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text.h"

static _Noreturn void ready(void)
{
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

static int fail(const char *what)
{
	perror(what);
	return EXIT_FAILURE;
}

/* Each page is touched. */
static int hold(size_t n, int flags, int fd)
{
	volatile char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, flags, fd, 0);
	size_t i;

	if (p == MAP_FAILED)
		return fail("mmap");
	for (i = 0; i < n; i += 4096)
		p[i] = 1;
	ready();
}

static int hold_written(size_t n, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	static const char page[4096] = "x";
	size_t i;

	if (fd < 0)
		return fail(path);
	for (i = 0; i < n; i += sizeof(page)) {
		if (write(fd, page, sizeof(page)) != (ssize_t)sizeof(page))
			return fail(path);
	}
	return hold(n, MAP_SHARED, fd);
}

static int reread(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char data[4096], part[16];
	ssize_t n;

	if (fd < 0)
		return fail(path);
	while (getchar() != EOF) {
		n = pread(fd, data, sizeof(data) - 1, 0);
		if (n < 0 || pread(fd, part, sizeof(part), 4) != (ssize_t)sizeof(part))
			return fail(path);
		data[n] = '\0';
		data[strcspn(data, "\n")] = '\0';
		printf("%s|%.*s\n", data, (int)sizeof(part), part);
		fflush(stdout);
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	uint64_t n = 0;

	if (strcmp(kind, "busy") == 0) {
		for (;;)
			__asm__ volatile("");
	}
	if (strcmp(kind, "reread") == 0 && argc == 3)
		return reread(argv[2]);
	if (argc < 3 || text_u64(text_str(argv[2]), &n) < 0) {
		fputs("usage: hold anon|locked|shared|written MIB [FILE]\n", stderr);
		return EXIT_FAILURE;
	}
	n <<= 20;
	if (strcmp(kind, "written") == 0 && argc == 4)
		return hold_written(n, argv[3]);
	if (strcmp(kind, "shared") == 0)
		return hold(n, MAP_SHARED | MAP_ANONYMOUS, -1);
	return hold(n, MAP_PRIVATE | MAP_ANONYMOUS | (strcmp(kind, "locked") == 0 ? MAP_LOCKED : 0),
		    -1);
}
