/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A machine's control groups, declared, in a scratch directory: mountinfo and PID/cgroup below proc/, the hierarchies
 * where that says they are mounted.
 */

#include "fault.h"
#include "resources_take.h"
#include "scratch.h"
#include "source.h"

#define CGROUP_TREE_FILES 40
#define CGROUP_TREE_INIT  42

struct cgroup_tree_spec {
	/*
	 * Mounts, by blanks: "memory", "cpu,cpuacct" (version 1, those controllers), "v2" (the unified one). With "@/x"
	 * at the end, the mount shows the group /x only. Each is on /sys/fs/cgroup/ and these words.
	 */
	const char *mounts;
	const char *where; /* init's PID/cgroup */
	/* "MOUNT/GROUP/FILE TEXT"; a newline is added. Version 2: "v2/cgroup.controllers ..." is to be among them. */
	const char *files[CGROUP_TREE_FILES];
	bool by_high; /* of struct resource_wish */
};

struct cgroup_tree {
	bool by_high;
	struct scratch dir;
	struct source source;
};

/* Words of a list; end is a blank. */
static inline const char *cgroup_tree_word(const char *list, char *word, size_t size)
{
	size_t n = strcspn(list, " ");

	snprintf(word, size, "%.*s", (int)n, list);
	return list + n + (list[n] == ' ');
}

static inline void cgroup_tree_mounts(struct cgroup_tree *t, const char *mounts)
{
	char word[64], path[256], text[2048] = "1 0 0:1 / / rw - ext4 x rw\n";
	unsigned id = 20;

	while (*mounts) {
		char *root;
		bool unified;

		mounts = cgroup_tree_word(mounts, word, sizeof(word));
		root = strchr(word, '@');
		if (root)
			*root++ = '\0';
		unified = strncmp(word, "v2", 2) == 0;
		snprintf(path, sizeof(path), "sys/fs/cgroup/%s/%s", word,
			 unified ? "cgroup.procs" : "cgroup.sane_behavior");
		scratch_file(&t->dir, path, "");
		snprintf(path, sizeof(path), "sys/fs/cgroup/%s/%s", word,
			 unified ? "cgroup.events" : "release_agent");
		/* Version 2 has it everywhere but at the root, version 1 there only. */
		if (unified == (root != NULL))
			scratch_file(&t->dir, path, "");
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%u 1 0:%u %s /sys/fs/cgroup/%s rw shared:1 - %s x rw%s%s\n", id, id,
			 root ? root : "/", word, unified ? "cgroup2" : "cgroup",
			 unified ? "" : ",", unified ? "" : word);
		id++;
	}
	snprintf(path, sizeof(path), "proc/%d/mountinfo", getpid());
	scratch_file(&t->dir, path, text);
}

static inline void cgroup_tree_file(struct cgroup_tree *t, const char *line)
{
	const char *blank = strchr(line, ' ');
	char path[512], text[1024];
	char *slash;

	ck_assert_ptr_nonnull(blank);
	snprintf(path, sizeof(path), "sys/fs/cgroup/%.*s", (int)(blank - line), line);
	snprintf(text, sizeof(text), "%s\n", blank + 1);
	scratch_file(&t->dir, path, text);
	/* Every group of version 2 but the root has this. */
	while ((slash = strrchr(path, '/')) && strncmp(line, "v2/", 3) == 0) {
		*slash = '\0';
		if (strlen(path) <= strlen("sys/fs/cgroup/v2"))
			return;
		snprintf(text, sizeof(text), "%s/cgroup.events", path);
		scratch_file(&t->dir, text, "populated 1\n");
	}
}

static inline void cgroup_tree_where(struct cgroup_tree *t, const char *where)
{
	scratch_file(&t->dir, "proc/42/cgroup", where);
}

/* How many descriptors are open; of those that count here all are small numbers. */
static inline int cgroup_tree_descriptors(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 512; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Only in test cases that have the fixture of scratch.h. */
static inline void cgroup_tree_open(struct cgroup_tree *t, const struct cgroup_tree_spec *spec)
{
	char path[sizeof(t->dir.dir) + 8];
	int i;

	scratch_open(&t->dir);
	t->by_high = spec->by_high;
	cgroup_tree_mounts(t, spec->mounts);
	cgroup_tree_where(t, spec->where);
	/* It began after 12.34 s; its name is made to mislead. */
	scratch_file(&t->dir, "proc/42/stat",
		     "42 (a) S 1 (b)) S 1 42 42 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 1234 99 7\n");
	for (i = 0; i < CGROUP_TREE_FILES && spec->files[i]; i++)
		cgroup_tree_file(t, spec->files[i]);
	snprintf(path, sizeof(path), "%s/proc", t->dir.dir);
	ck_assert_int_eq(source_open_tree(path, &t->source, NULL), 0);
}

static inline int cgroup_tree_taker(struct cgroup_tree *t, const char *group,
				    struct resource_taker **ret, struct fault *fault)
{
	struct resource_wish wish = {
		.init = CGROUP_TREE_INIT,
		.group = group,
		.by_high = t->by_high,
		.root_fd = t->dir.fd,
	};

	return resource_taker_open(&t->source, &wish, ret, fault);
}

static inline void cgroup_tree_close(struct cgroup_tree *t)
{
	source_close(&t->source);
	scratch_close(&t->dir);
}
