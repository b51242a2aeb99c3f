/* SPDX-License-Identifier: MIT */
/*
 * outline.h - a forest as somebody looks through it: what is folded away, which
 * row is chosen, which part is on the screen.
 *
 * A look is replaced by the next: so rows are remembered by their keys, and one
 * that is gone hands the choice on to who is in its place.
 */
#ifndef OUTLINE_H
#define OUTLINE_H

#include "forest.h"

struct outline {
	const struct row **rows; /* that are to be seen, in their order */
	size_t count;
	size_t chosen, top; /* places among them */
	uint64_t key;       /* of the chosen one; 0: there was none */
	uint64_t *folded;   /* keys */
	size_t folded_count;
};

/* Of a row, as long as it lives. */
uint64_t outline_key(const struct row *row);

/* A new look at the rows that are `shown`, of which at most `height` rows are
 * on the screen. The forest has to stay until the next. False: no memory. */
bool outline_look(struct outline *outline, const struct forest *forest,
		  size_t height);
void outline_done(struct outline *outline);

/* The chosen row; NULL: there are none. */
const struct row *outline_chosen(const struct outline *outline);

/* Another is chosen, so many below; what is on the screen follows. */
void outline_move(struct outline *outline, long by, size_t height);

/* To be seen with the next look. */
bool outline_is_folded(const struct outline *outline, const struct row *row);
bool outline_fold(struct outline *outline, const struct row *row, bool fold);
void outline_unfold_all(struct outline *outline);

#endif
