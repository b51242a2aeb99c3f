/* SPDX-License-Identifier: MIT */
/*
 * vigil.h - somebody's end is waited for, and what is said of it.
 *
 * It has ended when its process has, and its owner knows: there may be another
 * attempt, which is the same task.
 */
#ifndef VIGIL_H
#define VIGIL_H

#include "end/epitaph.h"
#include "end/proof.h"

struct vigil {
	struct target target;
	int pidfd; /* -1: it has no process now */
	bool over;
	int64_t known_by; /* its process is gone: how it ended is to be known */
	bool has_end;
	struct board_end end;
	char why[PROOF_WHY]; /* it cannot be waited for; "" */
};

/* Of what a word means, live or not. False: nothing, or several; or it cannot
 * be waited for; to stderr. */
bool vigil_begin(struct vigil *vigil, const struct forest *forest,
		 const char *text);

/* Looks whether it is over, and does not wait. */
void vigil_look(struct vigil *vigil);

/* Of one that is over: it is known to have. Of a stream no more is known than
 * that it is over. */
bool vigil_went_well(const struct vigil *vigil);

void vigil_done(struct vigil *vigil);

#endif
