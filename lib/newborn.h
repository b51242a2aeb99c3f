/* SPDX-License-Identifier: MIT */
/* newborn.h - what a forked child does before anybody else's code runs in it.
 */
#ifndef TINE_NEWBORN_H
#define TINE_NEWBORN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct fd_table;

struct newborn {
	pid_t parent;          /* who forked it */
	bool death_signal;     /* die with the thread that forked it */
	bool tame;             /* no signal has a handler but one of ours */
	const char *oom_score; /* how good a victim it is; "": leave it */
	int channel;           /* its way home, */
	const int *keeps;      /* and these stay open; */
	size_t keep_count;
	int null;  /* the rest become copies of this */
	int error; /* becomes its stderr; -1: stays the parent's */
	const struct fd_table *open; /* descriptors there are; NULL: look */
};

/*
 * Call with all signals blocked, right after fork(). On return the child
 * depends on nothing that belongs to its parent; its signals are still
 * blocked. Returns false when the parent is gone already.
 */
bool newborn_settle(const struct newborn *newborn);

/* Waits until the parent has everything in place; false: it gave up. */
bool newborn_wait(const struct newborn *newborn);

/* Lets signals in. */
void newborn_listen(void);

#endif
