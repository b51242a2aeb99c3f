/* SPDX-License-Identifier: MIT */
/* rows.h - what there is to measure, and how to measure one of it. */
#ifndef ROWS_H
#define ROWS_H

#include "meter.h"
#include "stage.h"

struct row {
	const char *name;
	const char *text; /* what is compared */
	stage_op *raw, *ours;
	struct work work;
	unsigned operations; /* a run */
	unsigned quick;      /* the same, with --quick; 0: then left out */
};

#define ROWS 10
extern const struct row rows[ROWS];

/* NULL: there is none of that name. */
const struct row *row_find(const char *name);

struct row_meters {
	struct meter raw, ours; /* microseconds for each child */
	struct meter ratio;     /* of ours to raw, run by run */
};

/* Runs the two halves in turns, so often each, and once more before that. */
struct row_meters row_measure(const struct row *row, unsigned runs,
			      unsigned operations);

#endif
