/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients have open. */

#include "handles.h"

#include <stdlib.h>

#include "content.h"
#include "listing.h"
#include "views.h"

void handles_init(struct handles *h)
{
	*h = (struct handles){ .first = NULL };
	pthread_mutex_init(&h->lock, NULL);
}

static void close_handle(struct handle *handle)
{
	reading_free(handle->reading);
	listing_free(handle->listing);
	served_release(handle->served);
	free(handle);
}

void handles_done(struct handles *h)
{
	while (h->first) {
		struct handle *handle = h->first;

		h->first = handle->next;
		close_handle(handle);
	}
	pthread_mutex_destroy(&h->lock);
}

uint64_t handles_add(struct handles *h, struct served *served, struct reading *reading,
		     struct listing *listing)
{
	struct handle *handle = calloc(1, sizeof(*handle));

	if (!handle) {
		reading_free(reading);
		listing_free(listing);
		return 0;
	}
	handle->served = served_hold(served);
	handle->reading = reading;
	handle->listing = listing;
	pthread_mutex_lock(&h->lock);
	handle->next = h->first;
	if (h->first)
		h->first->previous = handle;
	h->first = handle;
	pthread_mutex_unlock(&h->lock);
	return (uintptr_t)handle;
}

struct handle *handles_get(uint64_t number)
{
	return (struct handle *)(uintptr_t)number;
}

void handles_remove(struct handles *h, uint64_t number)
{
	struct handle *handle = handles_get(number);

	pthread_mutex_lock(&h->lock);
	if (handle->previous)
		handle->previous->next = handle->next;
	else
		h->first = handle->next;
	if (handle->next)
		handle->next->previous = handle->previous;
	pthread_mutex_unlock(&h->lock);
	close_handle(handle);
}
