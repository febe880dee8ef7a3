/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What both trees said, side by side. */

#include "permissions.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static void print_outcome(enum operation op, int64_t outcome)
{
	if (outcome == NOT_TRIED)
		printf("not reached");
	else if (outcome < 0)
		printf("%s", strerrorname_np((int)-outcome));
	else if (op == OP_LSTAT)
		printf("%o:%d:%d", (unsigned)(outcome & 0xffff), (int)(outcome >> 16 & 0xffffff),
		       (int)(outcome >> 40));
	else if (op == OP_READ || op == OP_READLINK)
		printf(outcome ? "ok" : "nothing");
	else if (op == OP_BYTES || op == OP_LIST || op == OP_STAT)
		printf("%lld", (long long)outcome);
	else
		printf("ok");
}

static void print_where(const char *word, const struct context *at, const struct item *item,
			enum operation op)
{
	bool in_task = strstr(item->path, "/task/") &&
		       item->path + item->shown > strstr(item->path, "/task/") + 6;

	printf("%s client=%s target=%s %s/%s %s: ", word, at->client->name, at->target->name,
	       in_task ? "PID/task/TID" : "PID", item->path + item->shown, operation_names[op]);
}

/*
 * What is documented (docs/what-differs.md). The file system is mounted read-only: nothing in it can be
 * opened for writing, by anybody. And access(2) asks with credentials of its own, of which the server
 * knows the ids only: it refuses where these are not the task's, but for what the user has below him in a
 * user namespace of his own, and else says what the client's open(2) would come to.
 */
static bool is_excepted(const struct context *at, enum operation op, const int64_t *first,
			const int64_t *second)
{
	const struct client *c = at->client;

	if (!at->options->view)
		return false;
	if (op == OP_OPEN_WRITE || op == OP_ACCESS_W)
		return second[op] == -EROFS;
	if (op != OP_ACCESS_REAL)
		return false;
	if (c->ids == IDS_REAL && strcmp(at->target->name, "userns") == 0)
		return first[op] == -EACCES && second[op] == 0;
	if (c->ids != IDS_ALL)
		return first[op] == 0 && second[op] == -EACCES;
	return c->cap >= 0 && first[op] == -EACCES && second[op] == second[OP_ACCESS_R];
}

/* A mistake that the test has to find. */
static void spoil(const struct context *at, const struct item *item, int64_t *second)
{
	const char *colon = strchr(at->options->plant, ':');

	for (int op = 0; colon && op < OP_END; op++) {
		if (strlen(operation_names[op]) == (size_t)(colon - at->options->plant) &&
		    strncmp(operation_names[op], at->options->plant, strlen(operation_names[op])) ==
			    0 &&
		    strcmp(colon + 1, item->path + item->shown) == 0)
			second[op] = second[op] < 0 ? 0 : op < OP_READ ? -EACCES : second[op] + 1;
	}
}

void judge_item(const struct context *at, const struct item *item, int64_t *first, int64_t *second,
		struct tally *tally)
{
	spoil(at, item, second);
	for (int op = 0; op < OP_END; op++) {
		if (first[op] == NOT_TRIED && second[op] == NOT_TRIED)
			continue;
		tally->compared++;
		*(first[op] < 0 ? &tally->refused : &tally->allowed) += first[op] != NOT_TRIED;
		if (at->options->show) {
			print_where("ORACLE", at, item, op);
			print_outcome(op, first[op]);
			puts("");
		}
		if (first[op] == second[op])
			continue;
		if (is_excepted(at, op, first, second)) {
			tally->excepted++;
			continue;
		}
		tally->different++;
		print_where("DIFFERENT", at, item, op);
		print_outcome(op, first[op]);
		printf(", view ");
		print_outcome(op, second[op]);
		puts("");
	}
}
