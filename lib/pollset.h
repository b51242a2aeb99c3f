/* SPDX-License-Identifier: MIT */
/*
 * pollset.h - descriptors that are watched together, and forgotten for sure.
 */
#ifndef TINE_POLLSET_H
#define TINE_POLLSET_H

#include <stdbool.h>

#include <sys/epoll.h>

#define POLLSET_ROUND 32

struct pollset {
	int fd; /* readable when one of them is; -1: closed */
	struct epoll_event events[POLLSET_ROUND]; /* that are being handled, */
	int at, count;                            /* from here on */
};

struct pollset_entry {
	int fd;
	void (*fn)(void *data);
	void *data;
};

/* 0, TINE_ELIMIT, TINE_ENOMEM or TINE_ESYS. */
int pollset_open(struct pollset *set);

/* May be called from a callback. */
void pollset_close(struct pollset *set);

/* False: it cannot be. The entry stays where it is until it is removed, which
 * has to be before its descriptor is closed. */
bool pollset_add(struct pollset *set, struct pollset_entry *entry);
void pollset_remove(struct pollset *set, const struct pollset_entry *entry);

/* Calls those that are readable now. */
void pollset_dispatch(struct pollset *set);

#endif
