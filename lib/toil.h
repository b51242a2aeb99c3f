/* SPDX-License-Identifier: MIT */
/* toil.h - what a pooled child does: one item after the other. */
#ifndef TINE_TOIL_H
#define TINE_TOIL_H

#include "tine.h"

struct toil_order {
	tine_fn *fn; /* for each item */
	int memory;  /* of the ring, to be mapped */
	int side;    /* the child's end of the worker's socket */
};

/* The function of a worker's task; its argument is a struct toil_order. */
tine_fn toil_run;

#endif
