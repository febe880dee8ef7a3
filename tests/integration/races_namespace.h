/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A pid namespace whose init starts, kills and reaps children on order. */

#include <sys/types.h>

/* Starts it. Returns the number of its init in our namespace; *ret_socket takes the orders. */
pid_t namespace_start(int *ret_socket);

/*
 * Has init do one thing: 's' start a child called name, with number pid if that is not 0 (returns its
 * number in the namespace, or -errno); 'k' kill child pid and wait until it is a zombie; 'r' reap it.
 */
pid_t namespace_order(int socket, char what, pid_t pid, const char *name);
