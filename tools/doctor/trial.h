/* SPDX-License-Identifier: MIT */
/*
 * trial.h - something that may hang or kill is tried in a task, and for a time.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "tine.h"

#define TRIAL_WHY 512
#define TRIAL_CRASH 1024

struct trial {
	bool done;               /* fn returned 0, and the answer is there */
	char why[TRIAL_WHY];     /* else what became of it */
	char crash[TRIAL_CRASH]; /* the first lines of its stack, or "" */
};

/* Runs fn in a task, which sends home just `room` bytes. */
struct trial trial_run(tine_fn *fn, const void *arg, size_t size, void *answer,
		       size_t room);

#endif
