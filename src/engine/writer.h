/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Inside the engine: the facts about who wants to write that policy_check() judges by. */

#include "tree.h"

/* enum policy_writer for the client and the entry at p. Nothing is remembered: a client may move. */
unsigned writer_of(const struct view *v, const struct client *c, const struct place *p);

/* POLICY_OWN if the entry belongs to the client's own process, else 0. */
unsigned writer_own(const struct view *v, const struct client *c, const struct place *p);
