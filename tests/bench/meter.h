/* SPDX-License-Identifier: MIT */
/* meter.h - the clock, and what many times of one thing come to. */
#ifndef METER_H
#define METER_H

#include <stddef.h>

struct meter {
	double least, median, most;
	double late; /* one of a hundred is behind it */
};

/* Microseconds since some moment. */
double meter_now(void);

/* Puts the figures, at least one, into order. */
struct meter meter_read(double *figures, size_t count);

#endif
