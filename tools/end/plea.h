/* SPDX-License-Identifier: MIT */
/*
 * plea.h - a supervisor is asked to end a child: so it does not start it again.
 */
#ifndef PLEA_H
#define PLEA_H

#include "end/target.h"
#include "post.h"

struct plea {
	struct post post;
	bool made; /* it was asked, and nobody has answered yet */
};

/* 0; or an enum tine_error: TINE_ENOENT if it has no name by which it is to be
 * found, TINE_EGONE if it does not answer. plea_done() in any case. */
int plea_make(struct plea *plea, const struct target *target);

/* Whether it has answered by now, and what. */
bool plea_hear(struct plea *plea, int64_t *answer);

void plea_done(struct plea *plea);

#endif
