/* SPDX-License-Identifier: MIT */
/*
 * series.h - numbers of programs, supervisors, and tasks that have tasks: one
 * of each for a monitor to follow.
 *
 * A process may have several boards; those that it calls alike are one.
 */
#ifndef SERIES_H
#define SERIES_H

#include "proc.h"
#include "scan.h"

struct series {
	const char *app;
	pid_t pid;
	const char *super; /* its path; "": it is no supervisor */

	bool alive;
	int64_t started_us; /* its first board; the time of day */
	uint64_t started, restarts, ended[BOARD_END_KINDS];
	uint64_t states[NOW_COUNT]; /* of tasks, items and children */
	uint64_t streams, busy;     /* and items of theirs that run */
	uint64_t torn;
	struct proc proc;
};

struct all_series {
	struct series *series;
	size_t count;
};

/* Of a scan with SCAN_SLOTS, which has to stay. False: no memory. */
bool series_read(struct all_series *all, const struct scan *scan);
void series_done(struct all_series *all);

#endif
