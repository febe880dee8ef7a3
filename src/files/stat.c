/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* /proc/stat (fs/proc/stat.c, show_stat()) as the container's. */

#include <errno.h>
#include <stdlib.h>

#include "counter.h"
#include "cpu_times.h"
#include "cpu_view.h"
#include "resources.h"
#include "rewrite.h"
#include "stat_cpu.h"

#define NS_PER_S   1000000000ULL
#define N_DISJOINT 8 /* fields of a CPU that have no ticks in common */

struct stat {
	const struct resources *r;
	bool lines; /* of CPUs are the container's */
	struct cpu_view view;
	bool counted; /* times are the container's, not those of the lines */
	unsigned n;   /* CPUs that are shown */
	unsigned *cpus;
	struct cpu_times *times; /* if counted */
	unsigned next;		 /* CPU to be shown */
	uint64_t ticks;		 /* that CPUs of the machine have had; the most of any */
	uint64_t sums[STAT_FIELDS_MAX];
};

/* All that the CPU has had: up to steal. Guests are in user and nice already (account_guest_time()). */
static uint64_t ticks_of(const struct stat_cpu *line)
{
	uint64_t sum = 0;
	unsigned i;

	for (i = 0; i < line->n && i < N_DISJOINT; i++)
		sum = resource_plus(sum, line->fields[i]);
	return sum;
}

/* Which CPUs the lines name, ascending as the kernel lists them, below the total; and that the text is whole. */
static int find_cpus(struct stat *s, struct text in, struct resource_cpus *ret)
{
	uint64_t least = 0;
	bool first = true;
	struct stat_cpu line;
	struct text text;
	bool ended;

	while (text_line(&in, &text, &ended)) {
		if (!ended)
			return -EIO;
		if (!first && !stat_cpu_is(text))
			continue;
		if (!stat_cpu_is(text) || stat_cpu_parse(text, &line) < 0 || line.total != first ||
		    line.number < least)
			return -EIO;
		if (!first) {
			if (cpu_set_add(ret, line.number) < 0)
				return -EIO;
			least = line.number + 1;
			if (ticks_of(&line) > s->ticks)
				s->ticks = ticks_of(&line);
		}
		first = false;
	}
	return 0;
}

/* The CPUs that are both named and shown. */
static int list_cpus(struct stat *s, const struct resource_cpus *named)
{
	unsigned n_left = resource_cpus_count(named);
	unsigned cpu;

	s->cpus = calloc(n_left, sizeof(*s->cpus));
	s->times = calloc(n_left, sizeof(*s->times));
	if (!s->cpus || !s->times)
		return -ENOMEM;
	for (cpu = 0; n_left > 0; cpu++) {
		if (!resource_cpus_has(named, cpu))
			continue;
		n_left--;
		if (resource_cpus_has(&s->view.shown, cpu))
			s->cpus[s->n++] = cpu;
	}
	return 0;
}

/* Of what a line has: the container's times, and nothing in the fields after those. */
static void count(const struct stat *s, unsigned i, struct stat_cpu *line)
{
	unsigned k;

	if (!s->counted)
		return;
	line->fields[0] = s->times[i].user;
	line->fields[1] = s->times[i].nice;
	line->fields[2] = s->times[i].system;
	line->fields[3] = s->times[i].idle;
	for (k = STAT_FIELDS_MIN; k < line->n; k++)
		line->fields[k] = 0;
}

static void sum_up(struct stat *s, struct text in)
{
	struct stat_cpu line;
	struct text text;
	unsigned i = 0;
	unsigned k;

	while (i < s->n && text_line(&in, &text, NULL)) {
		if (stat_cpu_parse(text, &line) < 0 || line.total || line.number != s->cpus[i])
			continue;
		count(s, i++, &line);
		for (k = 0; k < line.n; k++)
			s->sums[k] = resource_plus(s->sums[k], line.fields[k]);
	}
}

/* Where nobody says when the container began, it has been there as long as the machine. */
static uint64_t age_of(const struct stat *s)
{
	const struct resource_time *t = &s->r->time;
	bool known = t->start_ns > 0 || t->age_ns > 0;

	return resource_plus(known ? t->age_ns : counter_times(s->ticks, NS_PER_TICK), t->lead_ns);
}

static int prepare(struct stat *s, struct text in)
{
	struct resource_cpus named = { 0 };
	int r;

	r = find_cpus(s, in, &named);
	if (r < 0 || !s->lines)
		return r;
	r = cpu_view_make(s->r, &named, &s->view);
	if (r == 0)
		r = list_cpus(s, &named);
	if (r < 0)
		return r;
	s->counted = (s->r->files & RESOURCE_STAT) && cpu_times_known(s->r);
	if (s->counted)
		cpu_times_make(s->r, age_of(s), s->cpus, s->n, s->times);
	sum_up(s, in);
	return 0;
}

static int append_fields(struct buf *out, const uint64_t *fields, unsigned n)
{
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < n; i++) {
		r = buf_append(out, " ", 1);
		if (r == 0)
			r = counter_append(out, fields[i]);
	}
	return r < 0 ? r : buf_append(out, "\n", 1);
}

static int show_cpu(struct stat *s, struct text text, struct buf *out)
{
	struct stat_cpu line;
	unsigned number;
	int r;

	r = stat_cpu_parse(text, &line);
	if (r < 0)
		return r;
	if (line.total) {
		r = buf_append_str(out, "cpu ");
		return r < 0 ? r : append_fields(out, s->sums, line.n);
	}
	if (!cpu_view_number(&s->view, line.number, &number))
		return 0;
	count(s, s->next++, &line);
	r = buf_append_str(out, "cpu");
	if (r == 0)
		r = counter_append(out, number);
	return r < 0 ? r : append_fields(out, line.fields, line.n);
}

/* What a line "KEY N" says in the container, from what it says on the machine; false: nothing else. */
static bool find_count(const struct resources *r, struct text key, uint64_t machine, uint64_t *ret)
{
	const struct resource_load *l = &r->load;

	if (text_equal(key, TEXT("btime"))) {
		*ret = resource_plus(machine, r->time.start_ns / NS_PER_S);
		return r->files & RESOURCE_TIME;
	}
	*ret = 0;
	/* The reader is running; vmstat subtracts it. */
	if (text_equal(key, TEXT("procs_running")))
		*ret = l->known && l->running > 0 ? l->running : 1;
	if (text_equal(key, TEXT("procs_blocked")) && l->known)
		*ret = l->blocked;
	return r->files & RESOURCE_STAT;
}

static bool is_count(struct text key)
{
	return text_equal(key, TEXT("btime")) || text_equal(key, TEXT("processes")) ||
	       text_equal(key, TEXT("procs_running")) || text_equal(key, TEXT("procs_blocked"));
}

static int show_line(const struct stat *s, struct text line, struct buf *out)
{
	struct text value = line;
	uint64_t n = 0;
	struct text key = { 0 };
	int r;

	if (text_until(&value, ' ', &key) && is_count(key)) {
		if (text_u64(value, &n) < 0)
			return -EIO;
		if (find_count(s->r, key, n, &n)) {
			r = buf_append(out, key.p, key.n + 1);
			if (r == 0)
				r = counter_append(out, n);
			return r < 0 ? r : buf_append(out, "\n", 1);
		}
	}
	r = buf_append_text(out, line);
	return r < 0 ? r : buf_append(out, "\n", 1);
}

/**
 * narrow_stat() - the CPUs, times and processes of /proc/stat
 * In:     "cpu  N...", for each CPU that is online "cpuI N...", intr, ctxt, btime, processes, procs_running,
 *         procs_blocked, softirq.
 * Out:    lines of the shown CPUs, renumbered, with the container's user, nice, system and idle, the rest 0; the first
 *         line is their sum. btime is when the container began. processes 0; procs_* the container's. All other lines
 *         as they are. docs/resources.md has the rules.
 * Facts:  RESOURCE_CPUS: cpu; RESOURCE_STAT: cpu_time, time.age_ns, cpu, load; RESOURCE_TIME: time.start_ns.
 * Errors: -EIO if a line is cut off or has another form, if none of the CPUs is shown; -ENOMEM.
 */
int narrow_stat(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct stat s = { .r = rw->resources };
	struct text line;
	int r;

	if (!(s.r->files & (RESOURCE_CPUS | RESOURCE_STAT | RESOURCE_TIME)))
		return buf_append_text(out, in);
	s.lines = s.r->files & (RESOURCE_CPUS | RESOURCE_STAT);
	r = prepare(&s, in);
	while (r == 0 && text_line(&in, &line, NULL))
		r = s.lines && stat_cpu_is(line) ? show_cpu(&s, line, out)
						 : show_line(&s, line, out);
	free(s.cpus);
	free(s.times);
	return r;
}
