/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Is the server of a FUSE file system wedged? */

#include "watchdog.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "fd.h"

#define CONTROL_DIR "/sys/fs/fuse/connections"

#ifndef FUSE_CTL_SUPER_MAGIC /* <linux/magic.h> has it since Linux 6.4 */
#define FUSE_CTL_SUPER_MAGIC 0x65735543
#endif

/* While nobody waits, it is enough to look so often in the time of patience. */
#define IDLE_LOOKS 4
/* Works hard: uses this part of the time, far more than answering our question takes. */
#define BUSY_PART 20

enum watchdog_verdict watchdog_judge(struct watchdog_memory *m, const struct watchdog_facts *now)
{
	bool moved = now->taken != m->taken || now->pending != m->pending;
	bool in_doubt;

	m->taken = now->taken;
	m->pending = now->pending;
	/* Where all have been taken, the slow one holds up nobody: a next one would be served. */
	in_doubt = !moved && (now->queued || (now->pending > 0 && !now->heard));
	if (!in_doubt) {
		m->doubt = 0;
		return now->queued || now->pending > 0 ? WATCHDOG_ALIVE : WATCHDOG_IDLE;
	}
	/* The first look in doubt begins the time of patience. */
	if (m->doubt >= WATCHDOG_LOOKS * WATCHDOG_WEIGHT)
		return WATCHDOG_WEDGED;
	m->doubt += now->busy ? 1 : WATCHDOG_WEIGHT;
	return WATCHDOG_DOUBT;
}

/* 0 if it cannot be told. */
static int64_t cpu_ns(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) < 0)
		return 0;
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* Before the mount, which may cover it. Its absence is no failure: there are other ways to abort. */
static int open_control(void)
{
	AUTO_FD int fd = open(CONTROL_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs st;

	if (fd < 0 || fstatfs(fd, &st) < 0 || st.f_type != FUSE_CTL_SUPER_MAGIC)
		return -1;
	return fd_steal(&fd);
}

int watchdog_open(int patience_ms, struct watchdog *ret)
{
	struct watchdog w = WATCHDOG_NULL;
	void *memory;
	int r;

	memory = mmap(NULL, sizeof(*w.counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (memory == MAP_FAILED)
		return -errno;
	w.counts = memory;
	w.patience_ms = patience_ms;
	w.ask_fd = eventfd(0, EFD_CLOEXEC);
	if (w.ask_fd < 0) {
		r = -errno;
		watchdog_close(&w);
		return r;
	}
	w.control_fd = open_control();
	*ret = w;
	return 0;
}

void watchdog_enter_server(struct watchdog *w)
{
	w->control_fd = fd_close(w->control_fd);
}

void watchdog_start(struct watchdog *w, pid_t server, int fuse_fd, unsigned dev_minor)
{
	w->fuse_fd = w->patience_ms > 0 ? fuse_fd : fd_close(fuse_fd);
	w->server = server;
	w->dev_minor = dev_minor;
	w->cpu_ns = cpu_ns(server);
	w->next_ms = clock_ms(CLOCK_MONOTONIC);
}

int watchdog_wait_ms(const struct watchdog *w)
{
	int64_t ms = w->next_ms - clock_ms(CLOCK_MONOTONIC);

	if (w->fuse_fd < 0)
		return -1;
	return ms > 0 ? (int)ms : 0;
}

/* POLLERR: the file system is gone, and nobody waits. */
static bool has_queue(int fuse_fd)
{
	struct pollfd device = { .fd = fuse_fd, .events = POLLIN };

	return poll(&device, 1, 0) > 0 && (device.revents & (POLLIN | POLLERR)) == POLLIN;
}

/* Requests that have been read, but not counted. */
static unsigned count_slots(const struct watchdog_counts *c)
{
	unsigned n = 0;
	int i;

	for (i = 0; i < WATCHDOG_SLOTS; i++)
		n += c->slots[i].head[0] != 0;
	return n;
}

static struct watchdog_facts collect(struct watchdog *w)
{
	struct watchdog_counts *c = w->counts;
	struct watchdog_facts facts = { .queued = has_queue(w->fuse_fd) };
	int64_t used = cpu_ns(w->server) - w->cpu_ns;
	/* In this order: what is answered has been received. */
	uint64_t answered = c->answered;
	uint64_t received = c->received;
	unsigned uncounted = count_slots(c);

	facts.taken = received + c->others;
	facts.pending = received - answered + uncounted;
	/* Whoever was not asked is not heard. */
	facts.heard = w->memory.doubt > 0 && c->heard == c->asked;
	facts.busy = used > (int64_t)w->patience_ms * 1000000 / WATCHDOG_LOOKS / BUSY_PART;
	w->cpu_ns += used;
	return facts;
}

bool watchdog_look(struct watchdog *w)
{
	enum watchdog_verdict verdict;
	struct watchdog_facts facts;
	int ms;

	if (watchdog_wait_ms(w) != 0)
		return false;
	facts = collect(w);
	verdict = watchdog_judge(&w->memory, &facts);
	if (verdict == WATCHDOG_DOUBT) {
		w->counts->asked++;
		eventfd_write(w->ask_fd, 1);
	}
	ms = w->patience_ms / (verdict == WATCHDOG_IDLE ? IDLE_LOOKS : WATCHDOG_LOOKS);
	/* From now, not from when it was due: a late look must not be followed by a hasty one. */
	w->next_ms = clock_ms(CLOCK_MONOTONIC) + ms;
	return verdict == WATCHDOG_WEDGED;
}

int watchdog_abort(const struct watchdog *w)
{
	AUTO_FD int fd = -1;
	char path[32];

	if (w->control_fd < 0 || w->dev_minor == 0)
		return -ENOENT;
	snprintf(path, sizeof(path), "%u/abort", w->dev_minor);
	fd = openat(w->control_fd, path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd_write_all(fd, "1", 1);
}

void watchdog_close(struct watchdog *w)
{
	fd_close(w->ask_fd);
	fd_close(w->control_fd);
	fd_close(w->fuse_fd);
	if (w->counts)
		munmap(w->counts, sizeof(*w->counts));
	*w = WATCHDOG_NULL;
}
