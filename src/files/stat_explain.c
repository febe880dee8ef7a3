/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the lines of stat, uptime and PID/stat come from, in words (docs/resources.md, "Times"). */

#include "cpu_times.h"
#include "cpu_view.h"
#include "resources.h"
#include "rewrite.h"
#include "stat_cpu.h"
#include "stat_line.h"

/* A line that is not of a CPU. */
struct rule {
	struct text key;
	unsigned file; /* enum resource_file; 0: the machine's in any case */
	const char *words;
};

#define NAME(LITERAL)                        \
	{                                    \
		LITERAL, sizeof(LITERAL) - 1 \
	}
#define SHARED "the machine's since its boot: what its CPUs do is nobody's"

static const struct rule rules[] = {
	{ NAME("intr"), 0, SHARED },
	{ NAME("ctxt"), 0, SHARED },
	{ NAME("softirq"), 0, SHARED },
	{ NAME("btime"), RESOURCE_TIME, "the machine's + S, seconds, rounded down" },
	{ NAME("processes"), RESOURCE_STAT, "0: nobody counts the forks of a group" },
	{ NAME("procs_running"), RESOURCE_STAT,
	  "threads of the container that run, at least 1, the reader; 1 where that is not known" },
	{ NAME("procs_blocked"), RESOURCE_STAT,
	  "threads of the container that wait for I/O; 0 where that is not known" },
};

/* Which file has counted what was used. */
static const char *used_file(const struct resources *r)
{
	if (r->cpu_time.state == RESOURCE_V2)
		return "cpu.stat";
	return r->cpu_time.n_percpu > 0 ? "cpuacct.usage_all" : "cpuacct.stat";
}

static int say_start(const struct resources *r, struct buf *out)
{
	uint64_t ticks = r->time.start_ns / NS_PER_TICK;

	return buf_printf(out, " (S, when init began: %ju.%02u s after the machine)",
			  (uintmax_t)(ticks / 100), (unsigned)(ticks % 100));
}

static int say_cpu(const struct resources *r, bool total, struct buf *rule, struct buf *files)
{
	const char *words = "an equal part of what was used";

	int err;

	if (total)
		return buf_append_str(rule, "sum of the cpuN lines, field by field");
	if (!(r->files & RESOURCE_STAT) || !cpu_times_known(r))
		return buf_append_str(rule, "the machine's");
	if (r->cpu_time.n_percpu > 0)
		words = "what was used there, and a part of what was used on CPUs that are not "
			"shown";
	err = buf_printf(rule, "%s%s; idle: the rest of the container's age", words,
			 r->cpu.count == CPUS_QUOTA ? ", all of the quota being 100 %" : "");
	return err < 0 ? err : buf_append_str(files, used_file(r));
}

static int say_rule(const struct resources *r, const struct rule *rule, struct buf *out)
{
	int err;

	if (rule->file && !(r->files & rule->file))
		return buf_append_str(out, "the machine's: switched off");
	err = buf_append_str(out, rule->words);
	return err < 0 || rule->file != RESOURCE_TIME ? err : say_start(r, out);
}

/**
 * explain_stat() - by which rule a line is as it is
 * In:     a line that narrow_stat() has made.
 * Facts:  those of narrow_stat().
 * Errors: -ENOMEM.
 */
int explain_stat(const struct resources *resources, struct text line, struct buf *rule,
		 struct buf *files)
{
	struct stat_cpu cpu;
	struct text key = { "", 0 };
	size_t i;

	if (stat_cpu_is(line) && stat_cpu_parse(line, &cpu) == 0)
		return say_cpu(resources, cpu.total, rule, files);
	text_until(&line, ' ', &key);
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (text_equal(key, rules[i].key))
			return say_rule(resources, &rules[i], rule);
	}
	return buf_append_str(rule, "the machine's");
}

/**
 * explain_uptime() - by which rule the fields are as they are
 * In:     the line that narrow_uptime() has made.
 * Facts:  those of narrow_uptime().
 * Errors: -ENOMEM.
 */
int explain_uptime(const struct resources *resources, struct text line, struct buf *rule,
		   struct buf *files)
{
	int r;

	(void)line;
	r = buf_append_str(rule, "the machine's less S, not less than 0");
	if (r == 0)
		r = say_start(resources, rule);
	if (r < 0)
		return r;
	if (!cpu_times_known(resources))
		return buf_append_str(rule, "; idle: the machine's, at most N x the first");
	r = buf_printf(rule, "; idle: N x the first less what was used, not less than 0 (N: %u)",
		       resource_cpus_shown(resources));
	return r < 0 ? r : buf_append_str(files, used_file(resources));
}

/* The line of a task as it is up to behind the field; empty if it has not that many. */
static struct text field_of(struct text line, unsigned number)
{
	struct text rest, field = text_of(line.p, 0);
	size_t end;

	if (stat_line_comm_end(line, &end) < 0)
		return field;
	rest = text_of(line.p + end, line.n - end);
	for (; number > 2; number--) {
		if (!text_field(&rest, &field))
			return text_of(line.p, 0);
	}
	return field;
}

/**
 * explain_task_stat() - by which rule field 22 is as it is
 * In:     the line that narrow_task_stat() has made.
 * Facts:  those of narrow_task_stat().
 * Errors: -ENOMEM.
 */
int explain_task_stat(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files)
{
	struct text start = field_of(line, 22);
	int r;

	(void)files;
	if (resources->time.start_ns == 0)
		return buf_append_str(rule, "the machine's: it is not known when init began, or it "
					    "has a time namespace of its own");
	r = buf_printf(rule,
		       "field 22, when it started: %.*s: the machine's less S in ticks, not "
		       "less than 0",
		       (int)start.n, start.p);
	return r < 0 ? r : say_start(resources, rule);
}
