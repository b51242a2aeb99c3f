/* SPDX-License-Identifier: MIT */
/*
 * field.h - what there is to be shown of a row, field by field.
 *
 * One list is for all: columns, JSON, sorting, and what has to be found out.
 */
#ifndef FIELD_H
#define FIELD_H

#include <jansson.h>
#include <limits.h>

#include "forest.h"

#define FIELD_ROOM 320
#define FIELD_NONE INT64_MIN /* a number that there is not */

enum field_unit {
	FIELD_TEXT,
	FIELD_COUNT,
	FIELD_TIME, /* microseconds */
	FIELD_DATE, /* microseconds of the day */
	FIELD_SIZE,
	FIELD_FLAG
};

/* Which rows have it: those of what is there, of what has ended, or both. */
enum field_of { FIELD_LIVE, FIELD_ENDED, FIELD_BOTH };

struct field {
	const char *name;
	const char *title;
	const char *key; /* in JSON; with its unit */
	const char *help;
	enum field_unit unit;
	unsigned parts; /* enum forest_part, that it needs */
	enum field_of of;

	/* One of these. The text may be in the room that is given. */
	const char *(*text)(const struct row *row, char room[FIELD_ROOM]);
	int64_t (*number)(const struct row *row, int64_t now_us);

	/* What people see in the place of the number; or NULL. */
	const char *(*shown)(const struct row *row, char room[FIELD_ROOM]);
};

/* NULL: there is none of that name. */
const struct field *field_find(const char *name);

/* Whether rows of that kind, FIELD_LIVE or FIELD_ENDED, have it. */
bool field_is_of(const struct field *field, enum field_of of);

/* All there are; the last has no name. */
extern const struct field fields[];

/* As it is to be printed: "" where there is nothing. */
const char *field_print(const struct field *field, const struct row *row,
			int64_t now_us, char room[FIELD_ROOM]);

/* How long ago the moment of a FIELD_DATE was. */
int64_t field_ago_us(const struct field *field, const struct row *row,
		     int64_t now_us);

/* null, where there is nothing. NULL: no memory. */
json_t *field_json(const struct field *field, const struct row *row,
		   int64_t now_us);

/* As strcmp(3). What there is not comes first. */
int field_compare(const struct field *field, const struct row *one,
		  const struct row *other, int64_t now_us);

#endif
