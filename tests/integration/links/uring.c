/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Usage: links-uring [DIR]
 *
 * Follows links by io_uring(7): openat of a deleted file and statx of a pipe through DIR/self/fd/N (default
 * /proc), each at once and by a kernel worker. Prints "uring: N of 4" and exits 0 if all are right; 77
 * without io_uring.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CONTENT "deleted\n"

struct ring {
	int fd;
	struct io_uring_params p;
	char *rings; /* both: IORING_FEAT_SINGLE_MMAP */
	struct io_uring_sqe *sqes;
};

static void *map(int fd, size_t size, uint64_t offset)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
		       (off_t)offset);

	if (p == MAP_FAILED)
		err(2, "mmap of the ring");
	return p;
}

static void open_ring(struct ring *r)
{
	size_t sq, cq;

	r->fd = (int)syscall(SYS_io_uring_setup, 4, &r->p);
	if (r->fd < 0 || !(r->p.features & IORING_FEAT_SINGLE_MMAP)) {
		printf("skipped: no io_uring here: %s\n", strerror(errno));
		exit(77);
	}
	sq = r->p.sq_off.array + r->p.sq_entries * sizeof(unsigned);
	cq = r->p.cq_off.cqes + r->p.cq_entries * sizeof(struct io_uring_cqe);
	r->rings = map(r->fd, sq > cq ? sq : cq, IORING_OFF_SQ_RING);
	r->sqes = map(r->fd, r->p.sq_entries * sizeof(*r->sqes), IORING_OFF_SQES);
}

static unsigned *at(struct ring *r, unsigned offset)
{
	return (unsigned *)(void *)(r->rings + offset);
}

/* Submits one request and waits for its result. */
static int do_request(struct ring *r, const struct io_uring_sqe *sqe)
{
	unsigned tail = *at(r, r->p.sq_off.tail);
	unsigned slot = tail & *at(r, r->p.sq_off.ring_mask);
	unsigned head = *at(r, r->p.cq_off.head);
	struct io_uring_cqe *cqes = (void *)(r->rings + r->p.cq_off.cqes);
	int result;

	r->sqes[slot] = *sqe;
	at(r, r->p.sq_off.array)[slot] = slot;
	__atomic_store_n(at(r, r->p.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	while (syscall(SYS_io_uring_enter, r->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) {
		if (errno != EINTR)
			err(2, "io_uring_enter");
	}
	if (__atomic_load_n(at(r, r->p.cq_off.tail), __ATOMIC_ACQUIRE) == head)
		errx(2, "no completion");
	result = cqes[head & *at(r, r->p.cq_off.ring_mask)].res;
	__atomic_store_n(at(r, r->p.cq_off.head), head + 1, __ATOMIC_RELEASE);
	return result;
}

static bool opens(struct ring *r, const char *link, uint8_t flags)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_OPENAT,
				    .flags = flags,
				    .fd = AT_FDCWD,
				    .addr = (uintptr_t)link,
				    .open_flags = O_RDONLY | O_CLOEXEC };
	char text[32];
	int fd = do_request(r, &sqe);
	bool ok;

	ok = fd >= 0 && read(fd, text, sizeof(text)) == (ssize_t)strlen(CONTENT) &&
	     memcmp(text, CONTENT, strlen(CONTENT)) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool stats(struct ring *r, const char *link, int fd, uint8_t flags)
{
	struct statx stx = { 0 };
	struct io_uring_sqe sqe = { .opcode = IORING_OP_STATX,
				    .flags = flags,
				    .fd = AT_FDCWD,
				    .addr = (uintptr_t)link,
				    .len = STATX_BASIC_STATS,
				    .off = (uintptr_t)&stx };
	struct stat st;

	return do_request(r, &sqe) == 0 && fstat(fd, &st) == 0 && stx.stx_ino == st.st_ino &&
	       S_ISFIFO(stx.stx_mode);
}

int main(int argc, char **argv)
{
	const char *proc = argc > 1 ? argv[1] : "/proc";
	char name[] = "/tmp/nsprocfs-uring-XXXXXX", file[256], end[256];
	int fd = mkstemp(name), fds[2], passed = 0;
	struct ring r = { 0 };

	if (fd < 0 || unlink(name) < 0 || write(fd, CONTENT, strlen(CONTENT)) < 0 || pipe(fds) < 0)
		err(2, "make a file and a pipe");
	open_ring(&r);
	snprintf(file, sizeof(file), "%s/self/fd/%d", proc, fd);
	snprintf(end, sizeof(end), "%s/self/fd/%d", proc, fds[0]);
	passed += opens(&r, file, 0);
	passed += opens(&r, file, IOSQE_ASYNC);
	passed += stats(&r, end, fds[0], 0);
	passed += stats(&r, end, fds[0], IOSQE_ASYNC);
	printf("uring: %d of 4\n", passed);
	return passed == 4 ? 0 : 1;
}
