/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* /proc/uptime (fs/proc/uptime.c, uptime_proc_show()) as the container's. */

#include <errno.h>

#include "counter.h"
#include "cpu_times.h"
#include "cpu_view.h"
#include "resources.h"
#include "rewrite.h"

#define PER_S 100ULL

/* "%lu.%02lu", in 1/100 s. */
static int parse_seconds(struct text t, uint64_t *ret)
{
	struct text whole;
	uint64_t hundredths;

	if (!text_until(&t, '.', &whole) || t.n != 2)
		return -EIO;
	if (text_u64(whole, ret) < 0 || text_u64(t, &hundredths) < 0)
		return -EIO;
	*ret = resource_plus(counter_times(*ret, PER_S), hundredths);
	return 0;
}

static int parse(struct text in, uint64_t *ret_uptime, uint64_t *ret_idle)
{
	struct text rest, uptime;
	int r;

	if (in.n == 0 || in.p[in.n - 1] != '\n')
		return -EIO;
	rest = text_of(in.p, in.n - 1);
	if (!text_until(&rest, ' ', &uptime))
		return -EIO;
	r = parse_seconds(uptime, ret_uptime);
	return r < 0 ? r : parse_seconds(rest, ret_idle);
}

static int append(struct buf *out, uint64_t hundredths, char sep)
{
	char part[4] = { '.', (char)('0' + hundredths % PER_S / 10), (char)('0' + hundredths % 10),
			 sep };
	int r;

	r = counter_append(out, hundredths / PER_S);
	return r < 0 ? r : buf_append(out, part, sizeof(part));
}

/**
 * narrow_uptime() - how long the container has been there
 * In:     "%lu.%02lu %lu.%02lu\n": seconds since the boot, and seconds that its CPUs were idle, added up.
 * Out:    seconds since the container began; what of them the shown CPUs were not used by it: never more than all of
 *         them, never less than 0. If nobody counts what it uses, the machine's idle time within the same bounds.
 * Facts:  time.start_ns, cpu, cpu_time.
 * Errors: -EIO if the text has another form; -ENOMEM.
 */
int narrow_uptime(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resources *res = rw->resources;
	unsigned n = resource_cpus_shown(res);
	uint64_t uptime, idle, all, start;
	int r;

	if (!(res->files & RESOURCE_TIME))
		return buf_append_text(out, in);
	r = parse(in, &uptime, &idle);
	if (r < 0)
		return r;
	start = res->time.start_ns / NS_PER_TICK;
	uptime = uptime > start ? uptime - start : 0;
	all = counter_times(uptime, n);
	if (cpu_times_known(res))
		idle = cpu_times_idle(res, n,
				      resource_plus(counter_times(uptime, NS_PER_TICK),
						    res->time.lead_ns));
	if (idle > all)
		idle = all;
	r = append(out, uptime, ' ');
	return r < 0 ? r : append(out, idle, '\n');
}
