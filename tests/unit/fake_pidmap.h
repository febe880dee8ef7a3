/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Pid maps by a table, for tests. Three PID namespaces, each inside the one before, seen from the
 * host. All host numbers, and no others, begin with 40: none of them may get into a view.
 *
 *	host	A	B	C
 *	40001	1			init of A
 *	40002	2	1		init of B
 *	40003	3	2	1	init of C
 *	40004	4	3	2	process with two threads
 *	40005	5	4	3	its second thread
 *	40006	6			process of A
 *	40050	50	30	20	process group, the leader has ended
 *	40007				process of the host
 *
 * Guests are processes of the host that a view shows by numbers of its own:
 *
 *	40007	900007
 *	40008	900008
 *	40051	900051			process group, the leader has ended
 */

#include "pidmap.h"

enum fake_view {
	FAKE_GUESTS,
	FAKE_A,
	FAKE_B,
	FAKE_C,
};

/* The map of that view; its level is the enum's number. Static: never freed. */
const struct pidmap *fake_pidmap(enum fake_view view);
