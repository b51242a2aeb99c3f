/* SPDX-License-Identifier: MIT */
/* stem.h - the lines in front of a row that show what it is under. */
#ifndef STEM_H
#define STEM_H

#include "field.h"

#define STEM_PREFIX 512
#define STEM_ROOM (STEM_PREFIX + FIELD_ROOM + 8)

/* In box characters where the locale has them. Of rows that are not `shown`
 * nothing is to be seen. */
void stem_write(const struct row *row, char prefix[STEM_PREFIX]);

/* The same for rows that somebody else chose to show: marks them, and what they
 * stand under. */
struct choice;
void stem_mark(const struct choice *choice, const struct forest *forest);

#endif
