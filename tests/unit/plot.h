/* SPDX-License-Identifier: MIT */
/*
 * plot.h - a scan that nobody has made: boards as a test wants them.
 *
 * What is added is as if it had been read and found good.
 */
#ifndef PLOT_H
#define PLOT_H

#include "scan.h"

#define PLOT_NOW 1000000000 /* in microseconds, as all times */
#define PLOT_DAY 5000000000 /* the time of day when the clock said 0 */

void plot_begin(struct scan *scan);

/* Of a process that lives, and began so many seconds before now. Returns its
 * place among the boards. */
size_t plot_board(struct scan *scan, enum board_kind kind, pid_t pid,
		  const char *name, int seconds);

/* These return what they added, to be changed; until the next call. The id is
 * that of the board's process and the number. */
struct board_slot *plot_slot(struct scan *scan, size_t board,
			     enum slot_kind kind, unsigned number,
			     const char *name);
struct board_end *plot_end(struct scan *scan, size_t board, enum slot_kind kind,
			   unsigned number, const char *name);
struct board_crash *plot_crash(struct scan *scan, size_t board,
			       uint64_t fingerprint, const char *name);

uint64_t plot_id(pid_t pid, unsigned number);

#endif
