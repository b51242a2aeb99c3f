/* SPDX-License-Identifier: MIT */
/* sheet.h - rows of a forest as a table of the fields that were chosen. */
#ifndef SHEET_H
#define SHEET_H

#include "choice.h"
#include "table.h"

struct sheet {
	const struct choice *choice;
	bool titled; /* there is a column in front of the fields */
	int64_t now_us;
	struct table *table;
	struct table_column columns[CHOICE_FIELDS + 1];
};

/* `title`: of a column in front of the fields; NULL: there is none. */
void sheet_begin(struct sheet *sheet, const struct choice *choice,
		 const char *title, int64_t now_us);
void sheet_row(struct sheet *sheet, const char *first, const struct row *row);

/* To stdout; and it is over. False: no memory, or see errno. */
bool sheet_print(struct sheet *sheet);

/* All of it: rows of so many. */
bool sheet_rows(const struct choice *choice, struct row *const *rows,
		size_t count, int64_t now_us);

/* How a field of a row is to look. */
enum term_colour sheet_colour(const struct field *field, const struct row *row,
			      const char *text);

#endif
