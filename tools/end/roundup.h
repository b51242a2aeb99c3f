/* SPDX-License-Identifier: MIT */
/*
 * roundup.h - all whom a command line names are ended, and each end is told:
 * what `tine stop` and `tine kill` have in common.
 */
#ifndef ROUNDUP_H
#define ROUNDUP_H

#include "end/dismissal.h"

struct roundup {
	const char *kind; /* in JSON: the verb */
	struct dismissal_order order;
	bool json;
	char **ids; /* as they are on the command line */
	size_t count;
};

/* Returns what the verb exits with. If one of them is not to be found nobody is
 * touched. */
int roundup_run(const struct roundup *roundup);

/* The targets that words mean; false: one of them means nothing, or several,
 * and that was said. */
bool roundup_find(char *const *ids, size_t count, struct target *targets);

#endif
