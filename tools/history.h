/* SPDX-License-Identifier: MIT */
/*
 * history.h - what has ended, as all boards have it: rows in the order of time.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "forest.h"

struct history {
	struct row *rows; /* the last is the newest */
	size_t count;
	struct row *supers; /* for each board that is a supervisor's */
};

/* Of a scan with SCAN_ENDS, which has to stay. False: no memory. */
bool history_gather(struct history *history, const struct scan *scan);
void history_done(struct history *history);

/* Those that somebody may mean, as forest_find() has it: all ends of that id,
 * or pid, or name; or "". Stores the newest `most` of them, the newest first,
 * and returns how many it stored. */
size_t history_find(const struct history *history, const char *text,
		    const struct row **found, size_t most);

/* The stack of its crash, if its board has one of that kind; else "". */
const char *history_stack(const struct row *row);

#endif
