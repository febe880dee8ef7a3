/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Acting with a client's rights, on the live kernel. */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/stat.h>

#include "fd.h"
#include "host_test.h"
#include "identity.h"
#include "source.h"

#define USER  1000
#define GROUP 1234

/* What the client is that a case is about. */
struct client_case {
	uid_t uid;
	bool member;	/* of GROUP */
	bool capable;	/* has CAP_DAC_READ_SEARCH */
	bool in_userns; /* in a child user namespace, where it has every capability */
};

struct world {
	struct source host;
	struct identity *identity;
	char dir[32];
	pid_t client;
};

static void set_capabilities(uint64_t all)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = {
		{ (uint32_t)all, (uint32_t)all, 0 },
		{ (uint32_t)(all >> 32), (uint32_t)(all >> 32), 0 },
	};

	ck_assert_int_eq(syscall(SYS_capset, &header, data), 0);
}

static void become(const struct client_case *c)
{
	gid_t group = GROUP;

	ck_assert_int_eq(setgroups(c->member ? 1 : 0, &group), 0);
	ck_assert_int_eq(prctl(PR_SET_KEEPCAPS, 1), 0);
	ck_assert_int_eq(setresgid(c->uid, c->uid, c->uid), 0);
	ck_assert_int_eq(setresuid(c->uid, c->uid, c->uid), 0);
	set_capabilities(c->capable ? UINT64_C(1) << CAP_DAC_READ_SEARCH : 0);
	if (c->in_userns)
		ck_assert_int_eq(unshare(CLONE_NEWUSER), 0);
}

/* With nothing known of the client. */
static int enter(const struct identity *i, const struct client *c, unsigned flags)
{
	struct identity_known known = { 0 };

	return identity_enter(i, c, flags, &known);
}

/* A process that is the client; the test goes on when it is ready. */
static pid_t start_client(const struct client_case *c)
{
	int ready[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		become(c);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 0);
	close(ready[0]);
	return pid;
}

static void make_file(const struct world *w, const char *name, mode_t mode, gid_t gid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fchown(fd, 0, gid), 0);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void begin(struct world *w, const struct client_case *c)
{
	host_test_private_mounts();
	snprintf(w->dir, sizeof(w->dir), "/mnt");
	ck_assert_int_eq(mount("x", w->dir, "tmpfs", 0, NULL), 0);
	make_file(w, "roots", 0400, 0);
	make_file(w, "groups", 0040, GROUP);
	make_file(w, "all", 0444, 0);
	w->client = start_client(c);
	ck_assert_int_eq(source_open_host(&w->host, NULL), 0);
	ck_assert_int_eq(identity_new(&w->host, &w->identity), 0);
}

static void end(struct world *w)
{
	kill(w->client, SIGKILL);
	waitpid(w->client, NULL, 0);
	identity_free(w->identity);
	source_close(&w->host);
}

static int try_open(const struct world *w, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static const struct {
	const char *what;
	struct client_case client;
	unsigned flags;
	int roots, groups; /* what opening them gives */
} cases[] = {
	{ "a user", { .uid = USER }, 0, -EACCES, -EACCES },
	{ "a member, not asked for", { .uid = USER, .member = true }, 0, -EACCES, -EACCES },
	{ "a member", { .uid = USER, .member = true }, IDENTITY_GROUPS, -EACCES, 0 },
	{ "no member", { .uid = USER }, IDENTITY_GROUPS, -EACCES, -EACCES },
	{ "a capable user", { .uid = USER, .capable = true }, 0, 0, 0 },
	{ "root without capabilities", { .uid = 0 }, 0, 0, -EACCES },
	{ "root of a user namespace",
	  { .uid = 0, .in_userns = true },
	  IDENTITY_POWERLESS,
	  0,
	  -EACCES },
	{ "a user's own namespace",
	  { .uid = USER, .in_userns = true },
	  IDENTITY_POWERLESS,
	  -EACCES,
	  -EACCES },
	{ "own process", { .uid = USER }, IDENTITY_OWN_TRACE, -EACCES, -EACCES },
	{ "own process, any mode", { .uid = USER }, IDENTITY_OWN_SEARCH, 0, 0 },
};

static void act(void *arg)
{
	const int at = *(int *)arg;
	struct world w;
	struct client c;

	begin(&w, &cases[at].client);
	c = (struct client){ cases[at].client.uid, cases[at].client.uid, w.client };
	ck_assert_int_eq(enter(w.identity, &c, cases[at].flags), 1);
	ck_assert_int_eq(try_open(&w, "all"), 0);
	ck_assert_msg(try_open(&w, "roots") == cases[at].roots, "roots: %s", cases[at].what);
	ck_assert_msg(try_open(&w, "groups") == cases[at].groups, "groups: %s", cases[at].what);
	ck_assert_int_eq(geteuid(), cases[at].client.uid);
	ck_assert_int_eq(getuid(), 0); /* or the client could signal us */
	identity_leave(w.identity, cases[at].flags);
	ck_assert_int_eq(geteuid(), 0);
	ck_assert_int_eq(getegid(), 0);
	ck_assert_int_eq(getgroups(0, NULL), 0);
	ck_assert_int_eq(try_open(&w, "roots"), 0);
	end(&w);
}

START_TEST(test_act)
{
	host_test_child(act, &_i);
}
END_TEST

static void *look_from_another_thread(void *arg)
{
	const struct world *w = arg;

	ck_assert_int_eq(geteuid(), 0);
	ck_assert_int_eq(try_open(w, "roots"), 0);
	return NULL;
}

/* Whose capabilities are of another user namespace is not served from ours, unless without them. */
static void elsewhere(void *arg)
{
	const struct client_case root = { .uid = 0, .in_userns = true };
	struct world w;
	struct client c = { 0, 0, 0 };

	(void)arg;
	begin(&w, &root);
	c.tid = w.client;
	ck_assert_int_eq(enter(w.identity, &c, 0), -EXDEV);
	ck_assert_int_eq(try_open(&w, "groups"), 0); /* still ourselves */
	end(&w);
}

START_TEST(test_elsewhere)
{
	host_test_child(elsewhere, NULL);
}
END_TEST

/* The other threads stay who they are. */
static void one_thread(void *arg)
{
	const struct client_case user = { .uid = USER };
	struct world w;
	struct client c = { USER, USER, 0 };
	pthread_t other;

	(void)arg;
	begin(&w, &user);
	ck_assert_int_eq(enter(w.identity, &c, 0), 1);
	identity_leave(w.identity, 0);
	ck_assert_int_eq(pthread_create(&other, NULL, look_from_another_thread, &w), 0);
	ck_assert_int_eq(enter(w.identity, &c, 0), 1);
	ck_assert_int_eq(pthread_join(other, NULL), 0);
	ck_assert_int_eq(try_open(&w, "roots"), -EACCES);
	identity_leave(w.identity, 0);
	end(&w);
}

START_TEST(test_one_thread)
{
	host_test_child(one_thread, NULL);
}
END_TEST

/* Ourselves, with all that we may: nothing to do. Numbers that are nobody's have no capabilities. */
static void ourselves(void *arg)
{
	const struct client_case user = { .uid = USER };
	struct world w;
	struct client c = { 0, 0, getpid() };

	(void)arg;
	begin(&w, &user);
	ck_assert_int_eq(enter(w.identity, &c, 0), 0);
	c.tid = 0;
	ck_assert_int_eq(enter(w.identity, &c, 0), 1);
	ck_assert_int_eq(try_open(&w, "groups"), -EACCES);
	identity_leave(w.identity, 0);
	ck_assert_int_eq(enter(NULL, &c, 0), 0);
	ck_assert_int_eq(identity_thread_group(w.identity, getpid()), getpid());
	ck_assert_int_eq(identity_thread_group(w.identity, 0), 0);
	end(&w);
}

START_TEST(test_ourselves)
{
	host_test_child(ourselves, NULL);
}
END_TEST

/*
 * A request with other ids than the thread has, as of access(2) and io_uring personalities: its capabilities
 * are not those of the request.
 */
static void borrowed(void *arg)
{
	const struct client_case capable = { .uid = USER, .capable = true };
	struct client c = { USER, USER, 0 };
	struct world w;

	(void)arg;
	begin(&w, &capable);
	c.tid = w.client;
	ck_assert_int_eq(enter(w.identity, &c, 0), 1);
	ck_assert_int_eq(try_open(&w, "roots"), 0);
	identity_leave(w.identity, 0);
	for (int other_gid = 0; other_gid < 2; other_gid++) {
		c.uid = USER + !other_gid;
		c.gid = USER + other_gid;
		ck_assert_int_eq(enter(w.identity, &c, 0), 1);
		ck_assert_int_eq(try_open(&w, "roots"), -EACCES);
		ck_assert_int_eq(geteuid(), c.uid);
		identity_leave(w.identity, 0);
	}
	end(&w);
}

START_TEST(test_borrowed)
{
	host_test_child(borrowed, NULL);
}
END_TEST

/* Who cannot become others serves itself alone. */
static void stranger(void *arg)
{
	struct identity *identity;
	struct source host;
	struct client c = { HOST_TEST_STRANGER, HOST_TEST_STRANGER, getpid() };

	(void)arg;
	host_test_drop();
	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	ck_assert_int_eq(identity_new(&host, &identity), 0);
	ck_assert(!identity_may_change(identity));
	ck_assert_int_eq(enter(identity, &c, 0), 0);
	c.uid = USER;
	ck_assert_int_eq(enter(identity, &c, 0), -EACCES);
	identity_free(identity);
	source_close(&host);
}

START_TEST(test_stranger)
{
	host_test_child(stranger, NULL);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("live");

	tcase_add_loop_test(tc, test_act, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, test_elsewhere);
	tcase_add_test(tc, test_one_thread);
	tcase_add_test(tc, test_ourselves);
	tcase_add_test(tc, test_borrowed);
	tcase_add_test(tc, test_stranger);
	return host_test_run("identity", tc);
}
