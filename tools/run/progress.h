/* SPDX-License-Identifier: MIT */
/*
 * progress.h - how far a run is, for who watches the terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "term.h"

struct progress {
	bool visible;
	bool shared; /* stdout is a terminal: the same, maybe */
	struct term term;
	int64_t started_us;
	int64_t next_us; /* not drawn again before that */
};

/* Shown if stderr is a terminal, and it is wanted. */
void progress_start(struct progress *progress, bool wanted);

/* So many have ended, of `total`, 0: nobody knows. */
void progress_show(struct progress *progress, uint64_t ended, uint64_t failed,
		   uint64_t total);

/* Gives way to what goes to a terminal, and is drawn again behind it. */
void progress_hide(struct progress *progress);

#endif
