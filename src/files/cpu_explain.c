/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the lines of files that tell of CPUs come from, in words (docs/resources.md, "CPUs"). */

#include "cpu_view.h"
#include "resources.h"
#include "rewrite.h"

/* Which files say how many CPUs there are, and which. */
static int say_files(const struct resources *r, struct buf *files)
{
	const struct resource_cpu *c = &r->cpu;
	const char *set =
		c->set_state == RESOURCE_V2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
	const char *count = NULL;
	bool v2 = c->state == RESOURCE_V2;

	if (c->count == CPUS_QUOTA && c->quota_us != RESOURCE_NONE)
		count = v2 ? "cpu.max" : "cpu.cfs_quota_us, cpu.cfs_period_us";
	if (c->count == CPUS_SHARES && c->shares != RESOURCE_NONE)
		count = v2 ? "cpu.weight" : "cpu.shares";
	if (c->set_state == RESOURCE_ABSENT || !c->has_set)
		set = NULL;
	return buf_printf(files, "%s%s%s", set ? set : "", set && count ? ", " : "",
			  count ? count : "");
}

/* "CPU 3 of the machine, renumbered"; which one is known where there is a cpuset. */
static int say_number(const struct resources *r, struct text number, struct buf *rule)
{
	struct cpu_view view;
	uint64_t wanted;
	unsigned cpu, n = 0;

	if (!r->cpu.has_set || cpu_view_make(r, &r->cpu.set, &view) < 0 ||
	    text_u64(number, &wanted) < 0)
		return buf_append_str(rule, "one of the machine's CPUs, renumbered");
	for (cpu = 0; cpu < RESOURCE_CPUS_MAX; cpu++) {
		if (cpu_view_number(&view, cpu, &n) && n == wanted)
			break;
	}
	return buf_printf(rule, "CPU %u of the machine, renumbered", cpu);
}

/* Says the number behind the prefix of a line, and where it is from. */
static int say_cpu(const struct resources *r, struct text number, struct buf *rule,
		   struct buf *files)
{
	int err = say_number(r, number, rule);

	return err < 0 ? err : say_files(r, files);
}

static int say(const struct resources *r, const char *words, struct buf *rule, struct buf *files)
{
	int err = buf_append_str(rule, words);

	return err < 0 ? err : say_files(r, files);
}

/**
 * explain_cpuinfo() - by which rule a line is as it is
 * In:     a line that narrow_cpuinfo() has made.
 * Facts:  cpu.
 * Errors: -ENOMEM.
 */
int explain_cpuinfo(const struct resources *resources, struct text line, struct buf *rule,
		    struct buf *files)
{
	static const struct text listed = { "processor ", 10 };
	struct text value = line, key = { "", 0 };

	text_until(&value, ':', &key);
	key = text_trim(key);
	if (key.n == 0)
		return 0;
	if (text_equal(key, TEXT("processor")) || text_equal(key, TEXT("cpu number")))
		return say_cpu(resources, text_trim(value), rule, files);
	if (text_starts(key, listed))
		return say_cpu(resources, text_of(key.p + listed.n, key.n - listed.n), rule, files);
	if (text_equal(key, TEXT("# processors")))
		return say(resources, "how many CPUs are shown", rule, files);
	if (text_equal(key, TEXT("siblings")))
		return say(resources, "how many shown CPUs have this physical id", rule, files);
	if (text_equal(key, TEXT("cpu cores")))
		return say(resources,
			   "how many different core id these have; the machine's, if all CPUs of "
			   "the package are shown",
			   rule, files);
	return buf_append_str(rule, "the hardware's");
}

/**
 * explain_interrupts() - by which rule a line is as it is
 * In:     a line that narrow_interrupts() has made.
 * Facts:  cpu.
 * Errors: -ENOMEM.
 */
int explain_interrupts(const struct resources *resources, struct text line, struct buf *rule,
		       struct buf *files)
{
	struct text name = { "", 0 };

	text_until(&line, ':', &name);
	if (line.n == 0)
		return say(resources, "the shown CPUs, renumbered", rule, files);
	return buf_append_str(
		rule, "the machine's, in the columns of these CPUs: what they do is nobody's");
}

/**
 * explain_schedstat() - by which rule a line is as it is
 * In:     a line that narrow_schedstat() has made.
 * Facts:  cpu.
 * Errors: -ENOMEM.
 */
int explain_schedstat(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files)
{
	static const struct text prefix = { "cpu", 3 };
	struct text name;
	int r;

	if (text_starts(line, TEXT("domain")))
		return say(resources,
			   "the mask: of its CPUs those shown, renumbered; the counts are the "
			   "machine's",
			   rule, files);
	if (!text_starts(line, prefix) || !text_field(&line, &name))
		return buf_append_str(rule, "the machine's");
	r = say_cpu(resources, text_of(name.p + prefix.n, name.n - prefix.n), rule, files);
	return r < 0 ? r : buf_append_str(rule, "; the counts are the machine's");
}

/**
 * explain_cpus() - by which rule a list or mask of CPUs is as it is
 * In:     the line that narrow_cpu_list(), narrow_cpus_present() or narrow_cpu_mask() has made.
 * Facts:  cpu.
 * Errors: -ENOMEM.
 */
int explain_cpus(const struct resources *resources, struct text line, struct buf *rule,
		 struct buf *files)
{
	(void)line;
	return say(resources, "of the CPUs in it those shown, renumbered", rule, files);
}
