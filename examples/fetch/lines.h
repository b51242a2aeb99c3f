/* SPDX-License-Identifier: MIT */
/*
 * lines.h - the lines of a descriptor, one at a time.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINES_LONGEST 65536

struct lines {
	int fd;
	size_t from, to; /* of the room: read, and not taken yet */
	bool ended;      /* there is no more to read             */
	char room[LINES_LONGEST + 1];
};

/* The descriptor stays the caller's. */
void lines_init(struct lines *lines, int fd);

/* The next line of what was read, with a NUL for its newline; it is good until
 * the next of these calls. NULL: no line is whole, or all have been taken. */
char *lines_take(struct lines *lines, size_t *size);

/* Reads some more, or finds out that it has ended. Returns 0 or an errno. */
int lines_fill(struct lines *lines);

#endif
