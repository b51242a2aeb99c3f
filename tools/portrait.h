/* SPDX-License-Identifier: MIT */
/* portrait.h - all there is to be known of one: as it is, and as it ended. */
#ifndef PORTRAIT_H
#define PORTRAIT_H

#include "history.h"

struct portrait {
	const struct row *row; /* as it is; NULL: it has ended */
	const struct row *end; /* as it ended, last; NULL: it has not */

	/* What has ended of it, or, of a program, a supervisor or a stream,
	 * under it: the newest last. */
	const struct row **ends;
	size_t end_count;
};

/*
 * Of whom somebody means by that text, as forest_find() has it: one that is
 * there rather than one that was; of those that have ended, the last. At most
 * so many ends. Returns how many are meant: a portrait there is only of one.
 * `others` are the first of several. -1: no memory.
 */
#define PORTRAIT_OTHERS 8
int portrait_find(struct portrait *portrait, const struct forest *forest,
		  const struct history *history, const char *text, size_t most,
		  const struct row *others[PORTRAIT_OTHERS]);
void portrait_done(struct portrait *portrait);

/* Whether what others ended of is shown of it: it is a program, or the like. */
bool portrait_is_of_many(const struct portrait *portrait);

#endif
