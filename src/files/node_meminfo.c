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
	uint64_t node;
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
	    !text_field(&rest, &word) || text_u64(word, &ret->node) < 0 ||
	    !text_field(&rest, &word))
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

/* Whether the container may have memory on the node at all. */
static bool is_allowed(const struct resource_nodes *nodes, uint64_t node)
{
	return !nodes->has_set ||
	       (node < RESOURCE_CPUS_MAX && resource_cpus_has(&nodes->set, (unsigned)node));
}

/* It is all of the machine's: nobody limits memory, and the node that the text is about is not left out. */
static bool is_machines(const struct resources *r, struct text in)
{
	struct amount amount;
	struct text line;

	if (r->memory.state != RESOURCE_ABSENT)
		return false;
	return !r->nodes.has_set ||
	       (text_line(&in, &line, NULL) && take_amount(line, &amount) == TOTAL &&
		is_allowed(&r->nodes, amount.node));
}

static int show(const struct resources *resources, struct text in, struct buf *out)
{
	const struct resource_memory *memory = &resources->memory;
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
		if (key == TOTAL && is_allowed(&resources->nodes, amount.node))
			shown[key] = bounded(amount.kib, memory->limit_bytes);
		else if (key == FREE)
			shown[key] =
				least(bounded(amount.kib, memory->headroom_bytes), shown[TOTAL]);
		else if (key == USED)
			shown[key] = shown[TOTAL] - shown[FREE];
		r = append_amount(&amount, shown[key], out);
	}
	return r == 0 && n_seen != N_KEYS ? -EIO : r;
}

/**
 * narrow_node_meminfo() - the memory that the container can have on a node
 * In:     lines "Node N KEY: NUMBER [kB]", MemTotal, MemFree and MemUsed first.
 * Out:    these three: no more than the container's limit; no more than what is left of it; their difference; 0 on
 *         a node on which its cpuset allows no memory. All other lines are left out: they count the memory of everybody on
 *         this node.
 * Facts:  memory, nodes.
 * Errors: -EIO if the text is cut off, or one of the three is missing, or has another form; -ENOMEM.
 */
int narrow_node_meminfo(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resources *r = rw->resources;

	if (!(r->files & RESOURCE_MEMINFO) || is_machines(r, in))
		return buf_append_text(out, in);
	return show(r, in, out);
}

static const char *mems_file(const struct resource_nodes *nodes)
{
	return nodes->state == RESOURCE_V2 ? "cpuset.mems.effective" : "cpuset.effective_mems";
}

static int say_mems(const struct resource_nodes *nodes, const char *words, struct buf *rule,
		    struct buf *files)
{
	int r = buf_append_str(rule, words);

	return r < 0 ? r : buf_append_str(files, mems_file(nodes));
}

/**
 * explain_node_list() - by which rule a list of nodes is as it is
 * In:     the line that narrow_node_list() has made.
 * Facts:  nodes.
 * Errors: -ENOMEM.
 */
int explain_node_list(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files)
{
	(void)line;
	if (!resources->nodes.has_set)
		return buf_append_str(rule, "the machine's: no cpuset says where memory may be");
	return say_mems(&resources->nodes, "of the nodes in it those of the cpuset", rule, files);
}

static int say_amount(const struct resource_memory *memory, int key, struct buf *rule,
		      struct buf *files)
{
	static const char *const words[N_KEYS] = {
		"the node's, at most the memory limit",
		"the node's, at most what is left, at most MemTotal",
		"MemTotal - MemFree",
	};
	int r;

	if (memory->state == RESOURCE_ABSENT)
		return buf_append_str(rule, "the machine's: no group counts memory");
	r = buf_append_str(rule, words[key]);
	if (r < 0 || key == USED)
		return r;
	return meminfo_say_files(key == TOTAL ? LINE_MEM_TOTAL : LINE_MEM_FREE, memory, files);
}

/**
 * explain_node_meminfo() - by which rule a line is as it is
 * In:     a line that narrow_node_meminfo() has made.
 * Facts:  memory, nodes.
 * Errors: -ENOMEM.
 */
int explain_node_meminfo(const struct resources *resources, struct text line, struct buf *rule,
			 struct buf *files)
{
	const struct resource_nodes *nodes = &resources->nodes;
	struct amount amount;
	int key = take_amount(line, &amount);

	if (key < 0 || key == N_KEYS)
		return 0;
	if (!is_allowed(nodes, amount.node))
		return say_mems(nodes, "0: the cpuset allows no memory on this node", rule, files);
	return say_amount(&resources->memory, key, rule, files);
}
