/* SPDX-License-Identifier: MIT */
/* report.h - what was measured, for people or for programs. */
#ifndef REPORT_H
#define REPORT_H

#include "measure.h"
#include "throng.h"

/* How to print it: start, then each row as it is done, then end. What start
 * returns is given to the others. */
struct report {
	void *(*start)(void);
	void (*row)(void *state, const struct row *row,
		    const struct measure *measure);
	void (*throng)(void *state, const struct row *row,
		       const struct throng *throng);
	void (*end)(void *state, unsigned runs);
};

extern const struct report report_text;
extern const struct report report_json;

#endif
