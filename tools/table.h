/* SPDX-License-Identifier: MIT */
/*
 * table.h - rows of cells in columns that are as wide as they have to be.
 *
 *	static const struct table_column columns[] = {
 *		{ .title = "PID", .right = true }, { .title = "NAME" },
 *	};
 *	struct table *table = table_new(columns, 2);
 *
 *	table_cell(table, TERM_PLAIN, "%d", pid);
 *	table_cell(table, TERM_BOLD, "%s", name);
 *	good = table_print(table, stdout, &term);
 *	table_free(table);
 *
 * Where memory runs out the table remembers it, and table_print() says so.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "term.h"

struct table_column {
	const char *title;
	bool right; /* numbers: aligned at their end */
};

/* The columns are not copied. NULL: no memory; the others take it, too. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *table);

/* The next cell of the row, and then of the next row. Its text need not be
 * safe; see term_safe(). */
void table_cell(struct table *table, enum term_colour colour,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same, of a text as it is. */
void table_text(struct table *table, enum term_colour colour, const char *text);

/* With a line of titles, if there are rows. Lines are cut at the width of the
 * terminal. False: no memory, or it cannot be written; see errno. */
bool table_print(const struct table *table, FILE *stream,
		 const struct term *term);

#endif
