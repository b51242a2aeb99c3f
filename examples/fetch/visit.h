/* SPDX-License-Identifier: MIT */
/*
 * visit.h - one URL, fetched in a child.
 */
#ifndef VISIT_H
#define VISIT_H

#include "tine.h"

/* What it sends, also when it fails. */
struct visit {
	long status; /* of the answer; 0: there was none */
	size_t bytes;
	char why[256]; /* it failed for good; "": it did not */
};

/*
 * Its item is a URL, and the NUL behind it. It fails when another attempt may
 * bring what this one did not. What will be no better then is an answer, too,
 * if a bad one: it returns 0, and says so by `why`.
 */
tine_fn visit_run;

#endif
