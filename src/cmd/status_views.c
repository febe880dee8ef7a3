/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs status: the views that are mounted here, and what their containers use. */

#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "buf.h"
#include "clock.h"
#include "cmd.h"
#include "fault.h"
#include "mountinfo.h"
#include "mountpoint.h"
#include "print.h"
#include "source.h"
#include "status_table.h"

#define COMMAND		    "status"
#define MOUNTINFO_BYTES_MAX (16 << 20)
#define VIEWS_MAX	    512 /* descriptors and processes at a time */

struct status_args {
	bool json;
	size_t n;
	char *dirs[VIEWS_MAX];
};

static const struct argp_option options[] = {
	{ "json", 'J', NULL, 0, "JSON, not a table", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static int add_dir(struct status_args *args, const char *dir)
{
	if (args->n == VIEWS_MAX)
		return -E2BIG;
	args->dirs[args->n] = strdup(dir);
	return args->dirs[args->n++] ? 0 : -ENOMEM;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct status_args *args = state->input;

	switch (key) {
	case 'J':
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (add_dir(args, arg) < 0)
			argp_error(state, "too many");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DIR...]",
	.doc = "For each view that is mounted here, or on these directories: what it shows, and "
	       "what its container uses of what it may use.",
};

static int add_mount(struct status_args *args, struct text point)
{
	AUTO_BUF struct buf dir = { 0 };
	size_t i;
	int r = mountinfo_unescape(point, &dir);

	if (r < 0)
		return r;
	/* The one on top is asked, and that once. */
	for (i = 0; i < args->n; i++) {
		if (strcmp(args->dirs[i], dir.data) == 0)
			return 0;
	}
	return add_dir(args, dir.data);
}

/* Without a look at any of them. */
static int find_views(struct status_args *args, struct fault *fault)
{
	AUTO_BUF struct buf text = { 0 };
	struct source host = SOURCE_NULL;
	struct mountinfo m;
	struct text rest;
	char path[32];
	int r = source_open_host(&host, fault);

	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "%d/mountinfo", getpid());
	r = source_read(&host, -1, path, MOUNTINFO_BYTES_MAX, &text);
	source_close(&host);
	rest = buf_text(&text);
	while (r == 0 && mountinfo_next(&rest, &m)) {
		if (mountinfo_field_is(m.type, MOUNTPOINT_TYPE) && text_equal(m.root, TEXT("/")))
			r = add_mount(args, m.point);
	}
	return r < 0 ? fault_set(fault, r, NULL, "list the mounts") : 0;
}

/* All are asked at once, so that the time that some of them take does not add up. */
static int ask_all(const struct status_args *args, struct status_table *t, struct fault *fault)
{
	struct ask *asked = calloc(args->n ? args->n : 1, sizeof(*asked));
	int64_t end_ms = clock_ms(CLOCK_MONOTONIC) + ASK_PATIENCE_MS, left_ms;
	int r = asked ? 0 : -ENOMEM, status = EXIT_SUCCESS;
	size_t i, n;

	for (n = 0; r == 0 && n < args->n; n++)
		r = ask_start(&asked[n], args->dirs[n], CONTROL_STATUS, 0);
	for (i = 0; r == 0 && i < n; i++) {
		struct control_status s = { 0 };
		struct fault failed = { 0 };

		left_ms = end_ms - clock_ms(CLOCK_MONOTONIC);
		if (ask_end(&asked[i], left_ms > 0 ? (int)left_ms : 0, &s, &failed) < 0)
			status = cmd_fail(COMMAND, &failed, EXIT_FAILURE);
		r = status_table_add(t, args->dirs[i], &s, &failed);
	}
	free(asked);
	if (r < 0)
		return fault_set(fault, r, NULL, "ask the servers of the views");
	return status;
}

int cmd_status(int argc, char **argv)
{
	struct status_args *args = calloc(1, sizeof(*args));
	struct status_table *table = NULL;
	struct fault fault = { 0 };
	int r = -ENOMEM;

	if (args) {
		cmd_parse(&argp, argc, argv, 0, args);
		r = args->n ? 0 : find_views(args, &fault);
	}
	if (r == 0 && args->n == 0 && !args->json)
		fputs("nsprocfs: status: no view is mounted here\n", stderr);
	if (r == 0)
		r = status_table_new(args->json, &table);
	if (r == 0)
		r = ask_all(args, table, &fault);
	if (r >= 0 && status_table_print(table) < 0)
		r = fault_set(&fault, -EIO, NULL, "print the table");
	status_table_free(table);
	while (args && args->n > 0)
		free(args->dirs[--args->n]);
	free(args);
	if (r < 0) {
		fault_set(&fault, r, NULL, "look at the views");
		return cmd_fail(COMMAND, &fault, EXIT_FAILURE);
	}
	return cmd_finish(COMMAND) ? EXIT_FAILURE : r;
}
