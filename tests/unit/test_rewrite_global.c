/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the rewriters of locks and ip6_flowlabel. */

#include <check.h>
#include <errno.h>

#include "rewrite_check.h"
#include "unit.h"

#define LOCK(id, owner)	  id ": POSIX  ADVISORY  WRITE " owner " fe:00:10952865 0 EOF\n"
#define WAITER(id, owner) id ": -> POSIX  ADVISORY  WRITE " owner " fe:00:10952865 0 EOF\n"
#define BELOW(id, owner)  id ":  -> POSIX  ADVISORY  WRITE " owner " fe:00:10952865 0 EOF\n"

static const struct loadavg_case {
	const char *what;
	const char *in;
	pid_t last_number;
	int r;
	const char *out;
} loadavg_cases[] = {
	{ "the last field is theirs", "0.50 1.25 12.01 3/4567 89012\n", 7, 0,
	  "0.50 1.25 12.01 3/4567 7\n" },
	{ "longer", "0.50 1.25 12.01 3/4567 1\n", 4194304, 0, "0.50 1.25 12.01 3/4567 4194304\n" },
	{ "one field more", "0.50 1.25 12.01 3/4567 1 2\n", 7, -EIO, NULL },
	{ "one field less", "0.50 1.25 12.01 3/4567\n", 7, -EIO, NULL },
	{ "cut off", "0.50 1.25 12.01 3/4567 89", 7, -EIO, NULL },
	{ "no number", "0.50 1.25 12.01 3/4567 7x\n", 7, -EIO, NULL },
	{ "nothing", "", 7, -EIO, NULL },
};

static const struct rewrite_case lock_cases[] = {
	{ "none", FAKE_A, "", NULL, 0, "" },
	{ "level 1", FAKE_A, LOCK("1", "40004") LOCK("2", "40006"), NULL, 0,
	  LOCK("1", "4") LOCK("2", "6") },
	{ "level 2: numbers of lines stay", FAKE_B, LOCK("1", "40006") LOCK("2", "40004"), NULL, 0,
	  LOCK("2", "3") },
	{ "level 3", FAKE_C, LOCK("1", "40004") LOCK("2", "40002"), NULL, 0, LOCK("1", "2") },
	{ "guest", FAKE_GUESTS, LOCK("1", "40007") LOCK("2", "40001"), NULL, 0,
	  LOCK("1", "900007") },
	{ "those who wait for a lock outside go with it", FAKE_A,
	  LOCK("1", "40007") WAITER("1", "40004") BELOW("1", "40006") LOCK("2", "40001"), NULL, 0,
	  LOCK("2", "1") },
	{ "who waits from outside stays", FAKE_A,
	  LOCK("1", "40004") WAITER("1", "40007") BELOW("1", "40006") LOCK("2", "40007")
		  WAITER("2", "40004"),
	  NULL, 0, LOCK("1", "4") WAITER("1", "0") BELOW("1", "6") },
	{ "owner has ended and is not known", FAKE_A, LOCK("1", "40009") LOCK("2", "40001"), NULL,
	  0, LOCK("2", "1") },
	{ "owner 0", FAKE_A, LOCK("1", "0") WAITER("1", "40001"), NULL, 0, "" },
	{ "locks of open files are nobody's", FAKE_B,
	  "1: OFDLCK ADVISORY  READ  -1 00:2e:7 128 128\n1: -> OFDLCK ADVISORY  WRITE -1 00:2e:7 0 "
	  "EOF\n",
	  NULL, 0,
	  "1: OFDLCK ADVISORY  READ  -1 00:2e:7 128 128\n"
	  "1: -> OFDLCK ADVISORY  WRITE -1 00:2e:7 0 EOF\n" },
	{ "every kind", FAKE_A,
	  "1: FLOCK  ADVISORY  WRITE 40001 fe:00:1 0 EOF\n"
	  "2: FLOCK  MSNFS     READ  40002 fe:00:1 0 EOF\n"
	  "3: LEASE  BREAKING  UNLCK 40003 fe:00:1 0 EOF\n"
	  "4: DELEG  ACTIVE    READ 40004 fe:00:1 0 EOF\n"
	  "5: POSIX  MANDATORY READ  40006 fe:00:1 40 41\n"
	  "6: ACCESS *NOINODE* READ  40001 <none>:0 0 EOF\n"
	  "7: UNKNOWN UNKNOWN  READ  40002 fe:00:1 0 EOF\n",
	  NULL, 0,
	  "1: FLOCK  ADVISORY  WRITE 1 fe:00:1 0 EOF\n"
	  "2: FLOCK  MSNFS     READ  2 fe:00:1 0 EOF\n"
	  "3: LEASE  BREAKING  UNLCK 3 fe:00:1 0 EOF\n"
	  "4: DELEG  ACTIVE    READ 4 fe:00:1 0 EOF\n"
	  "5: POSIX  MANDATORY READ  6 fe:00:1 40 41\n"
	  "6: ACCESS *NOINODE* READ  1 <none>:0 0 EOF\n"
	  "7: UNKNOWN UNKNOWN  READ  2 fe:00:1 0 EOF\n" },

	{ "cut off in the owner", FAKE_A, LOCK("1", "40001") "2: POSIX  ADVISORY  WRITE 4000", NULL,
	  -EIO, NULL },
	{ "cut off before its end", FAKE_A, "1: POSIX  ADVISORY  WRITE 40001 fe:00:1 0 EO", NULL,
	  -EIO, NULL },
	{ "waits for nothing", FAKE_A, WAITER("1", "40001"), NULL, -EIO, NULL },
	{ "no number", FAKE_A, LOCK("x", "40001"), NULL, -EIO, NULL },
	{ "no owner", FAKE_A, LOCK("1", "x"), NULL, -EIO, NULL },
	{ "nothing behind the owner", FAKE_A, "1: POSIX  ADVISORY  WRITE 40001\n", NULL, -EIO,
	  NULL },
	{ "nothing behind the mode", FAKE_A, "1: POSIX  ADVISORY  WRITE\n", NULL, -EIO, NULL },
	{ "no colon", FAKE_A, "1 POSIX  ADVISORY  WRITE 40001 fe:00:1 0 EOF\n", NULL, -EIO, NULL },
	{ "no blank", FAKE_A, "1:POSIX  ADVISORY  WRITE 40001 fe:00:1 0 EOF\n", NULL, -EIO, NULL },
	{ "empty line", FAKE_A, LOCK("1", "40001") "\n", NULL, -EIO, NULL },
};

#define LABELS "Label S Owner  Users  Linger Expires  Dst                              Opt\n"
#define ROW(share, owner) \
	"59B17 " share " " owner " 1      6      5        2001db80000000000000000000000001 0   \n"

static const struct rewrite_case label_cases[] = {
	{ "none", FAKE_A, LABELS, NULL, 0, LABELS },
	{ "level 1: the column keeps its width", FAKE_A, LABELS ROW("2", "40004 "), NULL, 0,
	  LABELS ROW("2", "4     ") },
	{ "level 2", FAKE_B, LABELS ROW("2", "40004 ") ROW("2", "40006 "), NULL, 0,
	  LABELS ROW("2", "3     ") ROW("2", "0     ") },
	{ "level 3", FAKE_C, LABELS ROW("2", "40005 "), NULL, 0, LABELS ROW("2", "3     ") },
	{ "guest: as wide as the column", FAKE_GUESTS, LABELS ROW("2", "40007 "), NULL, 0,
	  LABELS ROW("2", "900007") },
	{ "owner wider than the column", FAKE_A, LABELS ROW("2", "4000712"), NULL, 0,
	  LABELS ROW("2", "0     ") },
	{ "other owners are users or nobody", FAKE_A,
	  LABELS ROW("1", "0     ") ROW("3", "7     ") ROW("0", "0     ") ROW("255", "0     "),
	  NULL, 0,
	  LABELS ROW("1", "0     ") ROW("3", "7     ") ROW("0", "0     ") ROW("255", "0     ") },
	{ "nobody", FAKE_A, LABELS ROW("2", "0     "), NULL, 0, LABELS ROW("2", "0     ") },
	{ "label of more digits", FAKE_A, "FFFFFFF 2 40006  1 6 5 0 0   \n", NULL, 0,
	  "FFFFFFF 2 6      1 6 5 0 0   \n" },
	{ "no row", FAKE_A, "label 2 7\n\n", NULL, 0, "label 2 7\n\n" },
	{ "empty", FAKE_A, "", NULL, 0, "" },
	{ "cut off before the owner", FAKE_A, LABELS "59B17 2 ", NULL, 0, LABELS "59B17 2 " },

	{ "cut off in the owner", FAKE_A, LABELS "59B17 2 4000", NULL, -EIO, NULL },
	{ "cut off behind the owner", FAKE_A, LABELS "59B17 2 40004  1", NULL, -EIO, NULL },
	{ "nothing behind the column", FAKE_A, "59B17 2 40004 \n", NULL, -EIO, NULL },
	{ "no blank behind the column", FAKE_A, "59B17 2 40004 x\n", NULL, -EIO, NULL },
	{ "no number", FAKE_A, LABELS ROW("2", "x     "), NULL, -EIO, NULL },
};

START_TEST(test_loadavg)
{
	const struct loadavg_case *c = &loadavg_cases[_i];
	struct rewrite rw = { .last_number = c->last_number };
	AUTO_BUF struct buf out = { 0 };
	int r = rewrite_loadavg(&rw, text_str(c->in), &out);

	ck_assert_msg(r == c->r, "%s: returned %d, not %d", c->what, r, c->r);
	if (r == 0)
		ck_assert_msg(text_equal(buf_text(&out), text_str(c->out)), "%s: gave\n%.*snot\n%s",
			      c->what, (int)out.len, out.data, c->out);
}
END_TEST

START_TEST(test_locks)
{
	check_rewrite(rewrite_locks, &lock_cases[_i]);
}
END_TEST

START_TEST(test_labels)
{
	check_rewrite(rewrite_ip6_flowlabel, &label_cases[_i]);
}
END_TEST

static const struct {
	rewrite_fn rewrite;
	const char *in;
} texts[] = {
	{ rewrite_locks, LOCK("1", "40004") WAITER("1", "40007") BELOW("1", "40005")
				 LOCK("2", "40007") WAITER("2", "40004") LOCK("3", "-1") },
	{ rewrite_ip6_flowlabel, LABELS ROW("2", "40004 ") ROW("3", "0     ") ROW("2", "40007 ") },
};

START_TEST(test_cut)
{
	check_truncations(texts[_i].rewrite, FAKE_GUESTS, texts[_i].in, NULL);
	check_truncations(texts[_i].rewrite, FAKE_A, texts[_i].in, NULL);
	check_truncations(texts[_i].rewrite, FAKE_B, texts[_i].in, NULL);
	check_truncations(texts[_i].rewrite, FAKE_C, texts[_i].in, NULL);
}
END_TEST

START_TEST(test_garbled)
{
	check_garbling(texts[_i].rewrite, FAKE_GUESTS, texts[_i].in, NULL);
	check_garbling(texts[_i].rewrite, FAKE_B, texts[_i].in, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rewrite_global");
	TCase *tcase = tcase_create("rewrite_global");

	tcase_add_loop_test(tcase, test_loadavg, 0, N_OF(loadavg_cases));
	tcase_add_loop_test(tcase, test_locks, 0, N_OF(lock_cases));
	tcase_add_loop_test(tcase, test_labels, 0, N_OF(label_cases));
	tcase_add_loop_test(tcase, test_cut, 0, N_OF(texts));
	tcase_add_loop_test(tcase, test_garbled, 0, N_OF(texts));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
