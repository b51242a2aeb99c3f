/* SPDX-License-Identifier: MIT */
/*
 * board.h - the file in which a process says what it has.
 *
 * Written by a descriptor, never mapped: whoever cuts the file, or fills the
 * disk, spoils what is shown and not the program, and a fork has nothing more
 * to copy. Whatever fails, nobody hears of it: work is done without being seen.
 */
#ifndef TINE_BOARD_H
#define TINE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "slot.h"

/* What is in the file of a kind of crash, but for its words. */
struct board_kind_of_crash {
	uint64_t fingerprint; /* 0: the place is free */
	uint64_t count;
	int64_t first_us, last_us;
};

struct board {
	int fd;      /* -1: there is no file, yet */
	char *home;  /* where it is: the environment may be another one later */
	bool hidden; /* and there shall be none */
	bool stays;  /* the file, when all is over: it tells why */
	struct board_head head;
	struct board_tally tally;
	uint64_t *turns; /* of each slot, how often it was written */
	uint32_t *free;  /* a stack of slots that nobody has */
	size_t count;    /* slots there are, */
	size_t frees;    /* and free ones */
	rlim_t limit;    /* so long may the file be, just now */
	struct board_kind_of_crash crashes[BOARD_CRASHES_KEPT];
};

/* A board of this process, without a file. NULL: the name of the program. */
void board_init(struct board *board, const char *app);

/* The file goes, too, unless it stays. */
void board_done(struct board *board);

/* Makes the file, unless there is one. False: there can be none. */
bool board_open(struct board *board);

/* A slot that is nobody's; -1: there is none. */
long board_take(struct board *board);
void board_put(struct board *board, long place, struct board_slot *slot);
void board_give(struct board *board, long place);

/* The tally has been changed. False: it could not be written. */
bool board_sum_up(struct board *board);

/* How something ended, whose slot is given back (-1: it has none), and the
 * stack of its crash, or "". The tally has been changed. */
void board_add_end(struct board *board, long place, struct board_end *end,
		   const char *stack);

#endif
