/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * nsprocfs run on a terminal: a shell on a pseudoterminal starts it, we type. The program is the first
 * argument, or $NSPROCFS; the option that says which view is the second, or --target.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>

#include "host_test.h"
#include "run_tty.h"

#define CTRL_C "\003"
#define CTRL_Z "\032"

static const char *const shell[] = { "bash", "--norc", "--noprofile", "-i", NULL };

#define RUN "\"$NSPROCFS\" run $VIEW -- "

/* ^Z stops the command and us, fg continues both, ^C ends both; the reaper is never stopped. */
START_TEST(test_job)
{
	pid_t command, reaper, supervisor;
	struct tty t;
	int i;

	tty_start(&t, shell);
	tty_type(&t, RUN "sh -c 'echo $$ >$DIR/pid; exec sleep 1000'\n");
	command = tty_read_pid(&t);
	reaper = tty_parent_of(command);
	supervisor = tty_parent_of(reaper);
	ck_assert_int_eq(tty_parent_of(supervisor), t.leader);
	for (i = 0; i < 3; i++) {
		tty_forget(&t);
		tty_type(&t, CTRL_Z);
		tty_expect(&t, "Stopped");
		tty_expect_state(&t, command, 'T');
		tty_expect_state(&t, supervisor, 'T');
		tty_expect_state(&t, reaper, 'S');
		tty_type(&t, "fg\n");
		tty_expect_state(&t, command, 'S');
		tty_expect_state(&t, supervisor, 'S');
	}
	tty_type(&t, CTRL_C);
	tty_expect_gone(&t, command);
	tty_type(&t, "echo status=$?\n");
	tty_expect(&t, "status=130");
	tty_expect_gone(&t, supervisor);
	tty_stop(&t);
}
END_TEST

/* bg: it goes on without the terminal, stops when it reads from it, and goes on with fg. */
START_TEST(test_background)
{
	pid_t command, supervisor;
	struct tty t;

	tty_start(&t, shell);
	tty_type(&t, RUN "sh -c 'echo $$ >$DIR/pid; read line; echo got:$line' &\n");
	command = tty_read_pid(&t);
	supervisor = tty_parent_of(tty_parent_of(command));
	tty_expect_state(&t, command, 'T'); /* SIGTTIN */
	tty_expect_state(&t, supervisor, 'T');
	tty_type(&t, "fg\n");
	tty_expect_state(&t, command, 'S');
	tty_type(&t, "hello\n");
	tty_expect(&t, "got:hello");
	tty_expect_gone(&t, supervisor);
	tty_stop(&t);
}
END_TEST

/*
 * What the terminal sends to the whole group is not passed on a second time. The command starts nothing: whether a
 * shell that waits for a child takes a signal for its own is a matter of when the child ends.
 */
START_TEST(test_once)
{
	pid_t command, supervisor;
	struct tty t;

	tty_start(&t, shell);
	tty_type(&t, RUN "bash -c 'trap \"((++n)); echo got\\$n.\" INT; trap \"echo count=\\$n.; "
			 "exit 3\" USR1; echo $$ >$DIR/pid; while :; do :; done'\n");
	command = tty_read_pid(&t);
	supervisor = tty_parent_of(tty_parent_of(command));
	tty_type(&t, CTRL_C);
	tty_expect(&t, "got1.");
	tty_type(&t, CTRL_C);
	tty_expect(&t, "got2.");
	/* By the way on which a second SIGINT would have come, too. */
	ck_assert_int_eq(kill(supervisor, SIGUSR1), 0);
	tty_expect(&t, "count=2.");
	tty_type(&t, "echo status=$?\n");
	tty_expect(&t, "status=3");
	tty_stop(&t);
}
END_TEST

/* A script that runs us ends at ^C, as it does when the command itself dies of it. */
START_TEST(test_script)
{
	struct tty t;

	tty_start(&t, shell);
	tty_type(&t, "bash -c '" RUN "sh -c \"echo \\$\\$ >$DIR/pid; exec sleep 1000\"; "
		     "echo went-on' ; echo status=$?\n");
	tty_read_pid(&t);
	tty_forget(&t);
	tty_type(&t, CTRL_C);
	tty_type(&t, "echo end\n");
	tty_expect(&t, "\nend");
	ck_assert_msg(!strstr(t.text, "went-on"), "the script went on: %s", t.text);
	tty_stop(&t);
}
END_TEST

/* An interactive shell as the command: it has jobs of its own, and can be suspended as a whole. */
START_TEST(test_shell)
{
	pid_t inner, job, supervisor;
	struct tty t;

	tty_start(&t, shell);
	tty_type(&t, RUN "bash --norc --noprofile -i\n");
	tty_type(&t, "echo $$ >$DIR/pid\n");
	inner = tty_read_pid(&t);
	supervisor = tty_parent_of(tty_parent_of(inner));
	tty_type(&t, "sh -c 'echo $$ >$DIR/pid; exec sleep 1000'\n");
	job = tty_read_pid(&t);
	ck_assert_int_eq(tty_parent_of(job), inner);
	tty_forget(&t);
	tty_type(&t, CTRL_Z);
	tty_expect(&t, "Stopped");
	tty_expect_state(&t, job, 'T');
	tty_expect_state(&t, inner, 'S');
	tty_expect_state(&t, supervisor, 'S');
	tty_type(&t, "suspend\n");
	tty_expect_state(&t, inner, 'T');
	tty_expect_state(&t, supervisor, 'T');
	tty_forget(&t);
	tty_type(&t, "echo outer=$PPID.\n");
	tty_expect(&t, "outer=");
	tty_type(&t, "fg\n");
	tty_expect_state(&t, inner, 'S');
	tty_expect_state(&t, supervisor, 'S');
	tty_type(&t, "fg\n");
	tty_expect_state(&t, job, 'S');
	tty_type(&t, CTRL_C);
	tty_expect_gone(&t, job);
	tty_type(&t, "exit 5\n");
	tty_expect_gone(&t, supervisor);
	tty_type(&t, "echo status=$?\n");
	tty_expect(&t, "status=5");
	tty_stop(&t);
}
END_TEST

/* The terminal is closed: the shell is gone, and all that hung on it. */
START_TEST(test_hangup)
{
	pid_t command, supervisor;
	struct tty t;

	tty_start(&t, shell);
	tty_type(&t, RUN "sh -c 'echo $$ >$DIR/pid; exec sleep 1000'\n");
	command = tty_read_pid(&t);
	supervisor = tty_parent_of(tty_parent_of(command));
	close(t.master);
	t.master = -1;
	tty_expect_gone(&t, command);
	tty_expect_gone(&t, supervisor);
	tty_stop(&t);
}
END_TEST

/* Of a hangup the kernel tells the session's leader only; if that is us, the command must hear of it. */
START_TEST(test_leader)
{
	const char *const direct[] = { "sh", "-c",
				       "exec \"$NSPROCFS\" run $VIEW bash -c \"$SCRIPT\"", NULL };
	pid_t command;
	struct tty t;

	setenv("SCRIPT",
	       "trap 'rmdir $DIR/hup; exit 0' HUP; mkdir $DIR/hup; echo $$ >$DIR/pid; "
	       "while :; do sleep 0.02; done",
	       1);
	tty_start(&t, direct);
	command = tty_read_pid(&t);
	ck_assert_int_eq(tty_parent_of(tty_parent_of(command)), t.leader);
	close(t.master);
	t.master = -1;
	tty_expect_gone(&t, command);
	tty_expect_gone(&t, t.leader);
	tty_stop(&t); /* fails if the command has not seen SIGHUP: the directory is not empty */
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tc = tcase_create("terminal");
	char *program;

	if (argc > 1)
		setenv("NSPROCFS", argv[1], 1);
	program = getenv("NSPROCFS") ? realpath(getenv("NSPROCFS"), NULL) : NULL;
	if (!program) {
		fprintf(stderr, "usage: test_run_tty NSPROCFS\n");
		return EXIT_FAILURE;
	}
	setenv("NSPROCFS", program, 1);
	if (argc > 2)
		setenv("VIEW_OPTION", argv[2], 1);
	free(program);
	if (geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) < 0) {
		puts("skipped: /dev/fuse cannot be opened");
		return 77;
	}
	tcase_add_test(tc, test_job);
	tcase_add_test(tc, test_background);
	tcase_add_test(tc, test_once);
	tcase_add_test(tc, test_script);
	tcase_add_test(tc, test_shell);
	tcase_add_test(tc, test_hangup);
	tcase_add_test(tc, test_leader);
	return host_test_run("run on a terminal", tc);
}
