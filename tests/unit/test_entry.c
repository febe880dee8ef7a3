/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of entry.h, on the table. */

#include <check.h>

#include "entry.h"
#include "unit.h"

/* Finds "a/b/c" from the root. */
static const struct entry *find(const char *path)
{
	const struct entry *row = &proc_root_entry;
	struct text rest = text_str(path);
	bool in_thread = false;
	struct text name;

	while (row && text_until(&rest, '/', &name)) {
		const struct entry *dir = row;

		row = entry_find(dir, name, in_thread);
		in_thread = in_thread || (dir->each == EACH_THREAD && row == dir->each_row);
	}
	return row;
}

static const struct {
	const char *path;
	enum entry_kind kind;
	mode_t mode;
	enum entry_concern concern;
} facts[] = {
	/* What Docker and Podman mask. */
	{ "acpi", ENTRY_DIR, 0555, CONCERN_HOST },
	{ "asound/cards", ENTRY_RAW, 0, CONCERN_HOST },
	{ "kcore", ENTRY_RAW, 0400, CONCERN_HOST },
	{ "keys", ENTRY_FILE, 0444, CONCERN_HOST },
	{ "latency_stats", ENTRY_FILE, 0644, CONCERN_HOST },
	{ "sched_debug", ENTRY_FILE, 0444, CONCERN_HOST },
	{ "scsi/scsi", ENTRY_RAW, 0, CONCERN_HOST },
	{ "timer_list", ENTRY_FILE, 0400, CONCERN_HOST },
	{ "timer_stats", ENTRY_FILE, 0644, CONCERN_HOST },
	/* What they mount read-only. */
	{ "bus/pci/00/00.0", ENTRY_RAW, 0, CONCERN_TUNE },
	{ "fs/xfs/stat", ENTRY_RAW, 0, CONCERN_TUNE },
	{ "irq/1/smp_affinity", ENTRY_RAW, 0, CONCERN_TUNE },
	{ "sys", ENTRY_DIR, 0555, CONCERN_TUNE },
	{ "sys/net/ipv4/conf/all/forwarding", ENTRY_RAW, 0, CONCERN_TUNE },
	{ "sysrq-trigger", ENTRY_FILE, 0200, CONCERN_TUNE },
	/* Some of the others. */
	{ "meminfo", ENTRY_FILE, 0444, CONCERN_SHARE },
	{ "interrupts", ENTRY_FILE, 0444, CONCERN_SHARE },
	{ "kallsyms", ENTRY_FILE, 0444, CONCERN_HOST },
	{ "kmsg", ENTRY_RAW, 0400, CONCERN_HOST },
	{ "self", ENTRY_SELF, 0777, CONCERN_SHARE },
	{ "thread-self", ENTRY_THREAD_SELF, 0777, CONCERN_SHARE },
	{ "net", ENTRY_LINK, 0777, CONCERN_SHARE },
	{ "tty/driver/serial", ENTRY_RAW, 0, CONCERN_HOST },
	{ "tty/drivers", ENTRY_FILE, 0444, CONCERN_SHARE },
	{ "pressure/irq", ENTRY_FILE, 0666, CONCERN_SHARE },
	{ "42", ENTRY_DIR, 0555, CONCERN_TASK },
	{ "42/status", ENTRY_FILE, 0444, CONCERN_TASK },
	{ "42/environ", ENTRY_FILE, 0400, CONCERN_OWNER },
	{ "42/mem", ENTRY_RAW, 0600, CONCERN_OWNER },
	{ "42/exe", ENTRY_MAGIC, 0777, CONCERN_OWNER },
	{ "42/fd", ENTRY_DIR, 0500, CONCERN_OWNER },
	{ "42/fd/0", ENTRY_MAGIC, 0700, CONCERN_OWNER },
	{ "42/fdinfo/10", ENTRY_FILE, 0444, CONCERN_OWNER },
	{ "42/map_files/1000-2000", ENTRY_MAGIC, 0400, CONCERN_OWNER },
	{ "42/ns", ENTRY_DIR, 0511, CONCERN_TASK },
	{ "42/ns/time_for_children", ENTRY_MAGIC, 0777, CONCERN_OWNER },
	{ "42/net/tcp", ENTRY_FILE, 0444, CONCERN_SHARE },
	{ "42/net/nf_conntrack", ENTRY_FILE, 0440, CONCERN_SHARE },
	{ "42/net/stat/arp_cache", ENTRY_FILE, 0444, CONCERN_SHARE },
	{ "42/net/dev_snmp6/lo", ENTRY_RAW, 0, CONCERN_SHARE },
	{ "42/attr/apparmor/exec", ENTRY_FILE, 0666, CONCERN_TASK },
	{ "42/task/43", ENTRY_DIR, 0555, CONCERN_TASK },
	{ "42/task/43/comm", ENTRY_FILE, 0644, CONCERN_TASK },
};

START_TEST(test_fact)
{
	const struct entry *row = find(facts[_i].path);

	ck_assert_msg(row, "%s: no row", facts[_i].path);
	ck_assert_msg(row->kind == facts[_i].kind, "%s: kind %d", facts[_i].path, row->kind);
	ck_assert_msg(row->mode == facts[_i].mode, "%s: mode %o", facts[_i].path, row->mode);
	ck_assert_msg(row->concern == facts[_i].concern, "%s: concern %d", facts[_i].path,
		      row->concern);
}
END_TEST

START_TEST(test_translations)
{
	ck_assert_ptr_eq(find("42/status")->translate, rewrite_status);
	ck_assert_ptr_eq(find("42/stat")->translate, rewrite_stat);
	ck_assert_str_eq(find("42/stat")->beside, "status");
	ck_assert_ptr_eq(find("42/sched")->translate, rewrite_sched);
	ck_assert_ptr_eq(find("42/task/43/children")->translate, rewrite_children);
	ck_assert_ptr_eq(find("42/timers")->translate, rewrite_timers);
	ck_assert_ptr_eq(find("42/fdinfo/3")->translate, rewrite_fdinfo);
	ck_assert_ptr_eq(find("42/net/ip6_flowlabel")->translate, rewrite_ip6_flowlabel);
	ck_assert_ptr_eq(find("locks")->translate, rewrite_locks);
	ck_assert_ptr_null(find("keys")->translate);
	ck_assert_ptr_null(find("42/statm")->translate);
}
END_TEST

START_TEST(test_absent)
{
	static const char *const paths[] = {
		"nosuch",     "Meminfo",   "meminf",	     "meminfoo",    "0",	"042",
		"4x",	      "42/nosuch", "42/fd/x",	     "42/fd/01",    "42/fd/-1", "42/ns/x",
		"42/net/xyz", "42/task/0", "42/map_files/1", "42/status/x", "",		"sys/",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct entry *row = paths[i][0]
						  ? find(paths[i])
						  : entry_find(&proc_root_entry, TEXT(""), false);

		/* An empty last component is not looked for: "sys/" is sys. */
		ck_assert_msg(!row || row == find("sys"), "\"%s\" has a row", paths[i]);
	}
	ck_assert_ptr_null(entry_find(find("sys"), TEXT(""), false));
	ck_assert_ptr_null(entry_find(find("sys"), TEXT("a/b"), false));
	ck_assert_ptr_null(entry_find(&proc_root_entry, TEXT("self\0"), false));
}
END_TEST

/* tid_base_stuff is without these, and has children. */
START_TEST(test_contexts)
{
	static const char *const of_processes[] = {
		"task",	      "map_files", "autogroup",	      "timens_offsets",
		"mountstats", "timers",	   "coredump_filter", "timerslack_ns"
	};
	const struct entry *process = find("42");
	const struct entry *thread = find("42/task/43");

	for (size_t i = 0; i < sizeof(of_processes) / sizeof(of_processes[0]); i++) {
		struct text name = text_str(of_processes[i]);

		ck_assert_ptr_nonnull(entry_find(process, name, false));
		ck_assert_ptr_null(entry_find(thread, name, true));
	}
	ck_assert_ptr_null(entry_find(process, TEXT("children"), false));
	ck_assert_ptr_nonnull(entry_find(thread, TEXT("children"), true));
	ck_assert_ptr_eq(entry_find(process, TEXT("stat"), false),
			 entry_find(thread, TEXT("stat"), true));
}
END_TEST

static const struct {
	enum entry_each each;
	const char *name;
	bool matches;
} each_cases[] = {
	{ EACH_NONE, "1", false },
	{ EACH_PROCESS, "1", true },
	{ EACH_PROCESS, "2147483647", true },
	{ EACH_PROCESS, "2147483648", false },
	{ EACH_PROCESS, "4294967297", false },
	{ EACH_PROCESS, "0", false },
	{ EACH_PROCESS, "01", false },
	{ EACH_PROCESS, "-1", false },
	{ EACH_PROCESS, "+1", false },
	{ EACH_PROCESS, "1 ", false },
	{ EACH_PROCESS, "1a", false },
	{ EACH_PROCESS, "", false },
	{ EACH_THREAD, "7", true },
	{ EACH_THREAD, "07", false },
	{ EACH_NUMBER, "0", true },
	{ EACH_NUMBER, "10", true },
	{ EACH_NUMBER, "4294967294", true },
	{ EACH_NUMBER, "4294967295", false },
	{ EACH_NUMBER, "99999999999999999999", false },
	{ EACH_NUMBER, "00", false },
	{ EACH_NUMBER, "-1", false },
	{ EACH_NUMBER, "", false },
	{ EACH_RANGE, "55a1abe85000-55a1abe87000", true },
	{ EACH_RANGE, "55A1ABE85000-55A1ABE87000", true },
	{ EACH_RANGE, "0-1000", true },
	{ EACH_RANGE, "ffffffffff600000-ffffffffff601000", true },
	{ EACH_RANGE, "01000-2000", false },
	{ EACH_RANGE, "1000-02000", false },
	{ EACH_RANGE, "1000", false },
	{ EACH_RANGE, "1000-", false },
	{ EACH_RANGE, "-1000", false },
	{ EACH_RANGE, "1000-2000-3000", false },
	{ EACH_RANGE, "0x1000-0x2000", false },
	{ EACH_RANGE, "10000000000000000-20000000000000000", false },
	{ EACH_RANGE, "", false },
	{ EACH_ANY, "x", true },
	{ EACH_ANY, "00:01.0", true },
	{ EACH_ANY, "a/b", false },
	{ EACH_ANY, "", false },
};

START_TEST(test_each)
{
	bool matches = entry_each_matches(each_cases[_i].each, text_str(each_cases[_i].name));

	ck_assert_msg(matches == each_cases[_i].matches, "%d \"%s\"", each_cases[_i].each,
		      each_cases[_i].name);
}
END_TEST

/* cpuN and indexN: the prefix, and a number without a leading zero. */
static const struct {
	const char *name;
	bool found;
} indexed[] = {
	{ "cpu0", true },   { "cpu10", true }, { "cpu", false },    { "cpu01", false },
	{ "cpu-1", false }, { "cpux", false }, { "cpu1x", false },  { "cp1", false },
	{ "1", false },	    { "Cpu1", false }, { "cpufreq", true }, /* a row of its own */
};

START_TEST(test_indexed)
{
	const struct entry *cpu = entry_find(&sys_root_entry, TEXT("cpu"), false);

	ck_assert_ptr_nonnull(cpu);
	ck_assert_int_eq(entry_find(cpu, text_str(indexed[_i].name), false) != NULL,
			 indexed[_i].found);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("entry");
	TCase *tcase = tcase_create("entry");

	tcase_add_loop_test(tcase, test_fact, 0, N_OF(facts));
	tcase_add_test(tcase, test_translations);
	tcase_add_test(tcase, test_absent);
	tcase_add_test(tcase, test_contexts);
	tcase_add_loop_test(tcase, test_each, 0, N_OF(each_cases));
	tcase_add_loop_test(tcase, test_indexed, 0, N_OF(indexed));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
