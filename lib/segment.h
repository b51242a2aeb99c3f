/* SPDX-License-Identifier: MIT */
/*
 * segment.h - memory shared with one child, which cannot cut it short.
 *
 * A fork does not inherit the parent's mapping; the child makes its own.
 */
#ifndef TINE_SEGMENT_H
#define TINE_SEGMENT_H

#include <stddef.h>

struct segment {
	int fd; /* for the child; -1: it has it */
	void *memory;
	size_t size;
};

/* All zeroes. Returns 0, TINE_ENOMEM, TINE_ELIMIT or TINE_ESYS. */
int segment_new(struct segment *segment, size_t size);

/* The child has its descriptor: ours is not needed any more. */
void segment_hand_over(struct segment *segment);
void segment_done(struct segment *segment);

/* In the child: maps it and closes the descriptor; NULL: it cannot be. */
void *segment_join(int fd, size_t size);

#endif
