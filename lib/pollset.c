/* SPDX-License-Identifier: MIT */
/*
 * pollset.c - descriptors that are watched together, and forgotten for sure.
 *
 * The kernel watches not a descriptor but what is behind it, for as long as
 * anybody has that open: and a child that was forked a moment ago still has
 * what its parent closed. libev counts on closing to end a watch; where that
 * fails it makes its whole set of descriptors anew, those of the program
 * included. So ours are in a set of their own, of which each is taken out.
 *
 * A callback may remove any entry, run the loop, or close the set: so what was
 * found is handled from one place on, whoever goes on with it, and entries that
 * are removed are struck out.
 */
#include "pollset.h"

#include <errno.h>
#include <stddef.h>

#include "defer.h"
#include "err.h"
#include "fd.h"

int pollset_open(struct pollset *set)
{
	*set = (struct pollset){ .fd = fd_lift(epoll_create1(EPOLL_CLOEXEC)) };
	return set->fd < 0 ? err_from_errno(errno) : 0;
}

void pollset_close(struct pollset *set)
{
	defer_close(&set->fd);
	*set = (struct pollset){ .fd = -1 };
}

bool pollset_add(struct pollset *set, struct pollset_entry *entry)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = entry };

	return epoll_ctl(set->fd, EPOLL_CTL_ADD, entry->fd, &event) == 0;
}

void pollset_remove(struct pollset *set, const struct pollset_entry *entry)
{
	(void)epoll_ctl(set->fd, EPOLL_CTL_DEL, entry->fd, NULL);
	for (int i = set->at; i < set->count; i++)
		if (set->events[i].data.ptr == entry)
			set->events[i].data.ptr = NULL;
}

/* If a callback is what called, what is left of the round it came from comes
 * first. */
void pollset_dispatch(struct pollset *set)
{
	if (set->at >= set->count) {
		set->at = 0;
		set->count = epoll_wait(set->fd, set->events, POLLSET_ROUND, 0);
	}
	while (set->at < set->count) {
		struct pollset_entry *entry = set->events[set->at++].data.ptr;

		if (entry)
			entry->fn(entry->data);
	}
}
