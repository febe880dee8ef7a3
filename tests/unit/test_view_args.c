/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of view_args.h. Wrong options end the program: so in a child each. */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"
#include "view_args.h"

#define MAX_WORDS   8
#define EXIT_REFUSE 77 /* what argp_err_exit_status is set to here */

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	state->child_inputs[1] = state->input;
	return 0;
}

/* As the subcommands have it. */
static void parse_words(const char *const *words, struct view_args *ret)
{
	static const struct argp_child children[] = { { &view_argp, 0, NULL, 0 },
						      { &sys_argp, 0, NULL, 0 },
						      { 0 } };
	static const struct argp argp = { .parser = parse, .children = children };
	char *argv[MAX_WORDS + 2] = { (char *)"test" };
	int n = 1;

	for (; n <= MAX_WORDS && words[n - 1]; n++)
		argv[n] = (char *)words[n - 1];
	if (argp_parse(&argp, n, argv, 0, NULL, ret) != 0)
		exit(99);
}

static const struct {
	const char *words[MAX_WORDS];
	struct view_args args;
} accepted[] = {
	{ { "--target", "42" }, { .target = 42 } },
	{ { "-t42", "-v" }, { .target = 42, .verbose = true } },
	{ { "--pidns=/x", "--source=kernel" }, { .pidns = "/x", .source = CHOOSE_KERNEL } },
	{ { "-t1", "--source", "host", "--pid-map=nspid" },
	  { .target = 1, .source = CHOOSE_HOST, .pidmap = PIDMAP_NSPID } },
	{ { "-t1", "--source=auto", "--pid-map=kernel", "--profile=container" },
	  { .target = 1, .pidmap = PIDMAP_KERNEL, .profile = PROFILE_CONTAINER } },
	{ { "--tree=d" }, { .tree = "d" } },
	{ { "--tree=d", "--source=tree", "-t7", "--pid-map=auto", "--profile=kernel" },
	  { .tree = "d", .source = CHOOSE_TREE, .target = 7 } },
	{ { "--cgroup=/g", "--source=host" }, { .cgroup = "/g", .source = CHOOSE_HOST } },
	{ { "-t1", "-t2" }, { .target = 2 } }, /* the last one counts */
	{ { "-t1", "--resources=on", "--cpus=quota" },
	  { .target = 1, .resources = { .choice = RESOURCES_ON, .count = CPUS_QUOTA } } },
	{ { "-t1", "--memory=high" },
	  { .target = 1, .resources = { .choice = RESOURCES_ON, .by_high = true } } },
	{ { "-t1", "--memory=high", "--memory", "max", "--resources=off" },
	  { .target = 1, .resources = { .choice = RESOURCES_OFF } } },
	{ { "-t1", "--resources", "off", "--cpus", "shares" },
	  { .target = 1, .resources = { .choice = RESOURCES_OFF, .count = CPUS_SHARES } } },
	{ { "-t1", "--cpus", "shares", "--resources", "off" },
	  { .target = 1, .resources = { .choice = RESOURCES_OFF, .count = CPUS_SHARES } } },
	{ { "-t1", "--cpus=quota" },
	  { .target = 1, .resources = { .choice = RESOURCES_ON, .count = CPUS_QUOTA } } },
	{ { "-t1", "--resources=-loadavg,-time,swaps", "--cpus=set" },
	  { .target = 1,
	    .resources = { .choice = RESOURCES_ON,
			   .without = RESOURCE_LOADAVG | RESOURCE_TIME | RESOURCE_SWAPS } } },
	{ { "-t1", "--resources=memory:/g", "--resources=-cpus" },
	  { .target = 1,
	    .resources = { .choice = RESOURCES_ON,
			   .group = "memory:/g",
			   .without = RESOURCE_CPUS } } },
	{ { "-t1", "--resources=client", "--resources=-cpus" },
	  { .target = 1,
	    .resources = { .choice = RESOURCES_ON,
			   .of_client = true,
			   .without = RESOURCE_CPUS } } },
	{ { "--tree=d", "--resources=./g" },
	  { .tree = "d", .resources = { .choice = RESOURCES_ON, .group = "./g" } } },
	{ { "--tree=d", "--resources=off" },
	  { .tree = "d", .resources = { .choice = RESOURCES_OFF } } },
};

static void expect_string(const char *wanted, const char *got)
{
	ck_assert_int_eq(!wanted, !got);
	if (wanted)
		ck_assert_str_eq(wanted, got);
}

START_TEST(test_accepted)
{
	const struct view_args *wanted = &accepted[_i].args;
	struct view_args args = { 0 };

	parse_words(accepted[_i].words, &args);
	ck_assert_int_eq(args.target, wanted->target);
	expect_string(wanted->pidns, args.pidns);
	expect_string(wanted->tree, args.tree);
	expect_string(wanted->cgroup, args.cgroup);
	ck_assert_int_eq(args.source, wanted->source);
	ck_assert_int_eq(args.pidmap, wanted->pidmap);
	ck_assert_int_eq(args.profile, wanted->profile);
	ck_assert_int_eq(args.verbose, wanted->verbose);
	ck_assert_int_eq(args.resources.choice, wanted->resources.choice);
	ck_assert_uint_eq(args.resources.without, wanted->resources.without);
	ck_assert_int_eq(args.resources.count, wanted->resources.count);
	ck_assert_int_eq(args.resources.by_high, wanted->resources.by_high);
	ck_assert_int_eq(args.resources.of_client, wanted->resources.of_client);
	expect_string(wanted->resources.group, args.resources.group);
}
END_TEST

/* It says nothing of resources: what they are by default is decided later. */
START_TEST(test_sys)
{
	static const char *const words[] = { "--sys", "-t1", NULL };
	struct view_args args = { .sys_way = SYS_ALONE };

	parse_words(words, &args);
	ck_assert(args.sys);
	ck_assert_int_eq(args.target, 1);
	ck_assert_int_eq(args.resources.choice, RESOURCES_BY_PROFILE);
}
END_TEST

static const struct {
	const char *words[MAX_WORDS];
	const char *said; /* part of the message */
	enum sys_way sys_way;
} refused[] = {
	{ { NULL }, "no view was named" },
	{ { "--source=host" }, "no view was named" },
	{ { "--cgroup=/g", "-t1" }, "--cgroup with --target" },
	{ { "--cgroup=/g", "--pidns=/x" }, "--cgroup with --target" },
	{ { "--cgroup=/g", "--tree=d" }, "--cgroup with --target" },
	{ { "--cgroup=/g", "--source=kernel" }, "--cgroup with --source=kernel" },
	{ { "--cgroup=/g", "--source=tree" }, "--source=tree names no tree" },
	{ { "--target=0" }, "'0' is not the number of a process" },
	{ { "--target=-1" }, "'-1' is not" },
	{ { "--target=4x" }, "'4x' is not" },
	{ { "--target=" }, "'' is not" },
	{ { "--target=99999999999" }, "'99999999999' is not" },
	{ { "-t1", "--pidns=/x" }, "--target and --pidns" },
	{ { "--tree=d", "--pidns=/x" }, "--pidns with --tree" },
	{ { "--tree=d", "--source=host" }, "--tree with a live --source" },
	{ { "--tree=d", "--source=kernel" }, "--tree with a live --source" },
	{ { "-t1", "--source=tree" }, "names no tree" },
	{ { "-t1", "--source=x" }, "--source: unknown value 'x'" },
	{ { "-t1", "--source=ker" }, "--source: unknown value 'ker'" },
	{ { "-t1", "--profile=x" }, "--profile: unknown value 'x'" },
	{ { "-t1", "--pid-map=x" }, "--pid-map: unknown value 'x'" },
	{ { "-t1", "--resources=onn" }, "--resources=onn: use on, off" },
	{ { "-t1", "--resources=" }, "--resources=: use on, off" },
	{ { "-t1", "--resources=-time,cpu" }, "--resources=-cpu: use meminfo" },
	{ { "-t1", "--resources=-" }, "--resources=-: use meminfo" },
	{ { "-t1", "--memory=64M" }, "--memory=64M: use max or high" },
	{ { "-t1", "--resources=-time," }, "--resources=-: use meminfo" },
	{ { "-t1", "--resources=-time,,swaps" }, "--resources=-: use meminfo" },
	{ { "--tree=d", "--cpus=set" }, "--resources or --cpus with --tree" },
	{ { "-t1", "--cpus=2" }, "--cpus=2: use set, quota or shares" },
	{ { "--tree=d", "--resources=on" }, "--resources or --cpus with --tree" },
	{ { "--tree=d", "--resources=-time" }, "--resources or --cpus with --tree" },
	{ { "--tree=d", "--resources=client" }, "--resources or --cpus with --tree" },
	{ { "-t1", "--resources=client", "--resources=/g" }, "--resources=client with a control" },
	{ { "--cgroup=/g", "--resources=client" }, "--resources=client with a control" },
	{ { "-t1", "--resources=clients" }, "on, off, client, a control group" },
	{ { "--sys", "--tree=d" }, "--sys with --tree", SYS_ALONE },
	{ { "--sys", "--tree=d" }, "--sys with --tree", SYS_BESIDE },
	{ { "--sys", "-t1", "--source=host" }, "--sys with --source", SYS_ALONE },
	{ { "--sys", "-t1", "--resources=off" }, "--sys with --resources=off", SYS_BESIDE },
	{ { "--sys" }, "no view was named", SYS_ALONE },
	{ { "--sys" }, "no view was named", SYS_BESIDE },
};

START_TEST(test_refused)
{
	char said[2048] = "";
	ssize_t n, used = 0;
	int ends[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct view_args args = { 0 };

		dup2(ends[1], STDERR_FILENO);
		argp_err_exit_status = EXIT_REFUSE;
		args.sys_way = refused[_i].sys_way;
		parse_words(refused[_i].words, &args);
		_exit(0);
	}
	close(ends[1]);
	while ((n = read(ends[0], said + used, sizeof(said) - 1 - (size_t)used)) > 0)
		used += n;
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(WIFEXITED(status) ? WEXITSTATUS(status) : -1, EXIT_REFUSE);
	ck_assert_msg(strstr(said, refused[_i].said) != NULL, "said: %s", said);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("view_args");
	TCase *tc = tcase_create("view_args");

	tcase_add_test(tc, test_sys);
	tcase_add_loop_test(tc, test_accepted, 0, N_OF(accepted));
	tcase_add_loop_test(tc, test_refused, 0, N_OF(refused));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
