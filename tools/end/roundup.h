/* SPDX-License-Identifier: MIT */
/*
 * roundup.h - all whom a command line names are ended, and each end is told:
 * what `tine stop` and `tine kill` have in common.
 */
#ifndef ROUNDUP_H
#define ROUNDUP_H

#include "end/dismissal.h"
#include "end/whom.h"

struct roundup {
	const char *kind; /* in JSON: the verb */
	struct dismissal_order order;
	struct whom whom;
};

/* Returns what the verb exits with. If one of them is not to be found nobody is
 * touched. */
int roundup_run(const struct roundup *roundup);

#endif
