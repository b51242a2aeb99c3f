/* SPDX-License-Identifier: MIT */
/*
 * report.h - what became of each URL, and of all of them.
 */
#ifndef REPORT_H
#define REPORT_H

#include "../common/progress.h"
#include "tine.h"

struct report {
	size_t count;
	size_t ends[TINE_PENDING + 1]; /* so many of them each */
	struct progress progress;
};

/* With 0, nobody knows how many URLs there will be. */
void report_init(struct report *report, enum progress_when when, size_t total);

/* Prints a line for the URL. */
void report_add(struct report *report, const struct tine_result *result);

/* Takes the progress off the terminal. */
void report_done(struct report *report);

/* Tells the sums, on stderr. */
void report_totals(const struct report *report);

bool report_is_good(const struct report *report);

#endif
