/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `explain` says of stat and uptime: each worked out by hand; and that docs/resources.md says the same. */

#include <check.h>
#include <fcntl.h>
#include <string.h>

#include "explain_check.h"
#include "unit.h"

#define ALL (RESOURCE_CPUS | RESOURCE_STAT | RESOURCE_TIME)

static const struct stat_case {
	const char *what;
	unsigned files;
	enum resource_state state;
	unsigned n_percpu;
	enum resource_cpu_count count;
	const char *line, *words;
} cases[] = {
	{ "the sum", ALL, RESOURCE_V1, 2, CPUS_SET, "cpu  1 2 3 4 5 6 7",
	  "sum of the cpuN lines, field by field" },
	{ "by CPU", ALL, RESOURCE_V1, 2, CPUS_SET, "cpu0 1 2 3 4 5 6 7",
	  "what was used there, and a part of what was used on CPUs that are not shown; "
	  "idle: the rest of the container's age (cpuacct.usage_all)" },
	{ "old version 1", ALL, RESOURCE_V1, 0, CPUS_SET, "cpu0 1 2 3 4 5 6 7",
	  "an equal part of what was used; idle: the rest of the container's age (cpuacct.stat)" },
	{ "version 2 with a quota", ALL, RESOURCE_V2, 0, CPUS_QUOTA, "cpu0 1 2 3 4 5 6 7",
	  "an equal part of what was used, all of the quota being 100 %; idle: the rest of the "
	  "container's age (cpu.stat)" },
	{ "nobody counts", ALL, RESOURCE_ABSENT, 0, CPUS_SET, "cpu0 1 2 3 4 5 6 7",
	  "the machine's" },
	{ "not the times", ALL & ~(unsigned)RESOURCE_STAT, RESOURCE_V1, 2, CPUS_SET,
	  "cpu0 1 2 3 4 5 6 7", "the machine's" },
	{ "btime", ALL, RESOURCE_V1, 2, CPUS_SET, "btime 1",
	  "the machine's + S, seconds, rounded down (S, when init began: 12.05 s after the "
	  "machine)" },
	{ "btime switched off", RESOURCE_STAT, RESOURCE_V1, 2, CPUS_SET, "btime 1",
	  "the machine's: switched off" },
	{ "processes switched off", RESOURCE_TIME, RESOURCE_V1, 2, CPUS_SET, "processes 1",
	  "the machine's: switched off" },
	{ "what nobody knows", ALL, RESOURCE_V1, 2, CPUS_SET, "page 1 2", "the machine's" },
};

static void explain(const struct stat_case *c, explain_line_fn fn, struct buf *out)
{
	const struct resources r = {
		.files = c->files,
		.cpu = { .count = c->count, .n_online = 3, .quota_us = RESOURCE_NONE },
		.cpu_time = { .state = c->state, .n_percpu = c->n_percpu },
		.time = { .start_ns = 12050000000 },
	};

	explain_say(fn, &r, c->line, out);
}

START_TEST(test_stat)
{
	AUTO_BUF struct buf out = { 0 };

	explain(&cases[_i], explain_stat, &out);
	ck_assert_msg(strcmp(out.data, cases[_i].words) == 0, "%s: %s", cases[_i].what, out.data);
}
END_TEST

START_TEST(test_uptime)
{
	const struct stat_case known = { .files = ALL, .state = RESOURCE_V2, .line = "1.00 2.00" };
	const struct stat_case unknown = { .files = ALL, .line = "1.00 2.00" };
	AUTO_BUF struct buf a = { 0 }, b = { 0 };

	explain(&known, explain_uptime, &a);
	ck_assert_str_eq(a.data,
			 "the machine's less S, not less than 0 (S, when init began: 12.05 s "
			 "after the machine); idle: N x the first less what was used, not "
			 "less than 0 (N: 3) (cpu.stat)");
	explain(&unknown, explain_uptime, &b);
	ck_assert_str_eq(b.data,
			 "the machine's less S, not less than 0 (S, when init began: 12.05 s "
			 "after the machine); idle: the machine's, at most N x the first");
}
END_TEST

/* Rows of the docs, as far as the words go that do not depend on the group. */
START_TEST(test_docs)
{
	static const struct {
		const char *names, *line;
	} rows[] = {
		{ "cpu", "cpu  1 2 3 4 5 6 7" },
		{ "intr, ctxt, softirq", "intr 1" },
		{ "intr, ctxt, softirq", "ctxt 1" },
		{ "intr, ctxt, softirq", "softirq 1" },
		{ "btime", "btime 1" },
		{ "processes", "processes 1" },
		{ "procs_running", "procs_running 1" },
		{ "procs_blocked", "procs_blocked 1" },
		{ "uptime, first field", "1.00 2.00" },
	};
	AUTO_BUF struct buf docs = { 0 };
	int i;

	explain_read_docs(&docs);
	for (i = 0; i < N_OF(rows); i++) {
		const struct stat_case c = { .files = ALL,
					     .state = RESOURCE_V2,
					     .line = rows[i].line };
		AUTO_BUF struct buf out = { 0 }, row = { 0 };
		bool uptime = rows[i].line[0] == '1';
		char *end;

		explain(&c, uptime ? explain_uptime : explain_stat, &out);
		end = strstr(out.data, " (S,");
		if (end)
			*end = '\0';
		ck_assert_int_eq(buf_printf(&row, "\n| %s | %s |\n", rows[i].names, out.data), 0);
		ck_assert_msg(strstr(docs.data, row.data) != NULL, "not in the docs:%s", row.data);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("stat_docs");
	TCase *tcase = tcase_create("stat_docs");

	tcase_add_loop_test(tcase, test_stat, 0, N_OF(cases));
	tcase_add_test(tcase, test_uptime);
	tcase_add_test(tcase, test_docs);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
