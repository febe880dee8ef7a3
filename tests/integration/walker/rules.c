/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known about files that move. The fewer rows the better: a row is something not compared. */

#include "walker.h"

#include <fnmatch.h>

static const struct rule rules[] = {
	/* Not read at all. */
	{ RULE_SKIP, "kmsg", NULL, 0, "a read takes the message away and blocks without one" },
	{ RULE_SKIP, "kcore", NULL, 0, "the memory of the running kernel" },
	{ RULE_SKIP, "sys/vm/stat_refresh", NULL, 0, "a read has an effect on all CPUs" },
	{ RULE_SKIP, "*sysrq-trigger", NULL, 0, "write only" },

	/* Too large, or without an end. */
	{ RULE_BOUND, "kpage*", NULL, 4096, "8 bytes for every page of the machine" },
	{ RULE_MAPS, "PID/mem", NULL, 4096, "the address space; unmapped parts give EIO" },
	{ RULE_MAPS, "PID/pagemap", NULL, 64, "8 bytes for every page of the address space" },

	/* Must be fresh at every read: what is printed moves all the time. */
	{ RULE_MOVES, "uptime", NULL, 0, "time" },
	{ RULE_MOVES, "stat", NULL, 0, "CPU time" },
	{ RULE_MOVES, "interrupts", NULL, 0, "timer interrupts" },
	{ RULE_MOVES, "schedstat", NULL, 0, "jiffies" },
	{ RULE_MOVES, "timer_list", NULL, 0, "time in nanoseconds" },
	{ RULE_MOVES, "sys/kernel/random/uuid", NULL, 0, "a new one at every read" },

	/* Only the head can be compared. */
	{ RULE_HEAD, "timer_list", NULL, 3, "the timers of the moment: other lines at each read" },

	/* Lines come and go while we read. */
	{ RULE_LINES, "vmallocinfo", NULL, 0, "areas, which every fork makes and frees" },

	/* Tokens that say nothing about the next read. */
	{ RULE_ANY, "sys/kernel/random/uuid", "*", 0, "random" },
	{ RULE_ANY, "PID/sched", "clock-delta*", 0, "the cost of reading the clock twice, in ns" },
	{ RULE_ANY, "loadavg", "L1.4", 0,
	  "running threads: whoever serves the view is one of them" },
	{ RULE_SLACK, "sys/fs/file-nr", "*", 200, "open files: the server's are among them" },
	{ RULE_ANY, "stat", "procs_running*", 0, "as in loadavg" },
};

const struct rule *rule_find(const char *normal, enum rule_kind kind)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].kind == kind && path_matches(normal, rules[i].path))
			return &rules[i];
	}
	return NULL;
}

const struct rule *rule_token(const char *normal, const char *label)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].label && fnmatch(rules[i].label, label, 0) == 0 &&
		    path_matches(normal, rules[i].path))
			return &rules[i];
	}
	return NULL;
}
