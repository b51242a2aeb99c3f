/* SPDX-License-Identifier: MIT */
/*
 * epitaph.h - what the owner of something that has ended says of it.
 */
#ifndef EPITAPH_H
#define EPITAPH_H

#include <jansson.h>

#include "end/target.h"

enum epitaph_state {
	EPITAPH_NONE,   /* its owner is gone */
	EPITAPH_MISSED, /* its owner has it no more, and is about to write; or
			   has written so much since that it is overwritten */
	EPITAPH_LATER,  /* its owner has it still: it has not looked, or there
			   is another attempt, which may have a process */
	EPITAPH_WRITTEN /* *end is that */
};

/* How long who is missed is looked for. */
#define EPITAPH_MS 1000

/* Looks once. If there is another attempt the target is that. */
enum epitaph_state epitaph_look(struct target *target, struct board_end *end);

/* Of one that is there no more: by its id, which may be on any board. */
bool epitaph_find(const char *text, struct target *target,
		  struct board_end *end);

/* The verdict, the code and the message; null if `end` is NULL. */
json_t *epitaph_json(const struct board_end *end);

#endif
