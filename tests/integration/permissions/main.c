/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * permissions [--here] DIR: a fixture (fixture.h) whose orders are
 *
 *   FIRST SECOND [OPTION...]
 *
 * of which the first tree is the kernel's: every kind of client tries everything in both. Prints a line
 * for each difference and the counts. The status is 0 if none was found, 1 if some were. Options are:
 * view, follow, show, client=GLOB, target=GLOB, plant=OPERATION:NAME.
 */

#include "permissions.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "fixture.h"

struct state {
	struct target targets[TARGETS_MAX];
	int n;
};

static void set_option(const char *word, struct options *o)
{
	if (strcmp(word, "view") == 0)
		o->view = true;
	else if (strcmp(word, "follow") == 0)
		o->follow = true;
	else if (strcmp(word, "show") == 0)
		o->show = true;
	else if (strncmp(word, "client=", 7) == 0)
		snprintf(o->client, sizeof(o->client), "%s", word + 7);
	else if (strncmp(word, "target=", 7) == 0)
		snprintf(o->target, sizeof(o->target), "%s", word + 7);
	else if (strncmp(word, "plant=", 6) == 0)
		snprintf(o->plant, sizeof(o->plant), "%s", word + 6);
	else
		fprintf(stderr, "permissions: what is '%s'?\n", word);
}

/* One kernel thread, where the tree shows any: only that of the first pid namespace does. */
static void add_kernel_thread(int root, struct target *targets, int n)
{
	AUTO_FD int fd = openat(root, "2/status", O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	targets[n] = (struct target){ 0 };
	if (size <= 0 || n + 1 >= TARGETS_MAX)
		return;
	text[size] = '\0';
	if (strstr(text, "\nKthread:\t1\n"))
		targets[n] = (struct target){ .name = "kthread", .pid = 2 };
	targets[n + 1] = (struct target){ 0 };
}

static int compare(const struct target *targets, const struct options *options, const int roots[2])
{
	struct tally t = { 0 };
	int r = 0;

	for (const struct client *c = clients; *c->name && r == 0; c++) {
		if (fnmatch(options->client, c->name, 0) == 0)
			r = client_run(c, targets, options, roots, &t);
	}
	printf("compared: %lu; different: %lu; excepted: %lu; allowed: %lu; refused: %lu\n",
	       t.compared, t.different, t.excepted, t.allowed, t.refused);
	return r < 0 || t.compared == 0 ? 2 : t.different > 0;
}

static int start(void *state, const char *dir)
{
	int programs[N_PROGRAMS], r = programs_make(dir, programs);
	struct state *s = state;

	if (r < 0)
		return r;
	s->n = targets_start(s->targets, programs);
	for (int i = 0; i < N_PROGRAMS; i++)
		fd_close(programs[i]);
	return s->n < 0 ? s->n : 0;
}

static int run(void *state, const int roots[2], char *words)
{
	struct options options = { .client = "*", .target = "*" };
	struct state *s = state;
	char *rest = NULL;

	for (char *word = strtok_r(words, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		set_option(word, &options);
	add_kernel_thread(roots[0], s->targets, s->n);
	return compare(s->targets, &options, roots);
}

static void stop(void *state)
{
	struct state *s = state;

	s->targets[s->n].name = NULL; /* no kernel thread */
	targets_stop(s->targets);
}

int main(int argc, char **argv)
{
	struct state state = { 0 };
	const struct fixture fixture = { start, run, stop, &state };

	targets_park_if_told(argc, argv);
	return fixture_main(&fixture, argc, argv);
}
