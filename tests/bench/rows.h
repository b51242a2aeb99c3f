/* SPDX-License-Identifier: MIT */
/* rows.h - what there is to measure, and what it is held against. */
#ifndef ROWS_H
#define ROWS_H

#include "stage.h"

enum figure {
	FIGURE_TIME, /* microseconds for each child or item, the median */
	FIGURE_LATE, /* the same, of the one in a hundred that is late */
	FIGURE_PEAK, /* the most memory that it took at a time, in KiB */
};

/* What ours is held against. */
struct half {
	const char *name; /* for people; NULL: there is nothing */
	stage_op *op;
	const char *peer; /* or what peers/peer.sh is asked for */
	size_t children;  /* instead of those of the work; 0: as there */
	bool bare;        /* without the memory of the work */
	enum figure figure;
};

struct row {
	const char *name;
	const char *text; /* what is compared */
	struct half against;
	stage_op *ours;
	stage_op *calm; /* a part of ours that does not count; NULL: none */
	enum figure figure;
	struct work work;
	unsigned operations; /* a run */
	unsigned quick;      /* the same, with --quick; 0: then left out */
	bool throng;         /* it has no halves; so many children */
};

extern const struct row rows[];
extern const size_t row_count;

/* NULL: there is none of that name. */
const struct row *row_find(const char *name);

#endif
