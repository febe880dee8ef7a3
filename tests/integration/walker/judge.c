/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Does what the view showed lie between what the oracle showed before and after?
 *
 * A token the oracle shows twice alike must be that; a number must be within the two. A number that
 * was seen to rise and to fall fluctuates: then all the oracle showed so far is its range. A number
 * that only rises has no such range, so a view that serves old text fails.
 */

#include "tokens.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one token of the oracle did over all readings. */
struct track {
	__int128 low, high, last;
	bool rose, fell;
};

struct judge {
	const char *normal;
	struct buf first; /* the oracle's text that the tracks began with */
	struct tokens shape;
	struct track *tracks;
};

struct judge *judge_new(const char *normal)
{
	struct judge *j = calloc(1, sizeof(*j));

	must(j ? 0 : -ENOMEM);
	j->normal = normal;
	return j;
}

void judge_free(struct judge *j)
{
	if (!j)
		return;
	buf_free(&j->first);
	tokens_free(&j->shape);
	free(j->tracks);
	free(j);
}

/* Starts the tracks anew with this text. */
static void begin_tracks(struct judge *j, struct text t)
{
	buf_clear(&j->first);
	must(buf_append_text(&j->first, t));
	tokens_split(buf_text(&j->first), &j->shape);
	free(j->tracks);
	j->tracks = calloc(j->shape.n + 1, sizeof(*j->tracks));
	must(j->tracks ? 0 : -ENOMEM);
	for (size_t i = 0; i < j->shape.n; i++) {
		struct track *k = &j->tracks[i];

		token_numbers(&j->shape.items[i].text, 1, &k->last);
		k->low = k->high = k->last;
	}
}

static void follow(struct judge *j, struct text t, const struct tokens *ts)
{
	if (!j->tracks || !tokens_same_structure(&j->shape, ts)) {
		begin_tracks(j, t);
		return;
	}
	for (size_t i = 0; i < ts->n; i++) {
		struct track *k = &j->tracks[i];
		const struct text pair[2] = { j->shape.items[i].text, ts->items[i].text };
		__int128 v[2];

		if (!token_numbers(pair, 2, v))
			continue;
		k->rose |= v[1] > k->last;
		k->fell |= v[1] < k->last;
		k->last = v[1];
		k->low = v[1] < k->low ? v[1] : k->low;
		k->high = v[1] > k->high ? v[1] : k->high;
	}
}

static bool number_agrees(const struct track *k, const __int128 v[3], __int128 slack)
{
	__int128 low = v[0] < v[2] ? v[0] : v[2], high = v[0] < v[2] ? v[2] : v[0];

	if (k && k->rose && k->fell) {
		low = k->low;
		high = k->high;
	}
	return v[1] >= low - slack && v[1] <= high + slack;
}

static bool word_agrees(const struct judge *j, struct text whole, const struct token *k,
			const struct text t[3], const struct track *track)
{
	__int128 v[3], slack = 0;
	char label[LABEL_BYTES];
	const struct rule *rule;

	if (text_equal(t[1], t[0]) || text_equal(t[1], t[2]))
		return true;
	token_label(j->normal, whole, k, label);
	rule = rule_token(j->normal, label);
	/* Anything of its kind: a number, or a word of the same length. */
	if (rule && rule->kind == RULE_ANY && (t[1].n == t[0].n || token_numbers(t, 3, v)))
		return true;
	if (rule && rule->kind == RULE_SLACK)
		slack = (__int128)rule->number * 1000000000;
	return token_numbers(t, 3, v) && number_agrees(track, v, slack);
}

/* Columns are padded, so a number that grows a digit takes it from the blanks beside it. */
static bool blank_agrees(const struct tokens ts[3], size_t i)
{
	for (size_t side = 0; side < 3; side += 2) {
		const struct token *o = ts[side].items, *v = ts[1].items;

		if (text_equal(o[i].text, v[i].text))
			return true;
		if (i > 0 && !text_equal(o[i - 1].text, v[i - 1].text))
			return true;
		if (i + 1 < ts[1].n && !text_equal(o[i + 1].text, v[i + 1].text))
			return true;
	}
	return false;
}

static bool set_mismatch(const struct judge *j, const struct text t[3], const struct tokens ts[3],
			 size_t i, struct mismatch *ret)
{
	token_label(j->normal, t[1], &ts[1].items[i], ret->label);
	for (size_t k = 0; k < 3; k++)
		ret->line[k] = line_of(t[k], &ts[k].items[i]);
	return false;
}

/* Where two texts part: their first lines that differ. */
static bool set_structure(const struct text t[3], struct mismatch *ret)
{
	struct text rest[3] = { t[0], t[1], t[2] };
	bool more[3], ended[3];

	snprintf(ret->label, sizeof(ret->label), "structure");
	do {
		for (size_t k = 0; k < 3; k++) {
			ret->line[k] = TEXT("");
			ended[k] = false;
			more[k] = text_line(&rest[k], &ret->line[k], &ended[k]);
		}
	} while (more[0] && more[1] && ended[0] == ended[1] &&
		 text_equal(ret->line[0], ret->line[1]));
	return false;
}

static struct seen *lines_of(struct text t)
{
	AUTO_BUF struct buf key = { 0 };
	struct seen *lines = seen_new();
	struct text line;

	while (text_line(&t, &line, NULL)) {
		buf_clear(&key);
		escape(line, SIZE_MAX, &key);
		seen_count(lines, key.data);
	}
	return lines;
}

/* Every line that is in the first and in the third text is in the second. */
static bool lines_agree(const struct text t[3], struct mismatch *ret)
{
	struct seen *v = lines_of(t[1]), *o2 = lines_of(t[2]);
	AUTO_BUF struct buf key = { 0 };
	struct text rest = t[0];
	bool ok = true;

	snprintf(ret->label, sizeof(ret->label), "line-missing");
	ret->line[1] = TEXT("");
	while (ok && text_line(&rest, &ret->line[0], NULL)) {
		buf_clear(&key);
		escape(ret->line[0], SIZE_MAX, &key);
		ret->line[2] = ret->line[0];
		ok = seen_count(o2, key.data) == 0 || seen_count(v, key.data) > 0;
	}
	seen_free(v);
	seen_free(o2);
	return ok;
}

static bool tokens_agree(const struct judge *j, const struct text t[3], const struct tokens ts[3],
			 struct mismatch *ret)
{
	bool tracked = tokens_same_structure(&j->shape, &ts[1]);

	for (size_t i = 0; i < ts[1].n; i++) {
		const struct text k[3] = { ts[0].items[i].text, ts[1].items[i].text,
					   ts[2].items[i].text };
		bool ok = true;

		if (ts[1].items[i].kind == TOKEN_WORD)
			ok = word_agrees(j, t[1], &ts[1].items[i], k,
					 tracked ? &j->tracks[i] : NULL);
		else if (ts[1].items[i].kind == TOKEN_BLANK)
			ok = blank_agrees(ts, i);
		if (!ok)
			return set_mismatch(j, t, ts, i, ret);
	}
	return true;
}

bool judge_agrees(struct judge *j, const struct text t[3], struct mismatch *ret)
{
	struct tokens ts[3] = { 0 };
	bool ok;

	for (size_t k = 0; k < 3; k++)
		tokens_split(t[k], &ts[k]);
	follow(j, t[0], &ts[0]);
	follow(j, t[2], &ts[2]);
	if (text_equal(t[1], t[0]) || text_equal(t[1], t[2]))
		ok = true;
	else if (tokens_same_structure(&ts[0], &ts[1]) && tokens_same_structure(&ts[2], &ts[1]))
		ok = tokens_agree(j, t, ts, ret);
	else if (rule_find(j->normal, RULE_LINES))
		ok = lines_agree(t, ret);
	else
		ok = set_structure(t, ret);
	for (size_t k = 0; k < 3; k++)
		tokens_free(&ts[k]);
	return ok;
}
