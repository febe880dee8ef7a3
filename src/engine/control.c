/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a view is told and asked while it is served. */

#include "control.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include "policy.h"

/* Who asks. What cannot be found out is not said, and then nothing is answered. */
static struct policy_controller controller_of(const struct view *v, const struct client *c)
{
	struct policy_controller q = { 0 };
	struct identity_known known = { 0 };

	if (!v->identity)
		return q;
	identity_stands_elsewhere(v->identity, c, &known);
	q.same_userns = known.userns == USERNS_OURS;
	q.same_user = c->uid == geteuid();
	q.admin = known.effective >> CAP_SYS_ADMIN & 1;
	q.server_is_anybody = identity_may_change(v->identity);
	return q;
}

static unsigned cpus_shown(const struct resources *r)
{
	unsigned n = r->cpu.n_online, cpu;

	if (!(r->files & RESOURCE_CPUS))
		return n;
	if (r->cpu.has_set) {
		for (n = 0, cpu = 0; cpu < RESOURCE_CPUS_MAX; cpu++)
			n += resource_cpus_has(&r->cpu.set, cpu);
	}
	return resource_cpu_count(&r->cpu, n);
}

static void fill_in(const struct resources *r, struct control_status *ret)
{
	const struct resource_memory *m = &r->memory;

	if (m->state != RESOURCE_ABSENT) {
		ret->memory_limit = m->limit_bytes;
		ret->memory_used = m->usage_bytes;
	}
	if (m->state != RESOURCE_ABSENT && m->swap_counted) {
		ret->swap_limit = m->swap_limit_bytes;
		ret->swap_used = m->swap_usage_bytes;
	}
	ret->cpus = cpus_shown(r);
	ret->quota_us = r->cpu.quota_us;
	ret->period_us = r->cpu.period_us;
	ret->load_known = r->load.known;
	memcpy(ret->load, r->load.average, sizeof(ret->load));
	ret->age_ns = r->time.age_ns;
}

static void take_status(const struct view *v, const struct client *c, struct control_status *ret)
{
	const unsigned facts = FACTS_MEMORY | FACTS_CPU | FACTS_TIME | FACTS_LOAD;
	struct resources r = { 0 };

	*ret = (struct control_status){
		.files = view_resource_files(v),
		.choice = view_may_choose(v),
		.init = v->init,
		.memory_limit = RESOURCE_NONE,
		.memory_used = RESOURCE_NONE,
		.swap_limit = RESOURCE_NONE,
		.swap_used = RESOURCE_NONE,
		.quota_us = RESOURCE_NONE,
	};
	strncpy(ret->source, source_kind_name(v->members.source->kind), sizeof(ret->source) - 1);
	if (!v->take_resources)
		return;
	ret->error = v->take_resources(v->resources_context, c, facts, &r);
	r.files = ret->files;
	if (ret->error == 0)
		fill_in(&r, ret);
	resources_done(&r);
}

int control_answer(const struct view *v, const struct client *c, unsigned command, const void *in,
		   size_t n_in, struct control_status *ret)
{
	struct policy_controller q;
	uint32_t files;

	if (command != CONTROL_STATUS && command != CONTROL_CHOOSE)
		return -ENOTTY;
	q = controller_of(v, c);
	if (policy_check_control(&q) < 0)
		return -ENOTTY;
	if (command == CONTROL_STATUS) {
		take_status(v, c, ret);
		return 0;
	}
	if (n_in < sizeof(files))
		return -EINVAL;
	memcpy(&files, in, sizeof(files));
	return view_choose_resources(v, files);
}
