/* SPDX-License-Identifier: MIT */
/*
 * stage.h - what both halves of a measurement work on.
 *
 * The memory is what a child inherits: its result, and what makes the fork
 * itself take time. The room is where the raw half puts a result that it
 * reads; no child inherits it. A supervisor is started before there is either,
 * as a program should; and the signs are older than that, and everybody's.
 */
#ifndef STAGE_H
#define STAGE_H

#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>

#include "tine.h"

struct work {
	size_t result;   /* bytes that a child sends */
	size_t resident; /* bytes that the program has, at least */
	size_t pipe;     /* bytes the raw half's pipe holds; 0: as it comes */
	size_t children; /* in each operation; 0: 1 */
	size_t abreast;  /* so many of them at once */
	bool supervised; /* ours are under a supervisor */
	unsigned spares; /* that it keeps */
};

/* What children write, for all to see. */
struct signs {
	sem_t begun, go;
	double began, died; /* when */
};

struct stage {
	const struct work *work;
	unsigned char *memory;
	unsigned char *room;
	struct signs *signs;
	struct tine_ctx *ctx;
	struct tine_super *super; /* NULL: they are not supervised */
	double under_way; /* when it was, if what came before does not count */
	double until;     /* the same, of what comes afterwards */
};

/* Does the work once. What goes wrong ends the program. */
typedef void stage_op(struct stage *stage);

void stage_open(struct stage *stage, const struct work *work);
void stage_close(struct stage *stage);

/* The memory, and its end before that of the stage. */
void stage_fill(struct stage *stage);
void stage_empty(struct stage *stage);

/* As long as a supervisor needs to fork another spare. */
void stage_rest(void);

/* Ends the program unless these bytes are those of the memory: of each page
 * the first few are looked at, so that all of them have to be there. */
void stage_check(const struct stage *stage, const void *data, size_t size);

#endif
