/* SPDX-License-Identifier: MIT */
/*
 * choice.h - which rows, which fields of them, in which order: the options that
 * verbs have in common.
 */
#ifndef CHOICE_H
#define CHOICE_H

#include <argp.h>

#include "field.h"

#define CHOICE_FIELDS 48

struct choice {
	enum field_of of; /* of rows of what is there, or of what has ended */
	const char *app, *super, *state, *name, *kind; /* patterns; NULL: any */
	const struct field *fields[CHOICE_FIELDS];
	size_t field_count;
	const struct field *sort; /* NULL: as they are found */
	bool reverse;
	bool all; /* those that were killed, too */
	bool json;
};

/* Argp children; their input is a struct choice: for what is there, the same
 * where no JSON can be had, and for what has ended. */
extern const struct argp choice_argp;
extern const struct argp choice_argp_live;
extern const struct argp choice_argp_ended;

/* Hands its input on to that: a parser for verbs that have no more options. */
error_t choice_pass(int key, char *value, struct argp_state *state);

/* The fields, if none were chosen: names, the last is NULL. In JSON, which has
 * no width, all there are. */
void choice_default(struct choice *choice, const char *const *names);

/* What has to be found out: enum forest_part. */
unsigned choice_parts(const struct choice *choice);

bool choice_takes(const struct choice *choice, const struct row *row);
bool choice_filters(const struct choice *choice);

/* Puts rows into the order that was chosen; among equals they stay. */
void choice_sort(const struct choice *choice, struct row **rows, size_t count,
		 int64_t now_us);

/* Of every row the rows under it; and walks again. False: no memory. */
bool choice_sort_forest(const struct choice *choice, struct forest *forest);

/* An object of the fields. NULL: no memory. */
json_t *choice_json(const struct choice *choice, const struct row *row,
		    int64_t now_us);

/* Prints rows as JSON. False: no memory, or see errno. */
bool choice_print(const struct choice *choice, int schema, const char *kind,
		  struct row *const *rows, size_t count, int64_t now_us);

#endif
