/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What must hold of a container's CPUs and times whatever the machine and the control groups say: times of over a million
 * random inputs, texts of some thousands, under UBSan. The sequence is the same each time; a failure says which it was.
 */

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "../../src/files/counter.h"
#include "../../src/files/cpu_times.h"
#include "../../src/files/cpu_view.h"
#include "../../src/files/stat_cpu.h"
#include "cpu_random.h"
#include "resources.h"
#include "rewrite.h"
#include "unit.h"

#define N_TIMES	  1000000
#define N_TEXTS	  5000
#define FEW_CPUS  8
#define TICKS_MAX (UINT64_MAX / NS_PER_TICK)

/* ck_assert() writes down every success, which is what would take the time. */
#define REQUIRE(condition, ...)                    \
	do {                                       \
		if (!(condition))                  \
			ck_abort_msg(__VA_ARGS__); \
	} while (0)

static uint64_t all_of(const struct cpu_times *t)
{
	return resource_plus(resource_plus(t->user, t->nice), resource_plus(t->system, t->idle));
}

/* No count is more than there can be; who has idle time was not busy for longer than the age. */
static void check_times(const struct resources *r, const struct cpu_times *t, unsigned n, int k)
{
	uint64_t age = r->time.age_ns / NS_PER_TICK;
	uint64_t idle = 0;
	uint64_t all = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		REQUIRE(t[i].user <= TICKS_MAX && t[i].nice <= TICKS_MAX &&
				t[i].system <= TICKS_MAX,
			"case %d: CPU %u has more than there can be", k, i);
		/* Equal parts of idle ticks: one more than the age at most, with what could not be divided. */
		REQUIRE(t[i].idle <= age + 1, "case %d: CPU %u: idle %" PRIu64, k, i, t[i].idle);
		if (t[i].idle > 1 && r->time.age_ns <= LIKELY_MAX)
			REQUIRE(all_of(&t[i]) <= age + 4, "case %d: CPU %u: %" PRIu64, k, i,
				all_of(&t[i]));
		idle = resource_plus(idle, t[i].idle);
		all = resource_plus(all, all_of(&t[i]));
	}
	/* Beyond that the age of all CPUs together does not fit. */
	if (r->time.age_ns > LIKELY_MAX)
		return;
	REQUIRE(idle <= cpu_times_idle(r, n, r->time.age_ns) + (r->cpu_time.n_percpu ? n : 0),
		"case %d: idle %" PRIu64, k, idle);
	/* As long as there is idle time no tick gets lost, but for what is rounded down. */
	REQUIRE(idle == 0 || all + 4 * (n + 1) >= age * n, "case %d: all of it %" PRIu64, k, all);
}

/* Later all counters are the same or more, and more by no more than there was time for. */
static void check_monotonic(struct resources *r, const unsigned *cpus, unsigned n,
			    const struct cpu_times *before, int k)
{
	struct cpu_times after[FEW_CPUS];
	uint64_t passed = below(3) ? below(SECOND_NS) : 0;
	uint64_t used = passed ? below(passed) : 0;
	unsigned i;

	if (r->cpu_time.n_percpu > 0 || r->time.age_ns > LIKELY_MAX ||
	    r->cpu_time.user_ns > LIKELY_MAX || r->cpu_time.system_ns > LIKELY_MAX)
		return;
	/* A quota of less than one CPU would be exceeded. */
	if (r->cpu.count == CPUS_QUOTA)
		used = 0;
	r->time.age_ns += passed;
	r->cpu_time.user_ns += used / 2;
	r->cpu_time.system_ns += used - used / 2;
	cpu_times_make(r, r->time.age_ns, cpus, n, after);
	for (i = 0; i < n; i++)
		REQUIRE(after[i].user >= before[i].user && after[i].nice >= before[i].nice &&
				after[i].system >= before[i].system &&
				after[i].idle >= before[i].idle,
			"case %d: CPU %u goes back", k, i);
}

START_TEST(test_times)
{
	struct cpu_times times[FEW_CPUS];
	unsigned cpus[FEW_CPUS] = { 0 };
	unsigned n, i;
	int k;

	for (k = 0; k < N_TIMES; k++) {
		struct resources r = { .files = below(4) ? RESOURCE_CPUS : 0 };

		any_times(&r, 1 + (unsigned)below(FEW_CPUS));
		n = 1 + (unsigned)below(FEW_CPUS);
		for (i = 0; i < n; i++)
			cpus[i] = (unsigned)(i ? cpus[i - 1] + 1 + below(2) : below(3));
		cpu_times_make(&r, r.time.age_ns, cpus, n, times);
		check_times(&r, times, n, k);
		check_monotonic(&r, cpus, n, times, k);
	}
}
END_TEST

/* A machine: CPUs that are possible, and those of them that are online. */
static void any_machine(struct resource_cpus *ret_possible, struct resource_cpus *ret_online)
{
	unsigned n = (unsigned)(below(4) ? 1 + below(FEW_CPUS) : 1 + below(N_CPUS));
	unsigned cpu;

	*ret_possible = *ret_online = (struct resource_cpus){ 0 };
	for (cpu = 0; cpu < n; cpu++) {
		cpu_set_add(ret_possible, cpu);
		if (below(8))
			cpu_set_add(ret_online, cpu);
	}
	cpu_set_add(ret_online, n - 1);
}

/* Some of those online, not none. */
static void any_set(const struct resource_cpus *online, struct resource_cpus *ret)
{
	unsigned cpu, last = 0;
	bool all = below(4) == 0;

	for (cpu = 0; cpu < N_CPUS; cpu++) {
		if (!resource_cpus_has(online, cpu))
			continue;
		last = cpu;
		if (all || below(2))
			cpu_set_add(ret, cpu);
	}
	cpu_set_add(ret, last);
}

/* A line for each CPU of the set: what is before its number, and behind it. */
static void add_lines(struct buf *out, const struct resource_cpus *set, const char *before,
		      const char *after)
{
	unsigned cpu;

	for (cpu = 0; cpu < N_CPUS; cpu++) {
		if (resource_cpus_has(set, cpu))
			REQUIRE(buf_printf(out, "%s%u%s", before, cpu, after) == 0, "no memory");
	}
}

static void add_columns(struct buf *out, const struct resource_cpus *set)
{
	buf_append_str(out, "           ");
	for (unsigned cpu = 0; cpu < N_CPUS; cpu++) {
		if (resource_cpus_has(set, cpu))
			buf_printf(out, "CPU%-8u", cpu);
	}
	buf_append_str(out, "\nLOC:");
	for (unsigned cpu = 0; cpu < N_CPUS; cpu++) {
		if (resource_cpus_has(set, cpu))
			buf_printf(out, " %10u", cpu + 1000);
	}
	buf_append_str(out, "   Local timer interrupts\nERR:          5\n");
}

/* The numbers behind each occurrence of what, at the beginning of a word; they must be 0, 1, 2... Returns how many. */
static unsigned count_numbers(const struct buf *out, const char *what, int k)
{
	size_t n_what = strlen(what);
	unsigned n = 0;
	size_t i;

	for (i = 0; i + n_what < out->len; i++) {
		uint64_t number = 0;
		size_t end = i + n_what;

		if ((i > 0 && out->data[i - 1] > ' ') || memcmp(out->data + i, what, n_what) != 0 ||
		    out->data[end] < '0' || out->data[end] > '9')
			continue;
		while (end < out->len && out->data[end] >= '0' && out->data[end] <= '9')
			number = number * 10 + (unsigned)(out->data[end++] - '0');
		REQUIRE(number == n, "case %d: %s%" PRIu64 ", not %u", k, what, number, n);
		n++;
	}
	return n;
}

static void run(rewrite_fn narrow, const struct resources *r, const struct buf *in, struct buf *out,
		int k)
{
	struct rewrite rw = { .resources = r };
	int result;

	buf_clear(out);
	result = narrow(&rw, buf_text(in), out);
	REQUIRE(result == 0, "case %d: returned %d", k, result);
}

/* The first line is the sum of those of the CPUs. */
static void check_sum(struct text stat, int k)
{
	struct stat_cpu total, cpu;
	struct text line;
	unsigned i;

	REQUIRE(text_line(&stat, &line, NULL), "case %d: empty", k);
	REQUIRE(stat_cpu_parse(line, &total) == 0, "case %d: no total", k);
	while (text_line(&stat, &line, NULL) && stat_cpu_is(line)) {
		REQUIRE(stat_cpu_parse(line, &cpu) == 0, "case %d: no CPU", k);
		for (i = 0; i < total.n; i++) {
			REQUIRE(cpu.fields[i] <= total.fields[i],
				"case %d: field %u is more than all", k, i);
			total.fields[i] -= cpu.fields[i];
		}
	}
	for (i = 0; i < total.n; i++)
		REQUIRE(total.fields[i] == 0, "case %d: field %u is no sum", k, i);
}

static void check_uptime(const struct resources *r, unsigned n, int k)
{
	AUTO_BUF struct buf in = { 0 }, out = { 0 };
	uint64_t whole[2], part[2], uptime;
	struct text rest, field;
	unsigned i;

	buf_printf(&in, "%" PRIu64 ".%02u %" PRIu64 ".%02u\n", any_ns() / SECOND_NS,
		   (unsigned)below(100), any_ns() / SECOND_NS, (unsigned)below(100));
	run(narrow_uptime, r, &in, &out, k);
	rest = text_of(out.data, out.len - 1);
	for (i = 0; i < 2; i++) {
		REQUIRE(text_until(&rest, '.', &field) && text_u64(field, &whole[i]) == 0,
			"case %d: no number", k);
		REQUIRE(text_until(&rest, ' ', &field) && text_u64(field, &part[i]) == 0,
			"case %d: no number", k);
	}
	uptime = whole[0] * 100 + part[0];
	REQUIRE(whole[1] * 100 + part[1] <= uptime * n,
		"case %d: idle for longer than there was time", k);
}

/* All files show the same number of CPUs, numbered from 0. */
static void check_texts(struct resources *r, const struct resource_cpus *possible,
			const struct resource_cpus *online, int k)
{
	AUTO_BUF struct buf in = { 0 }, out = { 0 };
	unsigned n = resource_cpus_shown(r);

	add_lines(&in, online, "processor : ", "\nphysical id : 0\nsiblings : 9\ncore id : 1\n\n");
	run(narrow_cpuinfo, r, &in, &out, k);
	REQUIRE(count_numbers(&out, "processor : ", k) == n, "case %d: not %u CPUs", k, n);
	buf_clear(&in);
	buf_append_str(&in, "cpu  1 2 3 4 5 6 7 8 9 10\n");
	add_lines(&in, online, "cpu", " 1 2 3 4 5 6 7 8 9 10\n");
	buf_append_str(&in, "btime 1700000000\n");
	run(narrow_stat, r, &in, &out, k);
	REQUIRE(count_numbers(&out, "cpu", k) == n, "case %d: not %u CPUs", k, n);
	check_sum(buf_text(&out), k);
	buf_clear(&in);
	add_columns(&in, online);
	run(narrow_interrupts, r, &in, &out, k);
	REQUIRE(count_numbers(&out, "CPU", k) == n, "case %d: not %u CPUs", k, n);
	buf_clear(&in);
	add_columns(&in, possible);
	run(narrow_interrupts, r, &in, &out, k);
	REQUIRE(count_numbers(&out, "CPU", k) == n, "case %d: not %u CPUs", k, n);
	buf_clear(&in);
	buf_append_str(&in, "version 17\n");
	add_lines(&in, online, "cpu",
		  " 1 2 3\ndomain0 MC ffffffff,ffffffff,ffffffff,ffffffff,"
		  "ffffffff,ffffffff,ffffffff,ffffffff 1\n");
	run(narrow_schedstat, r, &in, &out, k);
	REQUIRE(count_numbers(&out, "cpu", k) == n, "case %d: not %u CPUs", k, n);
	check_uptime(r, n, k);
}

START_TEST(test_texts)
{
	struct resource_cpus possible, online;
	int k;

	for (k = 0; k < N_TEXTS; k++) {
		struct resources r = { .files = RESOURCE_CPUS | RESOURCE_STAT | RESOURCE_TIME };

		any_machine(&possible, &online);
		any_times(&r, 1 + (unsigned)below(N_CPUS));
		if (below(8) == 0)
			r.cpu_time.state = RESOURCE_ABSENT;
		r.cpu.has_set = true;
		any_set(&online, &r.cpu.set);
		check_texts(&r, &possible, &online, k);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_property");
	TCase *tc = tcase_create("narrow_property");

	tcase_add_test(tc, test_times);
	tcase_add_test(tc, test_texts);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
