/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The option -o: mount options. */

#include "mount_options.h"

#include <unistd.h>

#include "text.h"
#include "view_args.h"

static const struct argp_option options[] = {
	{ NULL, 'o', "OPTIONS", 0,
	  "mount options, separated by commas: hidepid=off, noaccess, invisible or ptraceable (0, "
	  "1, 2, 4), gid=NUMBER, subset=pid as for procfs; ro, and for root allow_other (always "
	  "so)",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static void parse_hidepid(struct argp_state *state, struct text value, struct hiding *h)
{
	static const enum hidepid all[] = { HIDEPID_OFF, HIDEPID_NO_ACCESS, HIDEPID_INVISIBLE,
					    HIDEPID_PTRACEABLE };
	uint64_t number = UINT64_MAX;
	size_t i;

	if (text_u64(value, &number) < 0)
		number = UINT64_MAX;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (number == (uint64_t)all[i] ||
		    text_equal(value, text_str(hiding_name(all[i])))) {
			h->hidepid = all[i];
			return;
		}
	}
	argp_error(state,
		   "-o hidepid=%.*s: use off, noaccess, invisible, ptraceable, or 0, 1, 2, 4",
		   (int)value.n, value.p);
}

/* The last number means none (gid_t)-1. */
static void parse_gid(struct argp_state *state, struct text value, struct hiding *h)
{
	uint64_t number;

	if (text_u64(value, &number) < 0 || number >= UINT32_MAX) {
		argp_error(state, "-o gid=%.*s: not the number of a group", (int)value.n, value.p);
		return;
	}
	h->has_gid = true;
	h->gid = (gid_t)number;
}

/* Options without a meaning for the view. */
static void parse_other(struct argp_state *state, struct text option)
{
	if (option.n == 0 || text_equal(option, TEXT("ro")))
		return;
	if (text_equal(option, TEXT("rw")))
		argp_error(state, "-o rw: use --rw, of run and mount");
	else if (!text_equal(option, TEXT("allow_other")))
		argp_error(state, "-o %.*s: unknown mount option", (int)option.n, option.p);
	else if (geteuid() != 0) /* as it is anyway */
		argp_error(state, "-o allow_other: only for root, whose server can act with each "
				  "client's rights");
}

static void parse_option(struct argp_state *state, struct text option, struct hiding *h)
{
	struct text value = option, name;

	if (!text_until(&value, '=', &name) || name.n == option.n)
		value = TEXT("");
	if (text_equal(name, TEXT("hidepid")))
		parse_hidepid(state, value, h);
	else if (text_equal(name, TEXT("gid")))
		parse_gid(state, value, h);
	else if (text_equal(option, TEXT("subset=pid")))
		h->only_processes = true;
	else if (text_equal(name, TEXT("subset")))
		argp_error(state, "-o subset=%.*s: only pid is one", (int)value.n, value.p);
	else
		parse_other(state, option);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct view_args *args = state->input;
	struct text rest, option;

	if (key != 'o')
		return ARGP_ERR_UNKNOWN;
	rest = text_str(arg);
	while (text_until(&rest, ',', &option))
		parse_option(state, option, &args->hiding);
	return 0;
}

const struct argp mount_options_argp = { .options = options, .parser = parse };
