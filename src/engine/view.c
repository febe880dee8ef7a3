/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A view's answers about its clients. */

#include "view.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "buf.h"
#include "pidmap.h"
#include "resources.h"
#include "text.h"

#define STATUS_MAX_BYTES 65536

/* By the line Tgid. Returns 0 if it cannot be told. */
static pid_t read_thread_group(const struct source *host, pid_t tid)
{
	AUTO_BUF struct buf status = { 0 };
	struct text rest, line, value;
	char path[32];
	int32_t tgid;

	snprintf(path, sizeof(path), "%d/status", tid);
	if (source_read(host, -1, path, STATUS_MAX_BYTES, &status) < 0)
		return 0;
	rest = buf_text(&status);
	while (text_line(&rest, &line, NULL)) {
		if (text_key(line, TEXT("Tgid"), &value))
			return text_pid(text_trim(value), &tgid) < 0 ? 0 : tgid;
	}
	return 0;
}

/* The thread group of a thread, by its number in our namespace. Returns 0 if it cannot be told. */
static pid_t thread_group_of(const struct view *v, pid_t tid)
{
	pid_t tgid = v->identity ? identity_thread_group(v->identity, tid) : 0;

	return tgid > 0 ? tgid : read_thread_group(v->host, tid);
}

/* Both numbers through one map; a thread that the map does not know has neither. */
static int translate_client(const struct pidmap *m, pid_t tgid, pid_t tid, pid_t *ret_tgid,
			    pid_t *ret_tid)
{
	pid_t view_tgid, view_tid;

	view_tid = m ? pidmap_to_view(m, tid) : 0;
	view_tgid = view_tid > 0 ? pidmap_to_view(m, tgid) : 0;
	if (view_tgid <= 0)
		return -ENOENT;
	*ret_tgid = view_tgid;
	*ret_tid = view_tid;
	return 0;
}

int view_client_pids(const struct view *v, const struct client *c, pid_t *ret_tgid, pid_t *ret_tid)
{
	pid_t tgid;
	int r;

	if (!v->host || c->tid <= 0)
		return -ENOENT;
	tgid = thread_group_of(v, c->tid);
	if (tgid <= 0)
		return -ENOENT;
	r = translate_client(v->clients, tgid, c->tid, ret_tgid, ret_tid);
	if (r == -ENOENT)
		r = translate_client(v->guests.pids, tgid, c->tid, ret_tgid, ret_tid);
	return r;
}

/* Our number for a process; 0: none. Numbers of a kernel source are the view's; those of the host's procfs are ours. */
static pid_t number_here(const struct view *v, const struct realm *realm, pid_t there)
{
	if (realm->source->kind == SOURCE_TREE)
		return 0;
	if (realm->source->kind == SOURCE_KERNEL)
		return v->clients ? pidmap_from_view(v->clients, there) : 0;
	return there;
}

bool view_is_server(const struct view *v, const struct realm *realm, pid_t there)
{
	there = number_here(v, realm, there);
	/* Whether there is such a thread in our group; that we may signal it is never asked. */
	return there > 0 && tgkill(getpid(), there, 0) == 0;
}

bool view_is_own(const struct view *v, const struct client *c, const struct realm *realm,
		 pid_t there, bool thread)
{
	pid_t tgid;

	if (!v->host || c->tid <= 0)
		return false;
	there = number_here(v, realm, there);
	if (there <= 0 || thread)
		return there > 0 && there == c->tid;
	tgid = thread_group_of(v, c->tid);
	return tgid > 0 && (there == tgid || thread_group_of(v, there) == tgid);
}

unsigned view_resource_files(const struct view *v)
{
	if (!v->take_resources)
		return 0;
	return v->resource_choice ? *v->resource_choice : v->resource_files;
}

bool view_may_choose(const struct view *v)
{
	return v->take_resources && v->resource_choice;
}

int view_choose_resources(const struct view *v, unsigned files)
{
	if (files & ~(unsigned)RESOURCE_FILES_ALL)
		return -EINVAL;
	if (!view_may_choose(v))
		return -EOPNOTSUPP;
	*v->resource_choice = files;
	return 0;
}
