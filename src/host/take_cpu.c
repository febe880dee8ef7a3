/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts about processors. */

#include "take.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "cgroup_text.h"
#include "fd.h"

#define STAT_BYTES     4096
#define PER_CPU_MAX    (1 << 20)
#define SHARES_DEFAULT 1024
#define WEIGHT_DEFAULT 100

void take_cpu_close(struct take_cpu *c)
{
	unsigned i;

	for (i = 0; i < c->n; i++) {
		fd_close(c->level[i].quota);
		fd_close(c->level[i].period);
	}
	if (c->n > 0)
		fd_close(c->weight);
	take_list_close(&c->set);
	*c = (struct take_cpu){ 0 };
}

/* The groups that have the controller: all above one that has it do. */
static int open_quotas(const struct cgroup_chain *c, struct take_cpu *ret)
{
	struct take_quota q = { -1, -1 };
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < c->n; i++) {
		q.quota = cgroup_open_file(c->fd[i], ret->unified ? "cpu.max" : "cpu.cfs_quota_us",
					   &r);
		q.period = ret->unified ? -1 : cgroup_open_file(c->fd[i], "cpu.cfs_period_us", &r);
		/* Without CONFIG_CFS_BANDWIDTH there is only the weight. */
		if (ret->n == 0) {
			ret->weight = cgroup_open_file(
				c->fd[i], ret->unified ? "cpu.weight" : "cpu.shares", &r);
			if (ret->weight < 0 && q.quota < 0 && q.period < 0)
				continue;
		}
		ret->level[ret->n++] = q;
	}
	return r;
}

int take_cpu_open(const struct cgroup_chain *quota, bool unified, const struct cgroup_chain *set,
		  bool set_unified, struct take_cpu *ret)
{
	/* The second before Linux 3.17. */
	static const char *const names[2][2] = {
		{ "cpuset.effective_cpus", "cpuset.cpus" },
		{ "cpuset.cpus.effective", NULL },
	};
	long n_online = sysconf(_SC_NPROCESSORS_ONLN);
	struct take_cpu c = { .unified = unified,
			      .n_online = n_online > 0 ? (unsigned)n_online : 0 };
	int r;

	r = open_quotas(quota, &c);
	if (r == 0)
		r = take_list_open(set, names[set_unified], &c.set);
	if (r < 0)
		take_cpu_close(&c);
	*ret = c;
	return r;
}

static int read_quota_v1(const struct take_quota *q, uint64_t *ret_quota, uint64_t *ret_period)
{
	char data[TAKE_NUMBER_BYTES];
	struct text text;
	int r;

	r = take_text(q->quota, data, sizeof(data), &text);
	if (r == 0)
		r = cgroup_quota(text, ret_quota);
	if (r < 0 || *ret_quota == RESOURCE_NONE)
		return r;
	r = take_number(q->period, ret_period);
	return r == 0 && (*ret_period == 0 || *ret_period == RESOURCE_NONE) ? -EINVAL : r;
}

static int read_quota(const struct take_cpu *c, const struct take_quota *q, uint64_t *ret_quota,
		      uint64_t *ret_period)
{
	char data[TAKE_NUMBER_BYTES];
	struct text text;
	int r;

	*ret_quota = RESOURCE_NONE;
	*ret_period = 0;
	if (q->quota < 0)
		return 0;
	if (!c->unified)
		return read_quota_v1(q, ret_quota, ret_period);
	r = take_text(q->quota, data, sizeof(data), &text);
	return r < 0 ? r : cgroup_cpu_max(text, ret_quota, ret_period);
}

/* a / b < c / d */
static bool is_less(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return (unsigned __int128)a * d < (unsigned __int128)c * b;
}

static int take_quota(const struct take_cpu *c, struct resource_cpu *ret)
{
	uint64_t quota, period;
	unsigned i;
	int r;

	for (i = 0; i < c->n; i++) {
		r = read_quota(c, &c->level[i], &quota, &period);
		if (r < 0)
			return r;
		if (quota == RESOURCE_NONE)
			continue;
		if (ret->quota_us != RESOURCE_NONE &&
		    !is_less(quota, period, ret->quota_us, ret->period_us))
			continue;
		ret->quota_us = quota;
		ret->period_us = period;
		/* In version 1 no group below has more (kernel/sched/core.c, tg_cfs_schedulable_down()). */
		if (!c->unified)
			break;
	}
	return 0;
}

/* The kernel's own scale: the default weight of 100 is as much as 1024 shares (sched_weight_from_cgroup()). */
static int take_shares(const struct take_cpu *c, struct resource_cpu *ret)
{
	uint64_t n;
	int r;

	if (c->n == 0)
		return 0;
	r = take_number(c->weight, &n);
	if (r < 0 || n == RESOURCE_NONE)
		return r;
	if (c->unified && n > UINT32_MAX)
		return -EINVAL;
	ret->shares = c->unified ? (n * SHARES_DEFAULT + WEIGHT_DEFAULT / 2) / WEIGHT_DEFAULT : n;
	return 0;
}

int take_cpu(const struct take_cpu *c, unsigned facts, struct resource_cpu *ret)
{
	int r = 0;

	ret->quota_us = ret->shares = RESOURCE_NONE;
	ret->n_online = c->n_online;
	if (facts & FACTS_LIMITS || ret->count == CPUS_QUOTA)
		r = take_quota(c, ret);
	if (r == 0 && (facts & FACTS_LIMITS || ret->count == CPUS_SHARES))
		r = take_shares(c, ret);
	return r < 0 ? r : take_list(&c->set, &ret->set, &ret->has_set);
}

void take_cpu_time_close(struct take_cpu_time *t)
{
	if (t->state != RESOURCE_ABSENT) {
		fd_close(t->stat);
		fd_close(t->all);
	}
	*t = (struct take_cpu_time){ 0 };
}

int take_cpu_time_open(const struct cgroup_chain *c, bool unified, struct take_cpu_time *ret)
{
	struct take_cpu_time t = { .all = -1 };
	int r = 0;

	*ret = (struct take_cpu_time){ 0 };
	if (c->n == 0)
		return 0;
	t.stat = cgroup_open_file(c->fd[0], unified ? "cpu.stat" : "cpuacct.stat", &r);
	if (r == 0 && !unified)
		t.all = cgroup_open_file(c->fd[0], "cpuacct.usage_all", &r);
	if (t.stat >= 0 || t.all >= 0)
		t.state = unified ? RESOURCE_V2 : RESOURCE_V1;
	if (r < 0)
		take_cpu_time_close(&t);
	*ret = t;
	return r;
}

/* Not RESOURCE_NONE, times factor. */
static int scaled(struct text stat, struct text key, uint64_t factor, uint64_t *ret)
{
	uint64_t n = cgroup_stat_get(stat, key);

	if (n == RESOURCE_NONE)
		return -EINVAL;
	*ret = n > (UINT64_MAX - 1) / factor ? UINT64_MAX - 1 : n * factor;
	return 0;
}

/* By CPU, and the sums of that, so that the total is that of its parts. */
static int take_per_cpu(const struct take_cpu_time *t, struct resource_cpu_time *ret)
{
	AUTO_BUF struct buf text = { 0 };
	unsigned i;
	int r;

	r = fd_pread_record(t->all, PER_CPU_MAX, &text);
	if (r == 0)
		r = cgroup_usage_all(buf_text(&text), ret);
	for (i = 0; r == 0 && i < ret->n_percpu; i++) {
		ret->user_ns = resource_plus(ret->user_ns, ret->percpu_user_ns[i]);
		ret->system_ns = resource_plus(ret->system_ns, ret->percpu_system_ns[i]);
	}
	return r;
}

int take_cpu_time(const struct take_cpu_time *t, struct resource_cpu_time *ret)
{
	bool unified = t->state == RESOURCE_V2;
	uint64_t unit_ns = unified ? 1000 : UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
	char data[STAT_BYTES];
	struct text stat;
	int r;

	ret->state = t->state;
	ret->nice_ns = RESOURCE_NONE;
	if (t->state == RESOURCE_ABSENT)
		return 0;
	if (t->all >= 0)
		return take_per_cpu(t, ret);
	r = take_text(t->stat, data, sizeof(data), &stat);
	if (r == 0)
		r = scaled(stat, unified ? TEXT("user_usec") : TEXT("user"), unit_ns,
			   &ret->user_ns);
	if (r == 0)
		r = scaled(stat, unified ? TEXT("system_usec") : TEXT("system"), unit_ns,
			   &ret->system_ns);
	/* Since Linux 6.13. */
	if (r == 0 && unified)
		scaled(stat, TEXT("nice_usec"), unit_ns, &ret->nice_ns);
	return r;
}
