/* SPDX-License-Identifier: MIT */
/*
 * check.h - what the doctor looks at, a list a subject.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#include "doctor/finding.h"

struct check {
	const char *name; /* NULL ends a list */

	/* Looks, and says what it found. */
	void (*look)(struct finding *finding);

	/* Or: 0, or the errno of why not. It is run in a task, unless no task
	 * works without. */
	int (*probe)(void);
	bool needed;
	const char *instead, *remedy;
};

extern const struct check checks_build[];   /* what is installed */
extern const struct check checks_use[];     /* whether all of it works */
extern const struct check checks_kernel[];  /* what the kernel can do */
extern const struct check checks_memory[];  /* and what that costs */
extern const struct check checks_limits[];  /* how much of it there is */
extern const struct check checks_confine[]; /* who may see or hold whom */
extern const struct check checks_place[];   /* where boards are */

#endif
