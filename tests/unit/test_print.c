/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of print.h. */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "fault.h"
#include "print.h"
#include "unit.h"

/* What print.c needs of main.c: here it only tells that it was called. */
int cmd_fail(const char *command, const struct fault *fault, int status)
{
	ck_assert_str_eq(command, "test");
	ck_assert_int_lt(fault->r, 0);
	return status;
}

static const struct {
	const char *given, *path;
} paths[] = {
	{ "1/stat", "1/stat" },
	{ "/1/stat", "1/stat" },
	{ "//1/stat", "1/stat" },
	{ "/proc/1/stat", "1/stat" },
	{ "/proc//1/stat", "1/stat" },
	{ "/proc", "" },
	{ "/proc/", "" },
	{ "/sys/devices/system", "" },
	{ "/sys/devices/system/cpu//online", "cpu//online" },
	{ "/sys/devices/systems", "sys/devices/systems" },
	{ "/sys/kernel/hostname", "sys/kernel/hostname" }, /* of procfs */
	{ "/", "" },
	{ "", "" },
	{ "/process", "process" },
	{ "proc/1", "proc/1" }, /* a relative path is one of the view */
};

START_TEST(test_path)
{
	ck_assert(text_equal(view_path(paths[_i].given), text_str(paths[_i].path)));
}
END_TEST

static const struct {
	struct text in;
	const char *out;
} escapes[] = {
	{ TEXT(""), "" },
	{ TEXT("plain text"), "plain text" },
	{ TEXT("a\\b"), "a\\\\b" },
	{ TEXT("a\n\t\0b\x7f"), "a\\012\\011\\000b\\177" },
	{ TEXT("\x1b[31m"), "\\033[31m" },
	{ TEXT("\xc3\xa4\xe2\x82\xac"), "\xc3\xa4\xe2\x82\xac" },
	{ TEXT("\xff\xc3("), "\\377\\303(" },
	{ TEXT("\xc2\x9b"), "\\302\\233" }, /* CSI, a control character of C1 */
	{ TEXT("\xe2\x82"), "\\342\\202" }, /* cut */
};

START_TEST(test_escaped)
{
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);

	ck_assert_ptr_nonnull(f);
	print_escaped(f, escapes[_i].in);
	fclose(f);
	ck_assert_str_eq(out, escapes[_i].out);
	ck_assert_uint_eq(n, strlen(escapes[_i].out));
	free(out);
}
END_TEST

/* Output that nobody gets is a failure: in a child, whose standard output is full. */
START_TEST(test_finish)
{
	static const char *const files[] = { "/dev/null", "/dev/full" };
	static const int wanted[] = { EXIT_SUCCESS, EXIT_FAILURE };
	int status = -1;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		if (!freopen(files[_i], "w", stdout))
			_exit(99);
		puts("text");
		_exit(cmd_finish("test"));
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), wanted[_i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("print");
	TCase *tc = tcase_create("print");

	tcase_add_loop_test(tc, test_path, 0, N_OF(paths));
	tcase_add_loop_test(tc, test_escaped, 0, N_OF(escapes));
	tcase_add_loop_test(tc, test_finish, 0, 2);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
