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

struct crash; /* what was read of debug information, kept for the next time */

/*
 * A line a frame, the innermost first: "#0 parse at page.c:41". *crash is NULL
 * at first, and to be freed in the end. The text is malloc()ed; NULL: there is
 * nothing to tell, or no memory.
 */
char *crash_text(struct crash **crash, const struct slate_crash *record);
void crash_free(struct crash *crash);

/* The same in one line, of the innermost frame, by the dynamic loader alone. */
char *crash_line(const struct slate_crash *record);

#endif
