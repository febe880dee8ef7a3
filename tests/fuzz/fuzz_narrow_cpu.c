/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fuzz target of one rewriter of CPUs and times, named by -DREWRITER=narrow_stat and the like. Input: a byte with the
 * switches and how many CPUs are shown, eight with a cpuset, eight with a time, eight with what was used; then the text.
 *
 * Whatever comes in, the answer is 0 or -EIO. With no switch on, the text passes as it is. What comes out is made of
 * whole lines, and narrowed once more, with what is shown as the cpuset, it is accepted again.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "explain_lines.h"
#include "resources.h"
#include "rewrite.h"

#define FACTS_BYTES 25

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static const unsigned all = RESOURCE_CPUS | RESOURCE_STAT | RESOURCE_TIME;

static uint64_t number_at(const uint8_t *data)
{
	uint64_t n;

	memcpy(&n, data, sizeof(n));
	return n;
}

static void make_facts(const uint8_t *data, uint64_t *by_cpu, struct resources *r)
{
	static const unsigned files[] = { all, RESOURCE_CPUS, RESOURCE_STAT, RESOURCE_TIME };

	r->files = files[data[0] & 3];
	r->cpu.count = (enum resource_cpu_count)((data[0] >> 2 & 3) % 3);
	r->cpu.has_set = data[0] & 16;
	r->cpu.set.bits[0] = number_at(data + 1);
	r->cpu.quota_us = number_at(data + 9) % 1000000;
	r->cpu.period_us = 100000;
	r->cpu.shares = number_at(data + 17) % 10000;
	r->time.start_ns = number_at(data + 9);
	r->time.age_ns = number_at(data + 17);
	r->time.lead_ns = number_at(data + 1);
	r->nodes.has_set = r->cpu.has_set;
	r->nodes.set = r->cpu.set;
	r->cpu_time.state = data[0] & 32 ? RESOURCE_V2 : RESOURCE_V1;
	r->cpu_time.user_ns = by_cpu[0] = number_at(data + 17);
	r->cpu_time.system_ns = by_cpu[1] = number_at(data + 9);
	r->cpu_time.nice_ns = data[0] & 64 ? RESOURCE_NONE : number_at(data + 17) / 2;
	r->cpu_time.n_percpu = data[0] & 128 ? 2 : 0;
	r->cpu_time.percpu_user_ns = r->cpu_time.percpu_system_ns = by_cpu;
}

/* What was shown is all that there is. */
static void only_shown(struct resource_cpu *cpu)
{
	unsigned n = (unsigned)__builtin_popcountll(cpu->set.bits[0]);

	n = resource_cpu_count(cpu, n);
	cpu->set.bits[0] = n < 64 ? (1ULL << n) - 1 : UINT64_MAX;
}

static void check_output(struct resources *r, const struct buf *out)
{
	struct rewrite rw = { .resources = r };
	AUTO_BUF struct buf again = { 0 };

	REQUIRE(out->len > 0 && out->data[out->len - 1] == '\n');
	only_shown(&r->cpu);
	REQUIRE(REWRITER(&rw, buf_text(out), &again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct resources facts = { 0 };
	struct rewrite rw = { .resources = &facts };
	AUTO_BUF struct buf out = { 0 };
	uint64_t by_cpu[2];
	struct text in;
	char *copy;
	int r;

	if (size < FACTS_BYTES)
		return 0;
	copy = malloc(size - FACTS_BYTES + 1);
	REQUIRE(copy);
	memcpy(copy, data + FACTS_BYTES, size - FACTS_BYTES);
	in = text_of(copy, size - FACTS_BYTES);
	REQUIRE(REWRITER(&rw, in, &out) == 0 && text_equal(buf_text(&out), in));
	buf_clear(&out);
	make_facts(data, by_cpu, &facts);
	r = REWRITER(&rw, in, &out);
	REQUIRE(r == 0 || r == -EIO);
	if (r == 0)
		explain_lines(&facts, buf_text(&out));
	if (r == 0 && !text_equal(buf_text(&out), in))
		check_output(&facts, &out);
	free(copy);
	return 0;
}
