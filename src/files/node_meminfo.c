/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nodeN/meminfo (drivers/base/node.c, node_read_meminfo()) as the container's. */

#include <errno.h>

#include "meminfo.h"
#include "resources.h"
#include "rewrite.h"

enum { TOTAL, FREE, USED, N_KEYS };

static const struct text keys[N_KEYS] = { { "MemTotal:", 9 },
					  { "MemFree:", 8 },
					  { "MemUsed:", 8 } };

struct amount {
	struct text head; /* "Node 0 MemTotal:" */
	int width;	  /* of the number with the blanks before it */
	uint64_t kib;
};

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* "Node N KEY: NUMBER kB". Returns which key it is, N_KEYS for another one, or -EIO. */
static int take_amount(struct text line, struct amount *ret)
{
	struct text rest = line, word, number, unit;
	int i = 0;

	if (!text_field(&rest, &word) || !text_equal(word, TEXT("Node")) ||
	    !text_field(&rest, &word) || !text_field(&rest, &word))
		return -EIO;
	while (i < N_KEYS && !text_equal(word, keys[i]))
		i++;
	if (i == N_KEYS)
		return i;
	if (!text_field(&rest, &number) || text_u64(number, &ret->kib) < 0 ||
	    !text_field(&rest, &unit) || !text_equal(unit, TEXT("kB")) || rest.n > 0)
		return -EIO;
	ret->head = text_of(line.p, (size_t)(word.p + word.n - line.p));
	ret->width = (int)(number.p + number.n - (word.p + word.n));
	return i;
}

static int append_amount(const struct amount *a, uint64_t kib, struct buf *out)
{
	int r = buf_append_text(out, a->head);

	return r < 0 ? r : buf_printf(out, " %*llu kB\n", a->width - 1, (unsigned long long)kib);
}

/* What a group may have of a node is what it may have at all, if the node has so much. */
static uint64_t bounded(uint64_t kib, uint64_t limit_bytes)
{
	return limit_bytes == RESOURCE_NONE ? kib : least(kib, limit_bytes / 1024);
}

static int show(const struct resource_memory *memory, struct text in, struct buf *out)
{
	uint64_t shown[N_KEYS] = { 0 };
	struct amount amount;
	int n_seen = 0, r = 0;
	struct text line;
	bool ended;
	int key;

	while (r == 0 && text_line(&in, &line, &ended)) {
		key = ended ? take_amount(line, &amount) : -EIO;
		if (key == N_KEYS)
			continue;
		/* Each once, and in this order. */
		if (key != n_seen++)
			return -EIO;
		if (key == TOTAL)
			shown[key] = bounded(amount.kib, memory->limit_bytes);
		else if (key == FREE)
			shown[key] =
				least(bounded(amount.kib, memory->headroom_bytes), shown[TOTAL]);
		else
			shown[key] = shown[TOTAL] - shown[FREE];
		r = append_amount(&amount, shown[key], out);
	}
	return r == 0 && n_seen != N_KEYS ? -EIO : r;
}

/**
 * narrow_node_meminfo() - the memory that the container can have on a node
 * In:     lines "Node N KEY: NUMBER [kB]", MemTotal, MemFree and MemUsed first.
 * Out:    these three: no more than the container's limit; no more than what is left of it; their difference. All
 *         other lines are left out: they count the memory of everybody on this node.
 * Facts:  memory.
 * Errors: -EIO if the text is cut off, or one of the three is missing, or has another form; -ENOMEM.
 */
int narrow_node_meminfo(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resources *r = rw->resources;

	if (!(r->files & RESOURCE_MEMINFO) || r->memory.state == RESOURCE_ABSENT)
		return buf_append_text(out, in);
	return show(&r->memory, in, out);
}

/**
 * explain_node_meminfo() - by which rule a line is as it is
 * In:     a line that narrow_node_meminfo() has made.
 * Facts:  memory.
 * Errors: -ENOMEM.
 */
int explain_node_meminfo(const struct resources *resources, struct text line, struct buf *rule,
			 struct buf *files)
{
	static const char *const words[N_KEYS] = {
		"the node's, at most the memory limit",
		"the node's, at most what is left, at most MemTotal",
		"MemTotal - MemFree",
	};
	static const enum meminfo_line lines[N_KEYS] = { LINE_MEM_TOTAL, LINE_MEM_FREE,
							 LINE_MEM_FREE };
	const struct resource_memory *memory = &resources->memory;
	struct amount amount;
	int key, r;

	if (memory->state == RESOURCE_ABSENT)
		return buf_append_str(rule, "the machine's: no group counts memory");
	key = take_amount(line, &amount);
	if (key < 0 || key == N_KEYS)
		return 0;
	r = buf_append_str(rule, words[key]);
	if (r < 0 || key == USED)
		return r;
	return meminfo_say_files(lines[key], memory, files);
}
