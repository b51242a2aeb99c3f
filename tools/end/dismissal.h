/* SPDX-License-Identifier: MIT */
/*
 * dismissal.h - somebody is to end: asked, then killed, by whom it may be.
 *
 * A supervisor is asked for its child, if it answers; all others, and children
 * of one that does not, are signalled. Begun for all that are meant, and then
 * finished for each, they end side by side.
 */
#ifndef DISMISSAL_H
#define DISMISSAL_H

#include "end/epitaph.h"
#include "end/plea.h"
#include "end/proof.h"

struct dismissal_order {
	bool kill;        /* at once */
	int64_t grace_ms; /* until it is killed; -1: as it was started with */
};

enum dismissal_state {
	DISMISSAL_REFUSED,   /* nothing was done; why says it */
	DISMISSAL_UNDER_WAY, /* begun, and not finished */
	DISMISSAL_ENDED,     /* its process is gone, or it had none */
	DISMISSAL_REMAINS    /* it does not go */
};

struct dismissal {
	struct target target;
	enum dismissal_state state;
	int pidfd; /* -1: it has no process, or has ended */
	struct plea plea;
	bool asked;       /* its supervisor was, and will end it */
	bool killed;      /* by us */
	int64_t deadline; /* of what is waited for: until it is killed, too */
	char why[PROOF_WHY];
	bool has_end;
	struct board_end end; /* as its owner has it */
};

/* May say on stderr what the user should know. */
void dismissal_begin(struct dismissal *dismissal, const struct target *target,
		     const struct dismissal_order *order);

/* Waits until it has ended, or can be waited for no longer. */
void dismissal_finish(struct dismissal *dismissal);

#endif
