/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of mountinfo.h. */

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "mountinfo.h"
#include "unit.h"

static const char text[] =
	"21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
	"22 21 0:20 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"
	"too short\n"
	"23 21 0:x / /bad rw - proc proc rw\n"
	"24 21 0:77 / /mnt/a\\040b\\134\\011c rw shared:2 master:1 - fuse.nsprocfs nsprocfs rw\n"
	"25 21 0:78 / /no/dash rw shared:2 fuse.nsprocfs nsprocfs rw\n"
	"26 24 0:79 /sub/dir /mnt/a\\040b\\134\\011c/d ro - tmpfs tmpfs rw,size=4k\n"
	"27 21 0:80 / /mnt/odd rw - tmpfs";

static const struct {
	unsigned id, parent, major, minor;
	const char *root, *point, *type, *super;
} rows[] = {
	{ 21, 1, 254, 0, "/", "/", "ext4", "rw" },
	{ 22, 21, 0, 20, "/", "/proc", "proc", "rw" },
	{ 24, 21, 0, 77, "/", "/mnt/a b\\\tc", "fuse.nsprocfs", "rw" },
	{ 26, 24, 0, 79, "/sub/dir", "/mnt/a b\\\tc/d", "tmpfs", "rw,size=4k" },
	{ 27, 21, 0, 80, "/", "/mnt/odd", "tmpfs", "" },
};

/* Malformed lines are passed over; the last needs no newline, nor what follows the type. */
START_TEST(test_lines)
{
	struct text rest = text_str(text);
	struct mountinfo m;
	int i;

	for (i = 0; i < N_OF(rows); i++) {
		ck_assert(mountinfo_next(&rest, &m));
		ck_assert_uint_eq(m.id, rows[i].id);
		ck_assert_uint_eq(m.parent, rows[i].parent);
		ck_assert_uint_eq(m.major, rows[i].major);
		ck_assert_uint_eq(m.minor, rows[i].minor);
		ck_assert(mountinfo_field_is(m.root, rows[i].root));
		ck_assert(mountinfo_field_is(m.point, rows[i].point));
		ck_assert(text_equal(m.type, text_str(rows[i].type)));
		ck_assert(text_equal(m.super, text_str(rows[i].super)));
	}
	ck_assert(!mountinfo_next(&rest, &m));
}
END_TEST

START_TEST(test_by_id)
{
	struct mountinfo m = { .id = 99 };

	ck_assert(mountinfo_by_id(text_str(text), 24, &m));
	ck_assert_uint_eq(m.minor, 77);
	ck_assert(!mountinfo_by_id(text_str(text), 25, &m)); /* malformed */
	ck_assert(!mountinfo_by_id(text_str(text), 1, &m));
	ck_assert_uint_eq(m.id, 24);
}
END_TEST

static const struct {
	const char *field, *plain;
} escapes[] = {
	{ "", "" },
	{ "/a", "/a" },
	{ "\\040", " " },
	{ "\\012\\134\\043", "\n\\#" },
	{ "\\04", "\\04" },   /* cut off: as it stands */
	{ "\\049", "\\049" }, /* not octal */
	{ "a\\\\040b", "a\\ b" },
};

START_TEST(test_unescape)
{
	AUTO_BUF struct buf out = { 0 };
	const char *plain = escapes[_i].plain;
	struct text field = text_str(escapes[_i].field);
	char longer[64];

	ck_assert_int_eq(mountinfo_unescape(field, &out), 0);
	ck_assert(text_equal(buf_text(&out), text_str(plain)));
	ck_assert(mountinfo_field_is(field, plain));
	snprintf(longer, sizeof(longer), "%sx", plain);
	ck_assert(!mountinfo_field_is(field, longer));
	longer[strlen(plain)] = '\0';
	if (plain[0]) {
		longer[strlen(plain) - 1] = '\0';
		ck_assert(!mountinfo_field_is(field, longer));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mountinfo");
	TCase *tc = tcase_create("parse");

	tcase_add_test(tc, test_lines);
	tcase_add_test(tc, test_by_id);
	tcase_add_loop_test(tc, test_unescape, 0, N_OF(escapes));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
