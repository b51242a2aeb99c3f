/* SPDX-License-Identifier: MIT */
/* hearing.h - what comes from a supervisor, and that nothing comes any more. */
#ifndef TINE_HEARING_H
#define TINE_HEARING_H

#include "super.h"

/* Takes one letter, if there is one. Returns as post_receive() does. */
int hearing_fetch(struct tine_super *super);

/* Waits for one, without the loop. 1: something may have come; 0: the time is
 * over; or why nothing can come. */
int hearing_wait(struct tine_super *super, int64_t deadline);

/* With a struct tine_super: takes what there is, and hands it out; and when it
 * is gone, and its guardian, that too. The handle may be gone then. */
void hearing_look(void *super);

/*
 * The letter that a task has ended, which may have come already; waits for it,
 * without the loop. 1, and it is to be freed; 0: there is none by the deadline;
 * or an enum tine_error.
 */
int hearing_await_end(struct tine_super *super, uint64_t serial,
		      int64_t deadline, struct letter **letter);

/* That it is gone is seen by its tasks, too. */
void hearing_forsake(struct tine_super *super);

#endif
