/* SPDX-License-Identifier: MIT */
/*
 * slate.h - what a child leaves for its parent in memory.
 *
 * The child writes, the parent reads: while the child runs, to show its last
 * note, and after its death, when nobody can be asked. What it says is gossip:
 * it is copied once and cleaned, and no size, index or pointer comes from it.
 */
#ifndef TINE_SLATE_H
#define TINE_SLATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registers.h"

#define SLATE_TEXT 512

struct slate_text {
	_Atomic uint32_t turn; /* counts writes; its low bit names the half
				  that is whole */
	char halves[2][SLATE_TEXT];
};

#define SLATE_STACK 61440

/* Of the thread that crashed, written once by its handler. */
struct slate_crash {
	struct registers registers;
	uint64_t stack_from; /* its sp, or where the stack begins above that */
	uint32_t stack_size;
	unsigned char stack[SLATE_STACK];
};

struct slate {
	struct slate_text note;    /* the last breadcrumb */
	struct slate_text message; /* what tine_fail() said */
	_Atomic int32_t dismissed; /* the pid of a child that somebody else has
				      asked to stop: tine(1) writes it here */
	_Atomic uint32_t limit;    /* enum limit that was met, or 0 */
	_Atomic uint32_t crashed;  /* 1: what is below is written */
	_Atomic int32_t signal;
	_Atomic uint32_t fault; /* 1: it was not sent, but is of that address */
	_Atomic uint64_t address;
	struct slate_crash crash;
};

/* What a new child finds zeroed; the rest is read only behind `crashed`. */
#define SLATE_CLEAN offsetof(struct slate, crash)

/* Copies what the handler left, with sizes that can be trusted. False: there
 * is nothing. */
bool slate_read_crash(const struct slate *slate, struct slate_crash *copy);

/* A word of the stack, if it is there. */
bool slate_stack_word(const struct slate_crash *crash, uint64_t address,
		      uint64_t *word);

/* Whether a fault at that address was for want of stack. */
bool slate_overflowed(const struct slate_crash *crash, uint64_t address);

/* One writer at a time; a writer killed half way leaves the text before. */
void slate_write(struct slate_text *text, const char *line);

/* Reads one clean line; an empty one when it changes too fast to be read. */
void slate_read(const struct slate_text *text, char *line, size_t room);

#endif
