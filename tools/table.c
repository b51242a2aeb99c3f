/* SPDX-License-Identifier: MIT */
/*
 * table.c - rows of cells in columns that are as wide as they have to be.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define GAP 2 /* spaces between columns */

struct cell {
	char *text; /* safe */
	int columns;
	enum term_colour colour;
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	int *widths; /* of the columns */
	struct cell *cells;
	size_t count, room; /* of the cells */
	bool failed;        /* no memory */
};

struct table *table_new(const struct table_column *columns, size_t count)
{
	struct table *table = calloc(1, sizeof *table);

	if (!table)
		return NULL;
	table->columns = columns;
	table->column_count = count;
	table->widths = calloc(count, sizeof *table->widths);
	if (!table->widths) {
		free(table);
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		table->widths[i] = term_columns(columns[i].title);
	return table;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table->widths);
	free(table);
}

static bool table_grow(struct table *table)
{
	size_t room = table->room ? table->room * 2 : 64;
	struct cell *cells;

	if (table->count < table->room)
		return true;
	cells = reallocarray(table->cells, room, sizeof *cells);
	if (!cells)
		return false;
	table->cells = cells;
	table->room = room;
	return true;
}

void table_text(struct table *table, enum term_colour colour, const char *text)
{
	struct cell cell = { .colour = colour };
	int *width;

	if (!table || table->failed)
		return;
	cell.text = term_safe(text, strlen(text));
	if (!cell.text || !table_grow(table)) {
		free(cell.text);
		table->failed = true;
		return;
	}
	cell.columns = term_columns(cell.text);
	width = &table->widths[table->count % table->column_count];
	if (cell.columns > *width)
		*width = cell.columns;
	table->cells[table->count++] = cell;
}

void table_cell(struct table *table, enum term_colour colour,
		const char *format, ...)
{
	va_list values;
	char *text;
	int size;

	if (!table)
		return;
	va_start(values, format);
	size = vasprintf(&text, format, values);
	va_end(values);
	if (size < 0) {
		table->failed = true;
		return;
	}
	table_text(table, colour, text);
	free(text);
}

/* ---- Printing ----------------------------------------------------------- */

/* A line while it is printed. */
struct line {
	const struct table *table;
	const struct term *term;
	FILE *stream;
	size_t next; /* column */
	int used;    /* columns of the terminal */
	int gap;     /* spaces before the next text; none at the line's end */
};

static void line_text(struct line *line, const char *text, size_t size,
		      enum term_colour colour)
{
	if (size == 0)
		return;
	for (; line->gap > 0; line->gap--)
		(void)fputc(' ', line->stream);
	(void)fputs(term_on(line->term, colour), line->stream);
	(void)fwrite(text, 1, size, line->stream);
	(void)fputs(term_off(line->term, colour), line->stream);
}

static void line_cell(struct line *line, const char *text, int columns,
		      enum term_colour colour)
{
	const struct table_column *column = &line->table->columns[line->next];
	int width = line->table->widths[line->next];
	int pad = width - columns;
	bool last = ++line->next == line->table->column_count;
	size_t size = strlen(text);

	if (column->right)
		line->gap += pad;
	if (line->term->width > 0)
		size = term_cut(text, line->term->width - line->used -
					      (column->right ? pad : 0));
	line_text(line, text, size, colour);
	line->gap += column->right ? GAP : pad + GAP;
	line->used += width + GAP;
	if (last)
		(void)fputc('\n', line->stream);
}

static void print_titles(struct line line)
{
	for (size_t i = 0; i < line.table->column_count; i++) {
		const char *title = line.table->columns[i].title;

		line_cell(&line, title, term_columns(title), TERM_BOLD);
	}
}

static void print_row(struct line line, const struct cell *cells)
{
	for (size_t i = 0; i < line.table->column_count; i++)
		line_cell(&line, cells[i].text, cells[i].columns,
			  cells[i].colour);
}

bool table_print(const struct table *table, FILE *stream,
		 const struct term *term)
{
	struct line line = { .table = table, .term = term, .stream = stream };

	errno = ENOMEM;
	if (!table || table->failed)
		return false;
	if (table->count > 0)
		print_titles(line);
	for (size_t i = 0; i + table->column_count <= table->count;
	     i += table->column_count)
		print_row(line, table->cells + i);
	return !ferror(stream);
}
