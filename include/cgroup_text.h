/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The texts of control group files (Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/ there). Pure. What does not
 * have the kernel's form gives -EINVAL, a number that does not fit -ERANGE. Keys are compared whole.
 */

#include <stdbool.h>
#include <stdint.h>

#include "resources.h"
#include "text.h"

/* One line with a number, or with "max", which is RESOURCE_NONE. */
int cgroup_number(struct text text, uint64_t *ret);

/*
 * A limit of version 1, where none is the largest number of whole pages, PAGE_COUNTER_MAX: whatever is not less than
 * that for pages of this size is RESOURCE_NONE.
 */
int cgroup_limit(struct text text, uint64_t page_bytes, uint64_t *ret);

/* cpu.cfs_quota_us: microseconds; negative numbers are RESOURCE_NONE. */
int cgroup_quota(struct text text, uint64_t *ret);

/* cpu.max: "QUOTA PERIOD", microseconds; the quota "max" is RESOURCE_NONE. A period of 0 is -EINVAL. */
int cgroup_cpu_max(struct text text, uint64_t *ret_quota, uint64_t *ret_period);

/*
 * A list of CPUs, "0-3,7" (bitmap_parselist()); the empty one is a list. A number that RESOURCE_CPUS_MAX does not
 * hold, or a range that goes down, is -EINVAL. *ret_n is how many there are.
 */
int cgroup_cpu_list(struct text text, struct resource_cpus *ret, unsigned *ret_n);

/* Takes the next line "KEY NUMBER" off *rest; others are skipped. Returns false at the end. */
bool cgroup_stat_next(struct text *rest, struct text *ret_key, uint64_t *ret_value);

/* The number of the line with this key; RESOURCE_NONE if there is none. */
uint64_t cgroup_stat_get(struct text text, struct text key);

/*
 * All of memory.stat that enum memory_stat names, by the keys of this version; in version 1 those of the whole subtree
 * ("total_rss"). What the text lacks is RESOURCE_NONE. Returns 0; -EINVAL if one of these keys has no number, when all are
 * RESOURCE_NONE.
 */
int cgroup_memory_stat(struct text text, enum resource_state version,
		       uint64_t ret[static MEMORY_STAT_N]);

/*
 * cpuacct.usage_all: a header, then "CPU USER SYSTEM" with nanoseconds for each possible CPU. Numbers go up. Allocates
 * the three of ret, which resources_done() frees; CPUs that the text leaves out have 0. -ENOMEM.
 */
int cgroup_usage_all(struct text text, struct resource_cpu_time *ret);

/*
 * A name like hugetlb.2MB.max: gives the page size in KiB of those that end in ".max" or ".limit_in_bytes", and false
 * for all other names (hugetlb.2MB.rsvd.max). The units are KB, MB and GB (mm/hugetlb_cgroup.c, mem_fmt()).
 */
bool cgroup_huge_name(struct text name, struct text *ret_prefix, uint64_t *ret_page_kib);
