/* SPDX-License-Identifier: MIT */
/*
 * lines.h - the lines of a descriptor, one at a time.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINES_LONGEST 1048576

struct lines {
	int fd;      /* stays the caller's */
	char end;    /* of a line: '\n', or '\0' */
	bool plain;  /* it never waits */
	bool ended;  /* there is no more to read */
	char *bytes; /* what was read, and not taken yet: */
	size_t from, to, room;
	size_t length; /* of the one that was taken last */
};

void lines_init(struct lines *lines, int fd, char end);
void lines_done(struct lines *lines);

/* The next one of what was read, ended by a NUL, good until the next call.
 * NULL: none is whole, or all have been taken. */
char *lines_take(struct lines *lines);

/* Whether reading does not have to wait. */
bool lines_are_ready(const struct lines *lines);

/* Reads some more, or finds out that it has ended. Returns 0, or an errno;
 * EMSGSIZE: the line is longer than LINES_LONGEST. */
int lines_fill(struct lines *lines);

/* How many there are to come; 0: nobody knows. */
uint64_t lines_count(const struct lines *lines);

#endif
