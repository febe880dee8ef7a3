/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * bench: times the same operations on several procfs, in rounds that visit each system in turn, so that
 * whatever else the machine does hits all of them. Prints medians, and ratios to the systems named
 * "kernel" and "null", which come first.
 */

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "text.h"

#define MAX_SYSTEMS 8
#define MAX_ROUNDS  1000
#define MAX_BASES   2

struct bench {
	struct system systems[MAX_SYSTEMS];
	size_t n_systems;
	const struct measure *measures;
	size_t n_measures;
	size_t n_rounds;
	double *samples; /* [measure][system][round] */
	pid_t init_pid;
	bool tree_only; /* only what depends on the number of processes */
	bool json;
	const char *label;
};

static double *samples_of(const struct bench *b, size_t measure, size_t system)
{
	return b->samples + (measure * b->n_systems + system) * b->n_rounds;
}

static bool is_wanted(const struct bench *b, size_t measure)
{
	return b->measures[measure].of_tree || !b->tree_only;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value that a part (0 to 1) of the sorted samples lie below. */
static double quantile(const struct bench *b, size_t measure, size_t system, double part)
{
	return samples_of(b, measure, system)[(size_t)(part * (double)(b->n_rounds - 1) + 0.5)];
}

static int find_system(const struct bench *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->n_systems; i++) {
		if (strcmp(b->systems[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

/* Every system on every measure once, beginning with another system each time. */
static int run_round(struct bench *b, size_t round, bool keep)
{
	size_t m, i;

	for (m = 0; m < b->n_measures; m++) {
		for (i = 0; is_wanted(b, m) && i < b->n_systems; i++) {
			size_t s = (i + round) % b->n_systems;
			double ns;
			int r = b->measures[m].run(&b->measures[m], &b->systems[s], &ns);

			if (r < 0) {
				fprintf(stderr, "bench: %s on %s: %s\n", b->measures[m].label,
					b->systems[s].name, strerror(-r));
				return r;
			}
			if (keep)
				samples_of(b, m, s)[round] = ns;
		}
	}
	return 0;
}

static int run_all(struct bench *b)
{
	size_t round, m, s;
	int r;

	b->measures = measures(&b->n_measures);
	b->samples = calloc(b->n_measures * b->n_systems * b->n_rounds, sizeof(double));
	if (!b->samples)
		return -ENOMEM;
	/* The first visit fills caches on all sides. */
	r = run_round(b, 0, false);
	for (round = 0; r == 0 && round < b->n_rounds; round++)
		r = run_round(b, round, true);
	for (m = 0; m < b->n_measures; m++) {
		for (s = 0; s < b->n_systems; s++)
			qsort(samples_of(b, m, s), b->n_rounds, sizeof(double), compare);
	}
	return r;
}

/* The systems that s is compared with: the bases that stand before it. Returns how many. */
static size_t bases_of(const struct bench *b, size_t s, size_t *ret_bases)
{
	static const char *const names[MAX_BASES] = { "kernel", "null" };
	size_t n = 0, i;

	for (i = 0; i < MAX_BASES; i++) {
		int base = find_system(b, names[i]);

		if (base >= 0 && (size_t)base < s)
			ret_bases[n++] = (size_t)base;
	}
	return n;
}

static void print_head(const struct bench *b)
{
	size_t bases[MAX_BASES], n, s, i;

	printf("%s; medians of %zu rounds\n\n%-25s", b->label, b->n_rounds, "");
	for (s = 0; s < b->n_systems; s++)
		printf("  | %*s", 10 + 9 * (int)bases_of(b, s, bases), b->systems[s].name);
	printf("\n%-25s", "");
	for (s = 0; s < b->n_systems; s++) {
		n = bases_of(b, s, bases);
		printf("  | %10s", "us");
		for (i = 0; i < n; i++)
			printf(" x %-6s", b->systems[bases[i]].name);
	}
	putchar('\n');
}

static void print_row(const struct bench *b, size_t m)
{
	size_t bases[MAX_BASES], n, s, i;

	printf("%-25s", b->measures[m].label);
	for (s = 0; s < b->n_systems; s++) {
		double ns = quantile(b, m, s, 0.5);

		n = bases_of(b, s, bases);
		printf("  | %10.2f", ns / 1e3);
		for (i = 0; i < n; i++)
			printf("%9.2f", ns / quantile(b, m, bases[i], 0.5));
	}
	putchar('\n');
}

static void print_table(const struct bench *b)
{
	size_t m;

	print_head(b);
	for (m = 0; m < b->n_measures; m++) {
		if (is_wanted(b, m))
			print_row(b, m);
	}
}

static void print_json(const struct bench *b)
{
	size_t m, s;
	const char *comma = "";

	printf("{\"label\": \"%s\", \"rounds\": %zu, \"unit\": \"us\", \"results\": [", b->label,
	       b->n_rounds);
	for (m = 0; m < b->n_measures; m++) {
		for (s = 0; is_wanted(b, m) && s < b->n_systems; s++) {
			printf("%s\n  {\"measure\": \"%s\", \"system\": \"%s\", \"median\": %.3f, "
			       "\"p25\": %.3f, \"p75\": %.3f}",
			       comma, b->measures[m].label, b->systems[s].name,
			       quantile(b, m, s, 0.5) / 1e3, quantile(b, m, s, 0.25) / 1e3,
			       quantile(b, m, s, 0.75) / 1e3);
			comma = ",";
		}
	}
	puts("\n]}");
}

/* NAME=DIR */
static int add_system(struct bench *b, char *argument)
{
	char *equals = strchr(argument, '=');
	struct system *s;

	if (!equals || b->n_systems == MAX_SYSTEMS)
		return -EINVAL;
	*equals = '\0';
	s = &b->systems[b->n_systems++];
	*s = (struct system){ .name = argument, .dir = equals + 1, .init_pid = b->init_pid };
	return system_find_process(s);
}

static const struct option options[] = {
	{ "init", required_argument, NULL, 'i' },   { "json", no_argument, NULL, 'j' },
	{ "label", required_argument, NULL, 'l' },  { "tree-only", no_argument, NULL, 't' },
	{ "rounds", required_argument, NULL, 'r' }, { 0 },
};

static int read_arguments(struct bench *b, int argc, char **argv)
{
	uint64_t number = 0;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if ((c == 'i' || c == 'r') &&
		    (text_u64(text_str(optarg), &number) < 0 || number == 0))
			return -EINVAL;
		if (c == 'i')
			b->init_pid = (pid_t)number;
		else if (c == 'r')
			b->n_rounds = number < MAX_ROUNDS ? number : MAX_ROUNDS;
		else if (c == 'l')
			b->label = optarg;
		else if (c == 'j')
			b->json = true;
		else if (c == 't')
			b->tree_only = true;
		else
			return -EINVAL;
	}
	for (; optind < argc; optind++) {
		r = add_system(b, argv[optind]);
		if (r < 0) {
			fprintf(stderr, "bench: %s: %s\n", argv[optind], strerror(-r));
			return r;
		}
	}
	return b->init_pid > 0 && b->n_systems > 0 ? 0 : -EINVAL;
}

int main(int argc, char **argv)
{
	struct bench b = { .n_rounds = 21, .label = "" };
	int r;

	if (read_arguments(&b, argc, argv) < 0) {
		fputs("usage: bench --init PID [--label TEXT] [--rounds N] [--tree-only] [--json] "
		      "NAME=DIR...\n",
		      stderr);
		return EXIT_FAILURE;
	}
	r = run_all(&b);
	if (r == 0 && b.json)
		print_json(&b);
	else if (r == 0)
		print_table(&b);
	free(b.samples);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
