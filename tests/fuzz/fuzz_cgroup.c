/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fuzz target of task_cgroup.h. Input: what a user gives, a NUL, a mountinfo text, a NUL, the text of
 * PID/cgroup.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "task_cgroup.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* Every line has a path, and lies inside the text; the group to name a process by is one of them. */
static void check_lines(struct text whole)
{
	struct text rest = whole;
	struct task_cgroup c, main_one;
	bool found = task_cgroup_main(whole, &main_one), among = false;
	size_t n = 0;

	while (task_cgroup_next(&rest, &c)) {
		REQUIRE(c.path.n > 0 && c.path.p[0] == '/');
		REQUIRE(c.path.p >= whole.p && c.path.p + c.path.n <= whole.p + whole.n);
		REQUIRE(!memchr(c.path.p, '\n', c.path.n));
		among = among || (found && c.path.p == main_one.path.p);
		n++;
	}
	REQUIRE(found == (n > 0) && among == found);
}

/* The root of any hierarchy holds every process that is in one at all. */
static void check_root(struct text whole)
{
	struct cgroup_wish w = { 0 };
	struct task_cgroup c;
	struct text rest = whole;

	REQUIRE(cgroup_wish_parse(TEXT("/"), TEXT(""), &w) == 0);
	REQUIRE(cgroup_wish_holds(&w, whole) == task_cgroup_next(&rest, &c));
	cgroup_wish_done(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = text_of((const char *)data, size);
	struct text given = { 0 }, mountinfo = { 0 };
	struct cgroup_wish w = { 0 };

	text_until(&rest, '\0', &given);
	text_until(&rest, '\0', &mountinfo);
	check_lines(rest);
	check_root(rest);
	REQUIRE(cgroup_wish_parse(given, mountinfo, &w) == 0);
	REQUIRE(w.path.len > 0);
	cgroup_wish_holds(&w, rest);
	cgroup_wish_done(&w);
	return 0;
}
