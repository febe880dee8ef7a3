/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Facts as one line, to compare with. What has no limit, or no number, is not in it. */

#include <check.h>
#include <string.h>

#include "buf.h"
#include "resources_take.h"

#define ALL_FACTS (FACTS_MEMORY | FACTS_CPU | FACTS_LIMITS | FACTS_CPU_TIME | FACTS_NODES)

static inline void say(struct buf *out, const char *what, uint64_t value)
{
	if (value != RESOURCE_NONE)
		ck_assert_int_eq(buf_printf(out, " %s %ju", what, (uintmax_t)value), 0);
}

static inline void say_memory(struct buf *out, const struct resource_memory *m)
{
	buf_printf(out, " M%d", m->state);
	say(out, "max", m->limit_bytes);
	say(out, "left", m->headroom_bytes);
	say(out, "used", m->usage_bytes);
	if (m->swap_counted)
		buf_printf(out, " swap");
	say(out, "max", m->swap_limit_bytes);
	say(out, "left", m->swap_headroom_bytes);
	say(out, "used", m->swap_usage_bytes);
	say(out, "anon", m->stat[MEMORY_ANON]);
	say(out, "file", m->stat[MEMORY_FILE]);
}

static inline void say_huge(struct buf *out, const struct resource_memory *m)
{
	unsigned i;

	for (i = 0; i < m->n_huge; i++) {
		say(out, "H", m->huge[i].page_kib);
		say(out, "max", m->huge[i].limit_bytes);
		say(out, "left", m->huge[i].headroom_bytes);
		say(out, "used", m->huge[i].usage_bytes);
	}
}

static inline void say_all(struct buf *out, const struct resources *r)
{
	const struct resource_cpu_time *t = &r->cpu_time;

	if (r->memory.state != RESOURCE_ABSENT)
		say_memory(out, &r->memory);
	say_huge(out, &r->memory);
	if (r->cpu.quota_us != RESOURCE_NONE)
		buf_printf(out, " quota %ju/%ju", (uintmax_t)r->cpu.quota_us,
			   (uintmax_t)r->cpu.period_us);
	say(out, "shares", r->cpu.shares);
	if (r->cpu.has_set)
		buf_printf(out, " set %jx", (uintmax_t)r->cpu.set.bits[0]);
	if (r->nodes.has_set)
		buf_printf(out, " nodes %jx", (uintmax_t)r->nodes.set.bits[0]);
	if (t->state != RESOURCE_ABSENT)
		buf_printf(out, " T%d user %ju system %ju", t->state, (uintmax_t)t->user_ns,
			   (uintmax_t)t->system_ns);
	if (t->state != RESOURCE_ABSENT)
		say(out, "nice", t->nice_ns);
	if (t->n_percpu > 0)
		buf_printf(out, " cpus %u", t->n_percpu);
}

static inline void facts_expect(struct resource_taker *t, const char *facts, const char *name)
{
	AUTO_BUF struct buf said = { 0 };
	struct resources r = { 0 };

	ck_assert_int_eq(resources_take(t, ALL_FACTS, &r), 0);
	ck_assert_int_eq(buf_append_str(&said, ""), 0);
	say_all(&said, &r);
	ck_assert_msg(strcmp(said.data ? said.data : "", facts) == 0, "%s:\nwanted:%s\ngot:   %s",
		      name, facts, said.data);
	resources_done(&r);
	buf_free(&said);
}
