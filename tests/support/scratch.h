/* SPDX-License-Identifier: MIT */
/*
 * scratch.h - a directory of this test program's own, for its boards.
 *
 * It goes, with all that is in it, when the program that made it exits; not
 * when one does that it has forked.
 */
#ifndef TINE_SCRATCH_H
#define TINE_SCRATCH_H

#include <stdbool.h>
#include <sys/types.h>

/* Makes it, and has $TINE_DIR say where it is. */
void scratch_make(void);

/* Where it is; NULL: nowhere. And a file in it, until the next call but three.
 */
const char *scratch_home(void);
const char *scratch_path(const char *name);

/* How many boards of a process are in it; 0: of anybody. */
unsigned scratch_boards(pid_t pid);

/* Puts a board there that somebody left long ago; and whether it was swept. */
void scratch_leave(void);
bool scratch_is_swept(void);

/* Removes all that is in it. */
void scratch_wipe(void);

#endif
