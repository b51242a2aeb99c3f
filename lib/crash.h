/* SPDX-License-Identifier: MIT */
/*
 * crash.h - the stack of a child that crashed, made readable.
 *
 * A forked child has its modules where its parent has them, so the parent can
 * name addresses for it, as long as the child loaded none of its own.
 */
#ifndef TINE_CRASH_H
#define TINE_CRASH_H

#include "slate.h"
#include "story.h"

struct crash; /* what was read of debug information, kept for the next time */

/*
 * The report of a crash, as story.h has it. *crash is NULL at first, and to be
 * freed in the end. The text is malloc()ed; NULL: there is nothing to tell, or
 * no memory.
 */
char *crash_text(struct crash **crash, const struct slate_crash *record,
		 bool overflowed);
void crash_free(struct crash *crash);

/* Tells the frames, from these registers on, by debug information. It may not
 * get far, or nowhere. */
void crash_unwind(struct crash **crash, const struct slate_crash *record,
		  const struct registers *from, struct story *story);

#endif
