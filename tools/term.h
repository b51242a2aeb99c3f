/* SPDX-License-Identifier: MIT */
/*
 * term.h - the terminal, if it is one, and texts that may go there.
 */
#ifndef TERM_H
#define TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct term {
	bool is_terminal;
	bool clears; /* what is on a line already; there is a TERM, and it is
			not dumb */
	bool colour; /* not if NO_COLOR is set, or TERM is dumb */
	int width;   /* in columns; 0: lines may be of any length */
};

enum term_colour {
	TERM_PLAIN,
	TERM_BOLD,
	TERM_DIM,
	TERM_RED,
	TERM_GREEN,
	TERM_YELLOW,
	TERM_BLUE
};

/* What the descriptor is, now. */
void term_look(struct term *term, int fd);

/* What to print before a text of that colour, and behind it; "" where there are
 * no colours. */
const char *term_on(const struct term *term, enum term_colour colour);
const char *term_off(const struct term *term, enum term_colour colour);

/*
 * A copy of a text from elsewhere which no terminal obeys: what is no printable
 * character of the locale, or turns the direction of the text, becomes \xNN, a
 * byte each. To be freed; NULL: no memory.
 */
char *term_safe(const char *text, size_t size);

/* The same for a message, which shows no more than the beginning of a long one;
 * good until the next call. errno stays as it is. */
const char *term_brief(const char *text);

/* Prints a text of several lines, each behind an indent. False: no memory, or
 * it cannot be written. */
bool term_lines(FILE *stream, const char *indent, const char *text);

/* How many columns a safe text takes; and how many of its bytes fit in some. */
int term_columns(const char *safe);
size_t term_cut(const char *safe, int columns);

#endif
