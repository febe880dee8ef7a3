/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The facts that resources_take.h tells of a process's control groups, for scripts.
 *
 *   facts PID [GROUP]          for each line read: takes the facts, prints "NAME NUMBER" a line, then "end"; "-" stands for
 *                              no limit or not known, "error ERRNO" for facts that could not be taken
 *   facts --hold MIB           uses that much memory, prints "ready", and stays
 *   facts --bench PID          prints the nanoseconds of processor time of one resources_take(), for memory
 *                            and for all: the best of 9 runs
 *   facts --threads PID SEC    eight threads take facts for so long; prints how often, and how many failed
 */

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "resources_take.h"
#include "source.h"
#include "text.h"

#define ALL_FACTS (FACTS_MEMORY | FACTS_CPU | FACTS_LIMITS | FACTS_CPU_TIME | FACTS_TIME)
#define RUNS	  9
#define ROUNDS	  2000
#define THREADS	  8

static void print(const char *name, uint64_t value)
{
	if (value == RESOURCE_NONE)
		printf("%s -\n", name);
	else
		printf("%s %ju\n", name, (uintmax_t)value);
}

static void print_set(const struct resource_cpu *cpu)
{
	unsigned i;

	printf("set");
	for (i = 0; cpu->has_set && i < RESOURCE_CPUS_MAX; i++) {
		if (resource_cpus_has(&cpu->set, i))
			printf(" %u", i);
	}
	putchar('\n');
}

static void print_facts(struct resource_taker *t)
{
	struct resources r = { 0 };
	int error = resources_take(t, ALL_FACTS, &r);

	if (error < 0) {
		printf("error %d\nend\n", -error);
		fflush(stdout);
		return;
	}
	printf("version %d\n", (int)r.memory.state);
	print("limit", r.memory.limit_bytes);
	print("headroom", r.memory.headroom_bytes);
	print("usage", r.memory.usage_bytes);
	print("anon", r.memory.stat[MEMORY_ANON]);
	print("file", r.memory.stat[MEMORY_FILE]);
	print("swap_limit", r.memory.swap_limit_bytes);
	print("quota", r.cpu.quota_us);
	print("period", r.cpu.quota_us == RESOURCE_NONE ? RESOURCE_NONE : r.cpu.period_us);
	print("shares", r.cpu.shares);
	print_set(&r.cpu);
	print("user", r.cpu_time.user_ns);
	print("system", r.cpu_time.system_ns);
	print("cpus", r.cpu_time.n_percpu);
	print("start", r.time.start_ns);
	print("age", r.time.age_ns);
	puts("end");
	fflush(stdout);
	resources_done(&r);
}

static int hold(size_t mib)
{
	size_t n = mib << 20;
	volatile char *p = malloc(n);
	size_t i;

	if (!p)
		return EXIT_FAILURE;
	for (i = 0; i < n; i += 4096)
		p[i] = 1;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t used_ns(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* Processor time: on a busy machine the clock tells more about others. */
static uint64_t bench(struct resource_taker *t, unsigned facts)
{
	uint64_t best = UINT64_MAX, began, run;
	struct resources r;
	int i, j;

	for (i = 0; i < RUNS; i++) {
		began = used_ns();
		for (j = 0; j < ROUNDS; j++) {
			if (resources_take(t, facts, &r) < 0)
				return 0;
			resources_done(&r);
		}
		run = (used_ns() - began) / ROUNDS;
		best = run < best ? run : best;
	}
	return best;
}

struct load {
	struct resource_taker *taker;
	uint64_t until_ns;
	unsigned long n, n_failed;
};

static void *take_on(void *arg)
{
	struct load *l = arg;
	struct resources r;

	while (now_ns() < l->until_ns) {
		l->n++;
		if (resources_take(l->taker, ALL_FACTS, &r) < 0)
			l->n_failed++;
		else
			resources_done(&r);
	}
	return NULL;
}

static int run_threads(struct resource_taker *t, uint64_t seconds)
{
	struct load load[THREADS];
	pthread_t thread[THREADS];
	unsigned long n = 0, n_failed = 0;
	int i;

	puts("ready");
	fflush(stdout);
	for (i = 0; i < THREADS; i++) {
		load[i] = (struct load){ .taker = t, .until_ns = now_ns() + seconds * 1000000000 };
		if (pthread_create(&thread[i], NULL, take_on, &load[i]) != 0)
			return EXIT_FAILURE;
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		n += load[i].n;
		n_failed += load[i].n_failed;
	}
	printf("%lu %lu\n", n, n_failed);
	return EXIT_SUCCESS;
}

static struct resource_taker *open_taker(const char *pid, const char *group)
{
	struct source host = SOURCE_NULL;
	struct fault fault = { 0 };
	struct resource_taker *t = NULL;
	struct resource_wish wish = { .group = group, .root_fd = -1 };
	int32_t init = 0;

	text_pid(text_str(pid), &init);
	wish.init = init;
	if (source_open_host(&host, &fault) < 0 ||
	    resource_taker_open(&host, &wish, &t, &fault) < 0)
		fprintf(stderr, "facts: %s: %s\n", fault.what, strerror(-fault.r));
	source_close(&host);
	return t;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 && argv[1][0] == '-' ? argv[1] : NULL;
	struct resource_taker *t;
	uint64_t n = 0;
	char line[16];
	int status = EXIT_SUCCESS;

	if (argc < 2 || (mode && argc > 3 && text_u64(text_str(argv[3]), &n) < 0))
		return EXIT_FAILURE;
	if (mode && strcmp(mode, "--hold") == 0)
		return text_u64(text_str(argv[2]), &n) < 0 ? EXIT_FAILURE : hold(n);
	t = mode ? open_taker(argv[2], NULL) : open_taker(argv[1], argv[2]);
	if (!t)
		return EXIT_FAILURE;
	if (mode && strcmp(mode, "--bench") == 0)
		printf("%ju %ju\n", (uintmax_t)bench(t, FACTS_MEMORY),
		       (uintmax_t)bench(t, ALL_FACTS));
	else if (mode)
		status = run_threads(t, n);
	else
		while (fgets(line, sizeof(line), stdin))
			print_facts(t);
	resource_taker_free(t);
	return status;
}
