/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A container can have used more than its CPUs give in its age: others were in its group before it; it had more CPUs, or a
 * higher quota. What is left of age x CPUs would be nothing, and stay nothing for as long as that was: a container that
 * sleeps would seem to stand still. So its age is taken as longer, by the least that makes what it has used fit; never less
 * than it was once taken, or idle time would go back.
 */

#include "take.h"

#include "clock.h"

/* The time in which the CPUs that are shown give so much, by the same scale as that of the rewriters. */
static uint64_t time_for(const struct resource_cpu *c, uint64_t used_ns)
{
	unsigned n = c->has_set ? resource_cpus_count(&c->set) : c->n_online;
	unsigned __int128 needed;

	n = resource_cpu_count(c, n);
	if (n == 0)
		return 0;
	if (c->count == CPUS_QUOTA && c->quota_us != RESOURCE_NONE && c->quota_us > 0 &&
	    c->quota_us < (unsigned __int128)n * c->period_us)
		needed = (unsigned __int128)used_ns * c->period_us / c->quota_us;
	else
		needed = used_ns / n;
	return needed > UINT64_MAX - 1 ? UINT64_MAX - 1 : (uint64_t)needed;
}

uint64_t take_idle_lead(const struct resources *r, uint64_t now_ns)
{
	uint64_t used_ns = resource_plus(r->cpu_time.user_ns, r->cpu_time.system_ns);
	uint64_t age_ns = r->time.start_ns > 0 ? r->time.age_ns : now_ns;

	if (r->cpu_time.state == RESOURCE_ABSENT)
		return 0;
	return resource_less(time_for(&r->cpu, used_ns), age_ns);
}

void take_idle(_Atomic uint64_t *lead_ns, struct resources *ret)
{
	uint64_t known = atomic_load(lead_ns);
	uint64_t lead = take_idle_lead(ret, clock_ns(CLOCK_BOOTTIME));

	while (lead > known && !atomic_compare_exchange_weak(lead_ns, &known, lead))
		;
	ret->time.lead_ns = lead > known ? lead : known;
}
