/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A machine with two containers, each with a namespace nested in it, as its /proc would record them.
 *
 *	number, its columns	parent	namespace
 *	1			-	machine
 *	10			1	machine; starts the containers, and enters them
 *	90 40			100	A, after the machine's numbers had begun anew
 *	100 1			10	A (inode 101), its init
 *	102 2			100	A; with a thread 103 3
 *	110 4 1			102	A2 (inode 201) in A, its init
 *	111 5 2			110	A2
 *	120 6			10	A, entered from the machine
 *	121 7			120	A, no ns/pid recorded
 *	130 8 3			10	A2, entered from the machine
 *	131 9 4			10	A2, entered from the machine, no ns/pid recorded
 *	200 1			10	B (inode 301), its init
 *	201 2			200	B
 *	210 3 1			201	B2 (inode 401) in B, its init
 *	300 30, 301 31		301,300	a ring of parents without ns/pid: nonsense that must end
 *
 * Groups: 102 is in group 150 50, whose leader is dead; 111 in session 170 70 7, also dead; 201 in
 * group 160 60; 120 in group 10, whose leader is invisible in A.
 */

#include "scratch.h"

static const struct scratch_task two_containers[] = {
	{ "1", 1, 1, 0, "1", NULL, NULL, 1 },
	{ "10", 10, 10, 1, "10", NULL, NULL, 1 },
	{ "90", 90, 90, 100, "90\t40", NULL, NULL, 101 },
	{ "100", 100, 100, 10, "100\t1", NULL, NULL, 101 },
	{ "102", 102, 102, 100, "102\t2", "150\t50", "100\t1", 101 },
	{ "102/task/102", 102, 102, 100, "102\t2", "150\t50", "100\t1", 0 },
	{ "102/task/103", 102, 103, 100, "103\t3", "150\t50", "100\t1", 0 },
	{ "110", 110, 110, 102, "110\t4\t1", NULL, NULL, 201 },
	{ "111", 111, 111, 110, "111\t5\t2", "110\t4\t1", "170\t70\t7", 201 },
	{ "120", 120, 120, 10, "120\t6", "10\t0", "1\t0", 101 },
	{ "121", 121, 121, 120, "121\t7", NULL, NULL, 0 },
	{ "130", 130, 130, 10, "130\t8\t3", NULL, NULL, 201 },
	{ "131", 131, 131, 10, "131\t9\t4", NULL, NULL, 0 },
	{ "200", 200, 200, 10, "200\t1", NULL, NULL, 301 },
	{ "201", 201, 201, 200, "201\t2", "160\t60", NULL, 301 },
	{ "210", 210, 210, 201, "210\t3\t1", NULL, NULL, 401 },
	{ "300", 300, 300, 301, "300\t30", NULL, NULL, 0 },
	{ "301", 301, 301, 300, "301\t31", NULL, NULL, 0 },
};

#define TWO_CONTAINERS_N (sizeof(two_containers) / sizeof(two_containers[0]))

/* Records the machine; without its ns/pid links if links is false. */
static inline void two_containers_record(const struct scratch *s, bool links)
{
	size_t i;

	for (i = 0; i < TWO_CONTAINERS_N; i++) {
		struct scratch_task t = two_containers[i];

		if (!links)
			t.inode = 0;
		scratch_task(s, &t);
	}
}
