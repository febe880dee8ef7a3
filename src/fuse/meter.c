/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counts requests and answers: one place for all operations, whoever answers them. */

#include "meter.h"

#include <assert.h>
#include <linux/fuse.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "watchdog.h"

#define HEAD_BYTES sizeof(struct fuse_in_header)

static_assert(HEAD_BYTES == WATCHDOG_HEAD_WORDS * sizeof(uint32_t), "the header's size");

/* NULL if all are in use. A thread that is cancelled keeps its one, but then the session ends. */
static struct watchdog_slot *take_slot(struct watchdog_counts *counts)
{
	int i;

	for (i = 0; i < WATCHDOG_SLOTS; i++) {
		if (atomic_exchange(&counts->slots[i].used, 1) == 0)
			return &counts->slots[i];
	}
	return NULL;
}

static void give_slot(struct watchdog_slot *slot)
{
	memset((void *)slot->head, 0, HEAD_BYTES);
	slot->used = 0;
}

/* The kernel copies the header first, fuse_dev_do_read(). */
static ssize_t read_through(struct watchdog_slot *slot, int fd, char *data, size_t size)
{
	struct iovec iov[] = {
		{ .iov_base = (void *)slot->head, .iov_len = HEAD_BYTES },
		{ .iov_base = data + HEAD_BYTES, .iov_len = size - HEAD_BYTES },
	};
	ssize_t n = readv(fd, iov, 2);

	memcpy(data, (const void *)slot->head, HEAD_BYTES);
	return n;
}

/* The requests that fs/fuse/dev.c, fuse_dev_do_read(), expects no answer to. */
static bool wants_answer(const struct fuse_in_header *in)
{
	return in->opcode != FUSE_FORGET && in->opcode != FUSE_BATCH_FORGET &&
	       in->opcode != FUSE_INTERRUPT;
}

static ssize_t read_request(int fd, void *data, size_t size, void *userdata)
{
	struct front *front = userdata;
	struct watchdog_counts *counts = front->counts;
	struct watchdog_slot *slot;
	ssize_t n;

	readers_enter(&front->readers);
	slot = counts ? take_slot(counts) : NULL;
	n = slot ? read_through(slot, fd, data, size) : read(fd, data, size);
	if (counts && n >= (ssize_t)HEAD_BYTES) {
		if (wants_answer(data))
			counts->received++;
		else
			counts->others++;
	}
	/* Now that it is counted: at no moment it is seen nowhere. */
	if (slot)
		give_slot(slot);
	readers_leave(&front->readers);
	return n;
}

/* Zero in place of a request's number: a notification (fuse_dev_do_write()). */
static ssize_t write_answer(int fd, struct iovec *iov, int n, void *userdata)
{
	const struct fuse_out_header *out = iov[0].iov_base;
	const struct front *front = userdata;
	bool is_answer = out->unique != 0;
	ssize_t r = writev(fd, iov, n);

	/* A failed one counts as well: the request is gone, and libfuse does not try again. */
	if (is_answer && front->counts)
		front->counts->answered++;
	return r;
}

const struct fuse_custom_io meter_io = { .read = read_request, .writev = write_answer };
