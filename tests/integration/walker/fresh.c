/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files that are known to move must show what is now: opened anew, and read again from the start. */

#include "walker.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"

#define MOVE_DEADLINE_MS 5000
#define TRIES		 5

/* Reads the oracle until it shows something else than old. Returns false if it does not. */
static bool wait_until_moved(struct walker *w, const struct place *at, const struct content *old,
			     struct content *ret)
{
	for (int ms = 0; ms < MOVE_DEADLINE_MS; ms++) {
		read_by_rule(w, ORACLE, at, ret);
		if (!same_content(old, ret))
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return false;
}

/* What the view shows now: through a descriptor read before (fd >= 0), or a new one. */
static void read_view(struct walker *w, const struct place *at, int fd, struct content *out)
{
	if (fd < 0) {
		read_by_rule(w, VIEW, at, out);
		return;
	}
	if (lseek(fd, 0, SEEK_SET) == 0) {
		read_fd_by_rule(w, VIEW, at, fd, READ_AGAIN, out);
		return;
	}
	out->error = -errno;
}

/*
 * The view is read, the oracle until it has moved on, then the view again: it must have moved with it.
 * Several times, since a text may change its shape between the readings.
 */
static bool is_fresh(struct walker *w, const struct place *at, int fd, struct content c[3])
{
	struct judge *judge = judge_new(at->normal);
	struct mismatch mismatch;
	bool fresh = false;

	for (int i = 0; i < TRIES && !fresh; i++) {
		AUTO_CONTENT struct content before = { 0 };

		read_view(w, at, fd, &before);
		/* A machine on which nothing moves tells nothing. */
		if (!wait_until_moved(w, at, &before, &c[0]))
			break;
		read_view(w, at, fd, &c[1]);
		read_by_rule(w, ORACLE, at, &c[2]);
		fresh = !same_content(&c[1], &before) && c[1].error == c[2].error &&
			judge_agrees(judge,
				     (const struct text[]){ buf_text(&c[0].data),
							    buf_text(&c[1].data),
							    buf_text(&c[2].data) },
				     &mismatch);
	}
	judge_free(judge);
	return fresh;
}

void compare_fresh(struct walker *w, const struct place *at, struct findings *f)
{
	AUTO_FD int oracle = side_open(&w->side[ORACLE], at->dir[ORACLE], at, O_RDONLY);
	AUTO_FD int fd = side_open(&w->side[VIEW], at->dir[VIEW], at, O_RDONLY);
	const struct {
		const char *what;
		int fd;
	} ways[] = { { "frozen", -1 }, { "frozen:rewind", fd } };

	/* Who may not read it does not see it move; that the view denies it as well is compared elsewhere. */
	if (oracle < 0)
		return;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct content c[3] = { 0 };

		if (!is_fresh(w, at, ways[i].fd, c))
			finding_add(f, ways[i].what, buf_text(&c[0].data), buf_text(&c[1].data),
				    buf_text(&c[2].data));
		for (size_t k = 0; k < 3; k++)
			content_free(&c[k]);
	}
}
