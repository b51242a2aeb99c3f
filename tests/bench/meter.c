/* SPDX-License-Identifier: MIT */
/*
 * meter.c - the clock, and what many times of one thing come to.
 *
 * Medians rather than means: a machine that has other things to do makes some
 * runs much slower, and none faster.
 */
#include "meter.h"

#include <stdlib.h>
#include <time.h>

double meter_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int figure_order(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

struct meter meter_read(double *figures, size_t count)
{
	qsort(figures, count, sizeof *figures, figure_order);
	return (struct meter){
		.least = figures[0],
		.median = (figures[(count - 1) / 2] + figures[count / 2]) / 2,
		.most = figures[count - 1],
		.late = figures[(count - 1) * 99 / 100],
	};
}
