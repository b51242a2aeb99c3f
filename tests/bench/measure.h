/* SPDX-License-Identifier: MIT */
/* measure.h - one row, measured. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>

#include "meter.h"
#include "rows.h"

struct measure {
	bool compared; /* else there is nothing to compare with, here */
	struct meter against, ours;
	struct meter ratio; /* of ours to the other, run by run */
};

/* Runs the two halves in turns, so often each, and once more before that. */
struct measure measure_row(const struct row *row, unsigned runs,
			   unsigned operations);

#endif
