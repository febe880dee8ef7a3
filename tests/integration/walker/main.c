/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * walker [options] ORACLE_DIR VIEW_DIR: compares two procfs trees. Prints one line per difference and
 * a summary. Exit status: 0 no real difference, 1 some, 2 usage, 3 deadline, 4 memory.
 */

#include "walker.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"

#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

static const char usage[] =
	"usage: walker [options] ORACLE_DIR VIEW_DIR\n"
	"  --only GLOB         go only below names of the root that match (repeatable)\n"
	"  --exclude GLOB      leave out paths that match, as they are or with PID, TID, FD "
	"(repeatable)\n"
	"  --exceptions FILE   differences that are documented: rows GLOB WHAT REASON\n"
	"  --section NAME      the rows below [NAME] of that file count as well\n"
	"  --quick             of most processes what depends on the pid namespace; no sys/\n"
	"  --full              net/ of every task, not once per network namespace\n"
	"  --inodes            numbers of registered entries must be equal\n"
	"  --write-open        try to open for writing\n"
	"  --rounds N          readings of what moves before it counts as a difference (20)\n"
	"  --deadline SECONDS  say where we are and exit with 3; aborts the view if it is FUSE\n"
	"  --max-bytes N       read no more of a file (16777216)\n"
	"  --plant KIND        change what the view gives; --plant list prints the kinds\n"
	"  --json              the summary as JSON\n"
	"  -v                  say what is not read\n";

struct settings {
	struct walker *w;
	const char *exceptions, *section, *plant;
};

static bool number(const char *text, uint64_t *ret)
{
	return text_u64(text_str(text), ret) == 0;
}

static bool add_glob(const char **globs, size_t *n, size_t max, const char *glob)
{
	if (*n == max)
		return false;
	globs[(*n)++] = glob;
	return true;
}

/* One option; returns false if its argument is none. */
static bool set_option(struct settings *s, int c, const char *arg)
{
	struct options *o = &s->w->opt;
	uint64_t n = 0;

	switch (c) {
	case 'o':
		return add_glob(o->only, &o->n_only, sizeof(o->only) / sizeof(o->only[0]), arg);
	case 'x':
		return add_glob(o->exclude, &o->n_exclude,
				sizeof(o->exclude) / sizeof(o->exclude[0]), arg);
	case 'e':
		s->exceptions = arg;
		return true;
	case 's':
		s->section = arg;
		return true;
	case 'p':
		s->plant = arg;
		return true;
	case 'r':
		o->rounds = number(arg, &n) ? (unsigned)n : 0;
		return o->rounds > 0;
	case 'd':
		o->deadline_seconds = number(arg, &n) ? (unsigned)n : 0;
		return o->deadline_seconds > 0;
	case 'm':
		o->max_bytes = number(arg, &n) ? n : 0;
		return o->max_bytes > 0;
	case 'v':
		o->verbose = true;
		return true;
	default:
		return c == 0;
	}
}

static bool parse(struct settings *s, int argc, char **argv)
{
	static int quick, full, inodes, write_open, json;
	const struct option options[] = {
		{ "only", required_argument, NULL, 'o' },
		{ "exclude", required_argument, NULL, 'x' },
		{ "exceptions", required_argument, NULL, 'e' },
		{ "section", required_argument, NULL, 's' },
		{ "plant", required_argument, NULL, 'p' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "deadline", required_argument, NULL, 'd' },
		{ "max-bytes", required_argument, NULL, 'm' },
		{ "quick", no_argument, &quick, 1 },
		{ "full", no_argument, &full, 1 },
		{ "inodes", no_argument, &inodes, 1 },
		{ "write-open", no_argument, &write_open, 1 },
		{ "json", no_argument, &json, 1 },
		{ 0 },
	};
	struct options *o = &s->w->opt;
	int c;

	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		if (!set_option(s, c, optarg))
			return false;
	}
	o->quick = quick;
	o->full = full;
	o->inodes = inodes;
	o->write_open = write_open;
	o->json = json;
	return true;
}

/* A hung FUSE server makes readers hang unkillably: only aborting its connection frees them. */
static _Noreturn void *give_up(void *arg)
{
	struct walker *w = arg;
	struct timespec left = { .tv_sec = w->opt.deadline_seconds };

	while (nanosleep(&left, &left) < 0)
		;
	fprintf(stderr, "walker: deadline of %u s passed at %s (%llu entries so far)\n",
		w->opt.deadline_seconds, w->at, (unsigned long long)w->counts.entries);
	fflush(stdout);
	if (w->view_is_fuse)
		umount2(w->view_dir, MNT_FORCE);
	_exit(3);
}

static bool start_deadline(struct walker *w)
{
	pthread_t thread;

	errno = w->opt.deadline_seconds ? pthread_create(&thread, NULL, give_up, w) : 0;
	return errno == 0;
}

static bool open_sides(struct walker *w, char **dirs)
{
	struct statfs fs;
	ssize_t n;

	for (int i = 0; i < N_SIDES; i++) {
		w->side[i].fd = open(dirs[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (w->side[i].fd >= 0)
			continue;
		fprintf(stderr, "walker: %s: %s\n", dirs[i], strerror(errno));
		return false;
	}
	w->view_dir = dirs[VIEW];
	w->view_is_fuse = fstatfs(w->side[VIEW].fd, &fs) == 0 && fs.f_type == FUSE_SUPER_MAGIC;
	n = readlinkat(w->side[ORACLE].fd, "self", w->own_pid, sizeof(w->own_pid) - 1);
	w->own_pid[n > 0 ? n : 0] = '\0';
	return true;
}

static void print_summary(const struct walker *w, double seconds)
{
	const struct counts *c = &w->counts;
	const struct {
		const char *words, *key;
		uint64_t n;
	} figures[] = {
		{ "entries", "entries", c->entries },
		{ "files", "files", c->files },
		{ "bytes", "bytes", c->bytes },
		{ "moving", "moving", c->moving },
		{ "sampled", "sampled", c->extras },
		{ "not read", "not_read", c->skipped },
		{ "vanished", "vanished", c->vanished },
		{ "real differences", "real", c->real },
		{ "exceptions", "exceptions", c->exceptions },
	};
	bool json = w->opt.json;

	fputs(json ? "{" : "compared: ", stdout);
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		printf(json ? "\"%s\":%" PRIu64 "," : "%s: %" PRIu64 "; ",
		       json ? figures[i].key : figures[i].words, figures[i].n);
	printf(json ? "\"seconds\":%.1f}\n" : "%.1f s\n", seconds);
}

static int run(struct walker *w)
{
	struct place root = { .path = "", .normal = "", .name = "." };
	struct timespec from, to;

	for (int i = 0; i < N_SIDES; i++)
		root.dir[i] = w->side[i].fd;
	clock_gettime(CLOCK_MONOTONIC, &from);
	walk(w, &root);
	extras_threads(w);
	walk_suspects(w);
	clock_gettime(CLOCK_MONOTONIC, &to);
	exceptions_warn(w->exceptions);
	print_summary(w, (double)(to.tv_sec - from.tv_sec) +
				 (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	return w->counts.real > 0;
}

static bool prepare(struct settings *s, char **dirs)
{
	struct walker *w = s->w;

	if (s->plant) {
		w->side[VIEW].plant = plant_new(s->plant);
		if (!w->side[VIEW].plant) {
			fprintf(stderr, "walker: no such plant: %s\n", s->plant);
			return false;
		}
	}
	if (s->exceptions) {
		w->exceptions = exceptions_load(s->exceptions, s->section);
		if (!w->exceptions)
			return false;
	}
	w->seen = seen_new();
	return open_sides(w, dirs) && start_deadline(w);
}

int main(int argc, char **argv)
{
	static struct walker w = { .opt = { .rounds = 20, .max_bytes = 16777216 } };
	struct settings s = { .w = &w };
	int r;

	if (!parse(&s, argc, argv) ||
	    (argc - optind != 2 && !(s.plant && strcmp(s.plant, "list") == 0))) {
		fputs(usage, stderr);
		return 2;
	}
	if (s.plant && strcmp(s.plant, "list") == 0) {
		plant_print_kinds();
		return 0;
	}
	r = prepare(&s, argv + optind) ? run(&w) : 2;
	seen_free(w.seen);
	exceptions_free(w.exceptions);
	plant_free(w.side[VIEW].plant);
	return r;
}
