/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * attacks [--here] DIR: a fixture (fixture.h) whose orders are
 *
 *   KERNEL VIEW [only=NAME] [closed] [plant]
 *
 * Every attack is made in both trees. Prints LEAK where the view gave what the kernel does not, REFUSED
 * where it did not give what the kernel does, DEAD where the attack shows nothing because it gives root
 * nothing either, and a summary of each attack. The status is 0 if there were none of these. closed: it
 * is right for the view to refuse more. plant: the view is attacked by root in the user's place.
 */

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

static const struct attack attacks[] = {
	{ "paths", attack_paths, false },
	{ "exec", attack_exec, false },
	{ "inherited", attack_inherited, false },
	{ "reuse", attack_reuse, false },
	{ "threads", attack_threads, false },
	{ "userns", attack_userns, false },
	{ "uring", attack_uring, false },
	{ "listed", attack_listed, true },
	{ "swap", attack_swap, true },
	{ 0 },
};

struct state {
	struct target targets[TARGETS_MAX];
	int programs[N_PROGRAMS];
};

struct orders {
	char only[32];
	bool closed;
	bool plant;
};

/* The four attempts, KERNEL or VIEW by the user, and both by root. */
enum { BY_USER, BY_ROOT };

/* ---- findings ---- */

static struct finding *find(struct findings *all, const char *what)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->f[i].what, what) == 0)
			return &all->f[i];
	}
	if (all->n == FINDINGS_MAX) {
		fprintf(stderr, "attacks: too many findings\n");
		_exit(1);
	}
	snprintf(all->f[all->n].what, WHAT_MAX, "%s", what);
	return &all->f[all->n++];
}

void note(const struct attempt *a, bool got, const char *format, ...)
{
	char what[WHAT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	find(a->findings, what)->got |= got;
}

void note_live(const struct attempt *a, const char *format, ...)
{
	char what[WHAT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	find(a->findings, what)->live = true;
}

/* ---- attempts ---- */

int attacker_become(const struct attempt *a)
{
	static const struct client user = {
		.name = "attacker", .uid = PERMISSIONS_UID, .gid = PERMISSIONS_GID, .cap = CAP_NONE
	};

	return a->allowed ? 0 : credentials_take(&user);
}

int in_child(const struct attempt *a, bool become, int (*f)(const struct attempt *a, void *arg),
	     void *arg)
{
	int status = -1, r;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		r = become ? attacker_become(a) : 0;
		if (r == 0)
			r = f(a, arg);
		if (r < 0)
			fprintf(stderr, "attacks: %s\n", strerror(-r));
		fflush(NULL);
		_exit(r < 0 ? 2 : r);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == ATTACK_SKIPPED)
		return ATTACK_SKIPPED;
	return status == 0 ? 0 : -ECHILD;
}

const struct target *target_named(const struct attempt *a, const char *name)
{
	const struct target *t = a->targets;

	while (t->name && strcmp(t->name, name) != 0)
		t++;
	if (!t->name)
		abort();
	return t;
}

/* ---- what they come to ---- */

static int say(const char *word, const char *attack, const char *who, const char *what)
{
	printf("%s %s, %s: %s\n", word, attack, who, what);
	return 1;
}

/* One thing, by one client. */
static int compare(const struct attack *attack, const struct orders *o, const bool got[2],
		   const char *who, const char *what)
{
	if (got[1] && !got[0])
		return say("LEAK", attack->name, who, what);
	if (got[0] && !got[1] && !o->closed)
		return say("REFUSED", attack->name, who, what);
	return 0;
}

/* all[tree][client]; they have noted the same things. */
static int judge(const struct attack *attack, const struct orders *o, struct findings all[2][2])
{
	int wrong = 0, refused = 0, n = (int)all[0][BY_USER].n;

	for (int i = 0; i < n; i++) {
		const char *what = all[0][BY_USER].f[i].what;
		const struct finding *kernel[2], *view[2];
		bool user[2], root[2];

		for (int client = BY_USER; client <= BY_ROOT; client++) {
			kernel[client] = find(&all[0][client], what);
			view[client] = find(&all[1][client], what);
		}
		user[0] = kernel[BY_USER]->got, user[1] = view[BY_USER]->got;
		root[0] = kernel[BY_ROOT]->got, root[1] = view[BY_ROOT]->got;
		wrong += compare(attack, o, user, "by a user", what);
		wrong += compare(attack, o, root, "by root", what);
		refused += !user[0];
		if (!root[0] && !kernel[BY_USER]->live && !kernel[BY_USER]->got)
			wrong += say("DEAD", attack->name, "by root too", what);
	}
	printf("%s: things tried: %d; the kernel refuses: %d; wrong: %d\n", attack->name, n,
	       refused, wrong);
	return wrong || refused == 0;
}

/* What an attack holds open ends with it. */
static int run_one(const struct attempt *a, void *arg)
{
	const struct attack *attack = arg;

	return attack->run(a);
}

static int make_attempts(const struct attack *attack, const struct state *s, const struct orders *o,
			 const int roots[2], struct findings all[2][2])
{
	int r = 0;

	for (int i = 0; i < 4 && r == 0; i++) {
		struct attempt a = {
			roots[i % 2], roots[0],	   i / 2 == BY_ROOT || (o->plant && i % 2),
			s->targets,   s->programs, &all[i % 2][i / 2]
		};

		r = in_child(&a, false, run_one, (void *)(uintptr_t)attack);
	}
	if (r < 0)
		printf("FAILED %s: %s\n", attack->name, strerror(-r));
	return r;
}

static int run_attack(const struct attack *attack, const struct state *s, const struct orders *o,
		      const int roots[2])
{
	size_t size = 4 * sizeof(struct findings);
	struct findings(*all)[2] =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int r;

	if (all == MAP_FAILED)
		return 2;
	r = make_attempts(attack, s, o, roots, all);
	if (r == 0)
		r = judge(attack, o, all);
	else
		r = r < 0 ? 2 : 0;
	munmap(all, size);
	return r;
}

static int run(void *state, const int roots[2], char *words)
{
	struct orders o = { 0 };
	char *rest = NULL;
	int worst = 0;

	for (char *word = strtok_r(words, " \n", &rest); word;
	     word = strtok_r(NULL, " \n", &rest)) {
		if (strncmp(word, "only=", 5) == 0)
			snprintf(o.only, sizeof(o.only), "%s", word + 5);
		o.closed |= strcmp(word, "closed") == 0;
		o.plant |= strcmp(word, "plant") == 0;
	}
	for (const struct attack *attack = attacks; attack->name; attack++) {
		bool wanted = o.only[0] ? strcmp(o.only, attack->name) == 0 : !attack->special;
		int r = wanted ? run_attack(attack, state, &o, roots) : 0;

		worst = r > worst ? r : worst;
	}
	return worst;
}

static int start(void *state, const char *dir)
{
	struct state *s = state;
	int r = programs_make(dir, s->programs);

	if (r == 0)
		r = targets_start(s->targets, s->programs);
	return r < 0 ? r : 0;
}

static void stop(void *state)
{
	struct state *s = state;

	targets_stop(s->targets);
}

int main(int argc, char **argv)
{
	struct state state = { 0 };
	const struct fixture fixture = { start, run, stop, &state };

	targets_park_if_told(argc, argv);
	return fixture_main(&fixture, argc, argv);
}
