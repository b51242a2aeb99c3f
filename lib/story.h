/* SPDX-License-Identifier: MIT */
/*
 * story.h - the report of a crash, as a text.
 *
 *   #0 parse at page.c:41
 *   #1 qsort_r (libc.so.6+0x3e0c7)
 *   #2 page+0x1234
 *   the stack overflowed
 *   registers pc 0x55d0c0de1139 sp 0x7ffe8b1c0f40 rax 0x0 ...
 *   module libc.so.6 build-id 58254ca972956df30f1926bf5ac397fe5d13dc19
 *
 * A frame says where it is in its module if its line is not known, and then
 * there is a line that tells which module that is.
 */
#ifndef TINE_STORY_H
#define TINE_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "slate.h"

#define STORY_FRAMES 48
#define STORY_OVERFLOWED "the stack overflowed"

struct story {
	FILE *out;
	char *text;
	size_t size;
	unsigned frames;
	unsigned bare_count; /* frames without a line */
	uint64_t bare[STORY_FRAMES];
};

/* False: there is no memory. */
bool story_begin(struct story *story);

/* The next frame, as story_name() has it; or several, which are one in the
 * machine, a line each. False: there are enough. */
bool story_frame(struct story *story, uint64_t pc, const char *name);

/* The text, which is malloc()ed, or NULL. */
char *story_end(struct story *story, const struct slate_crash *record,
		bool overflowed);

/* What to call a frame, malloc()ed; function and file may be NULL. */
char *story_name(uint64_t pc, const char *function, const char *file, int line);

#endif
