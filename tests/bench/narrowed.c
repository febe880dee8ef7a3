/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * narrowed: times open+read+close of the resource files of containers, as the kernel's procfs, lxcfs and a view show
 * them, and a FUSE file system that does nothing (nullfs.c), in rounds that visit all in turn. A container is
 * LABEL=INIT:DIR; DIR has the directories kernel, null, lxcfs and view. The clients are in its pid namespace, by which lxcfs knows whose files they ask for, and not in its control groups,
 * so that its quota does not slow them down. The first container is the one that others are compared with.
 */

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "measure.h"
#include "text.h"

#define CONTAINER_MAX 8
#define ROUND_MAX     1000
#define N_SYSTEMS     4
#define N_FILES	      7

enum { KERNEL, NULLFS, LXCFS, VIEW };

struct container {
	const char *label;
	const char *dir;
	struct crowd *crowd;
};

struct bench {
	struct container container[CONTAINER_MAX];
	unsigned n_containers;
	unsigned n_rounds;
	unsigned n_operations; /* of all clients together, in one batch */
	unsigned n_clients;
	double *sample;
};

static const char *const systems[N_SYSTEMS] = { "kernel", "null", "lxcfs", "view" };

/* What lxcfs has. */
static const char *const files[N_FILES] = { "meminfo", "stat",	"cpuinfo",  "uptime",
					    "loadavg", "swaps", "diskstats" };

static double *samples_of(const struct bench *b, unsigned file, unsigned container, unsigned system)
{
	return b->sample +
	       ((size_t)(file * b->n_containers + container) * N_SYSTEMS + system) * b->n_rounds;
}

static double median(const struct bench *b, unsigned file, unsigned container, unsigned system)
{
	return samples_of(b, file, container, system)[b->n_rounds / 2];
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int run_one(struct bench *b, unsigned file, unsigned container, unsigned system,
		   double *ret_ns)
{
	const struct container *c = &b->container[container];
	unsigned operations = b->n_operations / b->n_clients;
	char path[SYSTEM_PATH_BYTES];
	int r;

	snprintf(path, sizeof(path), "%s/%s/%s", c->dir, systems[system], files[file]);
	r = crowd_read(c->crowd, path, operations ? operations : 1, ret_ns);
	if (r < 0)
		fprintf(stderr, "narrowed: %s: %s\n", path, strerror(-r));
	return r;
}

static int run_round(struct bench *b, unsigned round, bool keep)
{
	unsigned f, c, i;
	double ns;
	int r;

	for (f = 0; f < N_FILES; f++) {
		for (c = 0; c < b->n_containers; c++) {
			for (i = 0; i < N_SYSTEMS; i++) {
				unsigned s = (i + round) % N_SYSTEMS;

				r = run_one(b, f, c, s, &ns);
				if (r < 0)
					return r;
				if (keep)
					samples_of(b, f, c, s)[round] = ns;
			}
		}
	}
	return 0;
}

static int run_all(struct bench *b)
{
	size_t n_rows = (size_t)N_FILES * b->n_containers * N_SYSTEMS, i;
	unsigned round;
	int r;

	b->sample = calloc(n_rows * b->n_rounds, sizeof(*b->sample));
	if (!b->sample)
		return -ENOMEM;
	/* The first visit fills caches on all sides. */
	r = run_round(b, 0, false);
	for (round = 0; r == 0 && round < b->n_rounds; round++)
		r = run_round(b, round, true);
	for (i = 0; i < n_rows; i++)
		qsort(b->sample + i * b->n_rounds, b->n_rounds, sizeof(*b->sample), compare);
	return r;
}

static void print_row(const struct bench *b, unsigned f, unsigned c)
{
	double kernel = median(b, f, c, KERNEL), lxcfs = median(b, f, c, LXCFS);
	double null = median(b, f, c, NULLFS), view = median(b, f, c, VIEW);

	printf("| `%s` | %s | %.1f | %.1f | %.1f | %.2f | %.1f | %.2f | %.2f | %.2f | %.2f |\n",
	       files[f], b->container[c].label, kernel / 1e3, null / 1e3, lxcfs / 1e3,
	       lxcfs / median(b, f, 0, LXCFS), view / 1e3, view / median(b, f, 0, VIEW),
	       view / null, lxcfs / view, lxcfs / null);
}

static void print_table(const struct bench *b)
{
	unsigned f, c;

	printf("%u %s; medians of %u rounds of %u operations\n\n", b->n_clients,
	       b->n_clients == 1 ? "client" : "clients", b->n_rounds, b->n_operations);
	printf("| file | groups | kernel us | null us | lxcfs us | x %s | view us | x %s | "
	       "view / null | lxcfs / view | lxcfs / null |\n"
	       "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
	       b->container[0].label, b->container[0].label);
	for (f = 0; f < N_FILES; f++) {
		for (c = 0; c < b->n_containers; c++)
			print_row(b, f, c);
	}
	putchar('\n');
}

/* LABEL=INIT:DIR */
static int add_container(struct bench *b, char *argument)
{
	char *equals = strchr(argument, '='), *colon = equals ? strchr(equals, ':') : NULL;
	struct container *c;
	int32_t init;

	if (!colon || b->n_containers == CONTAINER_MAX)
		return -EINVAL;
	*equals = *colon = '\0';
	if (text_pid(text_str(equals + 1), &init) < 0)
		return -EINVAL;
	c = &b->container[b->n_containers++];
	c->label = argument;
	c->dir = colon + 1;
	return crowd_start(init, b->n_clients, &c->crowd);
}

static const struct option options[] = {
	{ "rounds", required_argument, NULL, 'r' },
	{ "operations", required_argument, NULL, 'o' },
	{ "clients", required_argument, NULL, 'c' },
	{ 0 },
};

static int read_arguments(struct bench *b, int argc, char **argv)
{
	uint64_t number;
	int c, r = 0;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || text_u64(text_str(optarg), &number) < 0 || number == 0 ||
		    number > ROUND_MAX)
			return -EINVAL;
		*(c == 'r'   ? &b->n_rounds
		  : c == 'o' ? &b->n_operations
			     : &b->n_clients) = (unsigned)number;
	}
	for (; r == 0 && optind < argc; optind++)
		r = add_container(b, argv[optind]);
	return r == 0 && b->n_containers == 0 ? -EINVAL : r;
}

int main(int argc, char **argv)
{
	struct bench b = { .n_rounds = 10, .n_operations = 160, .n_clients = 1 };
	int r = read_arguments(&b, argc, argv);
	unsigned i;

	if (r == -EINVAL)
		fputs("usage: narrowed [--rounds N] [--operations N] [--clients N] "
		      "LABEL=INIT:DIR...\n",
		      stderr);
	if (r == 0)
		r = run_all(&b);
	if (r == 0)
		print_table(&b);
	else
		fprintf(stderr, "narrowed: %s\n", strerror(-r));
	for (i = 0; i < b.n_containers; i++)
		crowd_stop(b.container[i].crowd);
	free(b.sample);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
