/* SPDX-License-Identifier: MIT */
/* throng.h - many children of one supervisor. */
#ifndef THRONG_H
#define THRONG_H

#include "stage.h"

struct throng {
	size_t children;
	double start, count, list, stop; /* seconds, for all of them */
	double kib;     /* that the supervisor has more, for each */
	double busy_ms; /* of the supervisor, in a second without work */
};

/* What goes wrong ends the program. */
void throng_measure(struct throng *throng, const struct work *work,
		    size_t children);

#endif
