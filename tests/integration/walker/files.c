/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Content of files: oracle, view, oracle, until they agree or have had their chances. */

#include "walker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#define READ_BYTES 65536
#define PAGE_BYTES 4096

/* The address of the first mapping, from the maps beside the file; 0 if it has none. */
static uint64_t first_mapping(const struct place *at)
{
	AUTO_FD int fd = openat(at->dir[ORACLE], "maps", O_RDONLY | O_CLOEXEC);
	char line[64];
	struct text rest, address;
	uint64_t start;
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line));

	if (n <= 0)
		return 0;
	rest = text_of(line, (size_t)n);
	return text_until(&rest, '-', &address) && text_hex(address, &start) == 0 ? start : 0;
}

static struct reading reading_by_rule(struct walker *w, const struct place *at)
{
	struct reading how = { .how = READ_WHOLE, .size = READ_BYTES, .max = w->opt.max_bytes };
	const struct rule *rule = rule_find(at->normal, RULE_BOUND);

	if (rule)
		how.max = rule->number;
	rule = rule_find(at->normal, RULE_MAPS);
	if (rule) {
		uint64_t start = first_mapping(at);

		how.how = READ_AT;
		how.size = rule->number;
		/* pagemap: 8 bytes for each page. */
		how.offset = (off_t)(rule->number < PAGE_BYTES ? start / PAGE_BYTES * 8 : start);
	}
	return how;
}

static void keep_lines(struct buf *b, uint64_t n)
{
	struct text rest = buf_text(b), line;

	while (n-- > 0 && text_line(&rest, &line, NULL))
		;
	b->len -= rest.n;
	if (b->data)
		b->data[b->len] = '\0';
}

void read_fd_by_rule(struct walker *w, int side, const struct place *at, int fd, enum read_how how,
		     struct content *out)
{
	struct reading reading = reading_by_rule(w, at);
	const struct rule *head = rule_find(at->normal, RULE_HEAD);

	if (reading.how == READ_WHOLE)
		reading.how = how;
	side_read(&w->side[side], fd, at, &reading, out);
	if (head)
		keep_lines(&out->data, head->number);
}

void read_by_rule(struct walker *w, int side, const struct place *at, struct content *out)
{
	AUTO_FD int fd = side_open(&w->side[side], at->dir[side], at, O_RDONLY);

	content_free(out);
	if (fd < 0) {
		out->error = fd;
		out->stage = "open";
		return;
	}
	read_fd_by_rule(w, side, at, fd, READ_WHOLE, out);
}

bool same_content(const struct content *a, const struct content *b)
{
	return a->error == b->error && text_equal(buf_text(&a->data), buf_text(&b->data));
}

/* The readings of one file. */
struct rounds {
	struct content o1, v, o2;
	struct judge *judge;
	struct mismatch mismatch;
	bool moved;
};

static void rounds_free(struct rounds *r)
{
	content_free(&r->o1);
	content_free(&r->v);
	content_free(&r->o2);
	judge_free(r->judge);
}

static bool round_agrees(struct rounds *r)
{
	const struct text t[3] = { buf_text(&r->o1.data), buf_text(&r->v.data),
				   buf_text(&r->o2.data) };

	r->moved = r->moved || !same_content(&r->o1, &r->o2);
	if (same_content(&r->v, &r->o1) || same_content(&r->v, &r->o2)) {
		r->moved = r->moved || !same_content(&r->v, &r->o1);
		return true;
	}
	snprintf(r->mismatch.label, sizeof(r->mismatch.label), "error");
	if (r->v.error != r->o1.error && r->v.error != r->o2.error)
		return false;
	r->moved = true;
	return judge_agrees(r->judge, t, &r->mismatch);
}

static void swap_content(struct content *a, struct content *b)
{
	struct content c = *a;

	*a = *b;
	*b = c;
}

/* Reads until a file that rests agrees once, one that moves twice in a row. */
static bool rounds_agree(struct walker *w, const struct place *at, struct rounds *r)
{
	unsigned agreed = 0;

	for (unsigned round = 0; round < w->opt.rounds; round++) {
		if (round > 0) {
			swap_content(&r->o1, &r->o2);
			read_by_rule(w, VIEW, at, &r->v);
		}
		read_by_rule(w, ORACLE, at, &r->o2);
		agreed = round_agrees(r) ? agreed + 1 : 0;
		if (agreed >= (r->moved ? 2u : 1u))
			return true;
	}
	/* It moves faster than the rounds go; the last one was good. */
	return agreed > 0;
}

static void add_content(struct findings *f, const struct rounds *r)
{
	char what[LABEL_BYTES + 16];

	if (r->v.error == r->o1.error || r->v.error == r->o2.error) {
		snprintf(what, sizeof(what), "bytes:%s", r->mismatch.label);
		finding_add(f, what, r->mismatch.line[0], r->mismatch.line[1], r->mismatch.line[2]);
		return;
	}
	snprintf(what, sizeof(what), "errno:%s", r->v.stage[0] ? r->v.stage : r->o1.stage);
	finding_errno(f, what, r->o1.error, r->v.error, r->o2.error);
}

static void compare_content(struct walker *w, const struct place *at, struct findings *f)
{
	__attribute__((cleanup(rounds_free))) struct rounds r = { 0 };
	bool moves = rule_find(at->normal, RULE_MOVES);

	read_by_rule(w, ORACLE, at, &r.o1);
	read_by_rule(w, VIEW, at, &r.v);
	w->counts.bytes += w->second_pass ? 0 : r.v.data.len;
	if (same_content(&r.o1, &r.v) && !moves)
		return;
	r.judge = judge_new(at->normal);
	if (!rounds_agree(w, at, &r))
		add_content(f, &r);
	else if (moves)
		compare_fresh(w, at, f);
	if (r.moved && !w->second_pass) {
		w->counts.moving++;
		if (w->opt.verbose)
			printf("moves: %s\n", at->path);
	}
}

/* Opening tells all there is to compare about a file that cannot be read. */
static void compare_open(struct walker *w, const struct place *at, int flags, struct findings *f)
{
	int fds[N_SIDES];

	for (int i = 0; i < N_SIDES; i++)
		fds[i] = side_open(&w->side[i], at->dir[i], at, flags);
	if ((fds[ORACLE] < 0 || fds[VIEW] < 0) && fds[ORACLE] != fds[VIEW])
		finding_errno(f, flags == O_WRONLY ? "errno:open-write" : "errno:open", fds[ORACLE],
			      fds[VIEW], fds[ORACLE]);
	for (int i = 0; i < N_SIDES; i++)
		fd_close(fds[i]);
}

void compare_file(struct walker *w, const struct place *at, const struct stat *st,
		  struct findings *f)
{
	const struct rule *skip = rule_find(at->normal, RULE_SKIP);

	if (skip || (st->st_mode & 0444) == 0) {
		w->counts.skipped += !w->second_pass;
		if (w->opt.verbose && !w->second_pass)
			printf("not read: %s: %s\n", at->path, skip ? skip->why : "write only");
		compare_open(w, at, O_WRONLY, f);
		if (!skip)
			compare_open(w, at, O_RDONLY, f);
		return;
	}
	compare_content(w, at, f);
	if (w->opt.write_open)
		compare_open(w, at, O_WRONLY, f);
}
