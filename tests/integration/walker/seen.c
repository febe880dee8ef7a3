/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counts how often a string was met: a hash table that grows. */

#include "walker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 1024 /* a power of 2, as every later size */

struct slot {
	char *key;
	unsigned count;
};

struct seen {
	struct slot *slots;
	size_t n_slots, n_used;
};

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	must(p ? 0 : -ENOMEM);
	return p;
}

struct seen *seen_new(void)
{
	struct seen *s = zeroed(1, sizeof(*s));

	s->n_slots = FIRST_SLOTS;
	s->slots = zeroed(s->n_slots, sizeof(*s->slots));
	return s;
}

void seen_free(struct seen *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_slots; i++)
		free(s->slots[i].key);
	free(s->slots);
	free(s);
}

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *key)
{
	uint64_t h = 14695981039346656037ULL;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211ULL;
	return h;
}

/* The slot that has the key, or the empty one where it belongs. */
static struct slot *find(struct slot *slots, size_t n_slots, const char *key)
{
	size_t i = hash_of(key) & (n_slots - 1);

	while (slots[i].key && strcmp(slots[i].key, key) != 0)
		i = (i + 1) & (n_slots - 1);
	return &slots[i];
}

static void grow(struct seen *s)
{
	size_t n_slots = s->n_slots * 2;
	struct slot *slots = zeroed(n_slots, sizeof(*slots));

	for (size_t i = 0; i < s->n_slots; i++) {
		if (s->slots[i].key)
			*find(slots, n_slots, s->slots[i].key) = s->slots[i];
	}
	free(s->slots);
	s->slots = slots;
	s->n_slots = n_slots;
}

unsigned seen_count(struct seen *s, const char *key)
{
	struct slot *slot = find(s->slots, s->n_slots, key);

	if (!slot->key) {
		if (s->n_used * 2 > s->n_slots) {
			grow(s);
			slot = find(s->slots, s->n_slots, key);
		}
		slot->key = strdup(key);
		must(slot->key ? 0 : -ENOMEM);
		s->n_used++;
	}
	return slot->count++;
}
