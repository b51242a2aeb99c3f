/* SPDX-License-Identifier: MIT */
/*
 * stage.h - what both halves of a measurement work on.
 *
 * The memory is what a child inherits: its result, and what makes the fork
 * itself take time. The room is where the raw half puts a result that it
 * reads; no child inherits it.
 */
#ifndef STAGE_H
#define STAGE_H

#include <stddef.h>

#include "tine.h"

struct work {
	size_t result;   /* bytes that a child sends */
	size_t resident; /* bytes that the program has, at least */
	size_t pipe;     /* bytes the raw half's pipe holds; 0: as it comes */
	size_t children; /* in each operation; 0: 1 */
	size_t abreast;  /* so many of them at once */
};

struct stage {
	const struct work *work;
	unsigned char *memory;
	unsigned char *room;
	struct tine_ctx *ctx;
	double under_way; /* when it was, if what came before does not count */
};

/* Does the work once. What goes wrong ends the program. */
typedef void stage_op(struct stage *stage);

void stage_open(struct stage *stage, const struct work *work);
void stage_close(struct stage *stage);

/* Ends the program unless these bytes are those of the memory: of each page
 * the first few are looked at, so that all of them have to be there. */
void stage_check(const struct stage *stage, const void *data, size_t size);

#endif
