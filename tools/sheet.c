/* SPDX-License-Identifier: MIT */
/* sheet.c - rows of a forest as a table of the fields that were chosen. */
#include "sheet.h"

#include <string.h>
#include <unistd.h>

static bool is_calm(const char *state)
{
	return strcmp(state, "running") == 0 ||
	       strcmp(state, "sleeping") == 0 || strcmp(state, "idle") == 0;
}

static enum term_colour colour_of_end(const char *text)
{
	if (*text == '\0' || strcmp(text, "shutdown") == 0)
		return TERM_PLAIN;
	return strcmp(text, "ok") == 0 ? TERM_GREEN : TERM_RED;
}

enum term_colour sheet_colour(const struct field *field, const struct row *row,
			      const char *text)
{
	if (strcmp(field->name, "last") == 0 || strcmp(field->name, "end") == 0)
		return colour_of_end(text);
	if (row->end)
		return TERM_PLAIN;
	if (row->gone)
		return TERM_DIM;
	if (strcmp(field->name, "state") == 0)
		return is_calm(text) ? TERM_PLAIN : TERM_YELLOW;
	return row->kind == ROW_PROGRAM || row->kind == ROW_SUPER ? TERM_BOLD
								  : TERM_PLAIN;
}

void sheet_begin(struct sheet *sheet, const struct choice *choice,
		 const char *title, int64_t now_us)
{
	struct table_column *column = sheet->columns;

	sheet->choice = choice;
	sheet->titled = title;
	sheet->now_us = now_us;
	if (title)
		*column++ = (struct table_column){ .title = title };
	for (size_t i = 0; i < choice->field_count; i++)
		*column++ = (struct table_column){
			.title = choice->fields[i]->title,
			.right = choice->fields[i]->unit != FIELD_TEXT,
		};
	sheet->table =
		table_new(sheet->columns, (size_t)(column - sheet->columns));
}

void sheet_row(struct sheet *sheet, const char *first, const struct row *row)
{
	const struct choice *choice = sheet->choice;
	char room[FIELD_ROOM];

	if (sheet->titled)
		table_text(sheet->table,
			   sheet_colour(field_find("name"), row, first), first);
	for (size_t i = 0; i < choice->field_count; i++) {
		const struct field *field = choice->fields[i];
		const char *text = field_print(field, row, sheet->now_us, room);

		table_text(sheet->table, sheet_colour(field, row, text), text);
	}
}

bool sheet_print(struct sheet *sheet)
{
	struct term term;
	bool good;

	term_look(&term, STDOUT_FILENO);
	good = table_print(sheet->table, stdout, &term);
	table_free(sheet->table);
	return good;
}

bool sheet_rows(const struct choice *choice, struct row *const *rows,
		size_t count, int64_t now_us)
{
	struct sheet sheet;

	sheet_begin(&sheet, choice, NULL, now_us);
	for (size_t i = 0; i < count; i++)
		sheet_row(&sheet, NULL, rows[i]);
	return sheet_print(&sheet);
}
