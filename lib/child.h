/* SPDX-License-Identifier: MIT */
/* child.h - birth and death of one forked child. */
#ifndef TINE_CHILD_H
#define TINE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "list.h"
#include "newborn.h"
#include "verdict.h"

struct host;

struct child {
	struct list_node node; /* among the living of its context */
	pid_t pid;             /* 0: there is none */
	struct host *host;     /* who forked it, and reaps it; NULL: we */
	uint64_t serial;       /* by which its host knows it */
	int deadly;            /* what ends it at once; 0: SIGKILL */
	int pidfd;             /* -1: its backend goes by the pid */
	int channel;           /* our end */
	int error;             /* its stderr; -1: not captured */
};

struct child_exit {
	enum exit_kind how;
	int status;
	bool core;
	struct rusage usage;
	unsigned adopted; /* what it left behind */
	enum cause cause; /* why its host ended it, */
	bool killed;      /* and that it did so by SIGKILL */
};

/* Runs in the child and never returns. */
typedef void child_main(const struct newborn *newborn, void *data);

struct child_plan {
	child_main *main;
	void *data;
	struct newborn newborn; /* but what child_start() fills in */
	struct fd_table *table; /* to find open descriptors with; or NULL */
	bool capture;           /* its stderr */
	bool pidfd;
	int deadly;
};

/*
 * Forks a child that waits at its gate. Returns 0, TINE_ELIMIT, TINE_ENOMEM
 * or TINE_ESYS; on failure nothing is left of it.
 */
int child_start(struct child *child, const struct child_plan *plan);

/* Everything is in place: let it run. Returns 0, also if it is dead already,
 * or an enum tine_error. */
int child_open_gate(const struct child *child);

/* Says "stop" where tine_stopping() looks. */
void child_say_stop(const struct child *child);

/* To the child and all of its process group. Only before it was reaped. */
void child_signal(const struct child *child, int number);

/* Ends it, and it cannot say no. */
void child_kill(const struct child *child);

/* It has ended: whatever it left in its process group ends, too. */
void child_end_group(const struct child *child);

/* Without waiting. Returns whether it ended, and then it is reaped and
 * *ended tells how. */
bool child_collect(struct child *child, struct child_exit *ended);

/* Somebody else reaped it, and tells how it ended. */
void child_taken(struct child *child, const struct child_exit *taken);

/* What a wait status says. */
struct child_exit child_exit_from(int status);

/* Whether it can still be waited for. */
bool child_is_ours(const struct child *child);

/* Waits, for this child alone and without a loop. Returns whether it ended. */
bool child_wait(const struct child *child, int64_t deadline);

/* The same for somebody else's, by its pidfd. */
bool child_has_ended(const struct child *child, int64_t deadline);

/* How one ended that somebody else has reaped. False: it was not reaped yet, or
 * this is not to be known (Linux 6.15). */
bool child_was_taken(int pidfd, struct child_exit *ended);

/* Closes our ends. */
void child_close(struct child *child);

#endif
