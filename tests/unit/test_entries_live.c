/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The table against the running kernel: every name that /proc has now has a row, of the same kind and
 * with the same mode, and is listed in the table's order. Reads nothing but names and attributes.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "dirents.h"
#include "entry.h"
#include "fd.h"
#include "unit.h"

#define EXIT_SKIPPED	 77
#define PROC_SUPER_MAGIC 0x9fa0

/* Modes that the kernel has changed; the table has the newest. */
static const struct {
	const char *name;
	mode_t before;
} changed_modes[] = {
	{ "io", 0444 },		  /* pressure/, before triggers could be set by everybody */
	{ "cpu", 0444 },	  /* likewise */
	{ "memory", 0444 },	  /* likewise */
	{ "ip_vs_status", 0444 }, /* as it came */
};

struct walk {
	int fd; /* the directory */
	const struct entry *dir;
	dev_t device; /* what is mounted over procfs, as container engines do, is not compared */
	char path[512];
	bool in_thread;
	/* While listing: */
	const struct entry *last_row;
	char last[256];
	int n_names;
	int n_wrong;
};

static void wrong(struct walk *w, const char *name, const char *what)
{
	fprintf(stderr, "%s/%s: %s\n", w->path, name, what);
	w->n_wrong++;
}

static mode_t type_of(const struct entry *row)
{
	switch (row->kind) {
	case ENTRY_FILE:
	case ENTRY_RAW:
		return S_IFREG;
	case ENTRY_DIR:
		return S_IFDIR;
	case ENTRY_LINK:
	case ENTRY_MAGIC:
	case ENTRY_SELF:
	case ENTRY_THREAD_SELF:
		return S_IFLNK;
	case ENTRY_END:
		break;
	}
	return 0;
}

static bool has_mode(const struct entry *row, mode_t mode)
{
	size_t i;

	if (row->mode == mode)
		return true;
	for (i = 0; i < sizeof(changed_modes) / sizeof(changed_modes[0]); i++) {
		if (strcmp(row->name, changed_modes[i].name) == 0 &&
		    changed_modes[i].before == mode)
			return true;
	}
	return false;
}

/* Listed where the directory's order wants it, as against the name before. */
static bool in_order(const struct walk *w, const struct entry *row, const char *name)
{
	size_t n = strlen(w->last), m = strlen(name);

	if (!w->last_row || !entry_is_named(row) || !entry_is_named(w->last_row))
		return true;
	if (w->dir->order == ORDER_TABLE || row->kind == ENTRY_SELF ||
	    row->kind == ENTRY_THREAD_SELF)
		return row > w->last_row;
	return n < m || (n == m && strcmp(w->last, name) < 0);
}

static void walk_dir(struct walk *w);

/* Below what is named; of the processes our own, of the threads the first. */
static void walk_below(struct walk *parent, const struct entry *row, const char *name)
{
	struct walk w = { .dir = row, .device = parent->device };

	w.in_thread = parent->in_thread || parent->dir->each == EACH_THREAD;
	w.fd = openat(parent->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w.fd < 0) {
		/* tty/driver and the like, to users. */
		if (errno != EACCES)
			wrong(parent, name, strerror(errno));
		return;
	}
	ck_assert_int_lt(snprintf(w.path, sizeof(w.path), "%s/%s", parent->path, name),
			 (int)sizeof(w.path));
	walk_dir(&w);
	fd_close(w.fd);
	parent->n_names += w.n_names;
	parent->n_wrong += w.n_wrong;
}

static void compare(struct walk *w, const struct entry *row, const char *name,
		    const struct stat *st)
{
	if ((st->st_mode & S_IFMT) != type_of(row))
		wrong(w, name, "the row is of another kind");
	if (entry_is_named(row) && !has_mode(row, st->st_mode & 07777)) {
		char what[64];

		snprintf(what, sizeof(what), "mode %o, in the row %o", st->st_mode & 07777,
			 row->mode);
		wrong(w, name, what);
	}
	if (!in_order(w, row, name))
		wrong(w, name, "listed at another place");
}

static bool visit(void *context, const struct dirents_entry *e)
{
	struct walk *w = context;
	const struct entry *row = entry_find(w->dir, text_str(e->name), w->in_thread);
	struct stat st;
	char self[16];

	w->n_names++;
	if (!row) {
		wrong(w, e->name, "has no row");
		return true;
	}
	snprintf(self, sizeof(self), "%d", getpid());
	if (!entry_is_named(row) && row->kind == ENTRY_DIR && strcmp(e->name, self) != 0)
		return true;
	if (fstatat(w->fd, e->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return true; /* gone meanwhile */
	if (st.st_dev != w->device)
		return true;
	if (row->each != EACH_ANY || entry_is_named(row))
		compare(w, row, e->name, &st);
	w->last_row = row;
	ck_assert_int_lt(snprintf(w->last, sizeof(w->last), "%s", e->name), (int)sizeof(w->last));
	if (S_ISDIR(st.st_mode) && row->each != EACH_ANY)
		walk_below(w, row, e->name);
	return true;
}

static void walk_dir(struct walk *w)
{
	int r = dirents_each(w->fd, visit, w);

	if (r < 0 && r != -EACCES)
		wrong(w, ".", strerror(-r));
}

START_TEST(test_every_name_has_a_row)
{
	struct walk w = { .dir = &proc_root_entry, .path = "/proc" };
	struct stat st;

	w.fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(w.fd, 0);
	ck_assert_int_eq(fstat(w.fd, &st), 0);
	w.device = st.st_dev;
	walk_dir(&w);
	fd_close(w.fd);
	printf("%d names\n", w.n_names);
	ck_assert_int_eq(w.n_wrong, 0);
	/* Top, our process, our thread, net twice: no kernel has fewer. */
	ck_assert_int_gt(w.n_names, 150);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("entries_live");
	TCase *tcase = tcase_create("entries_live");
	struct statfs fs;

	if (statfs("/proc", &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC) {
		printf("skipped: /proc is no procfs\n");
		return EXIT_SKIPPED;
	}
	tcase_add_test(tcase, test_every_name_has_a_row);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
