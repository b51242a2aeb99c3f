/* SPDX-License-Identifier: MIT */
/* stem.c - the lines in front of a row that show what it is under. */
#include "stem.h"

#include <langinfo.h>
#include <string.h>

#include "choice.h"

/* Rows in the order of a walk backwards: each behind those under it. */
void stem_mark(const struct choice *choice, const struct forest *forest)
{
	for (size_t i = 0; i < forest->walk_count; i++)
		forest->walk[i]->shown = choice_takes(choice, forest->walk[i]);
	for (size_t i = forest->walk_count; i > 0; i--) {
		struct row *row = forest->walk[i - 1];

		if (row->shown && row->parent)
			row->parent->shown = true;
	}
}

static bool is_last(const struct row *row)
{
	const struct row *parent = row->parent;

	for (size_t i = parent->row_count; i > 0; i--)
		if (parent->rows[i - 1]->shown)
			return parent->rows[i - 1] == row;
	return true;
}

struct lines {
	const char *branch, *last, *down, *none;
};

static const struct lines *lines_of_locale(void)
{
	static const struct lines drawn = { "├─ ", "└─ ", "│  ", "   " };
	static const struct lines plain = { "|- ", "`- ", "|  ", "   " };

	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? &drawn : &plain;
}

/* From the outermost to the row itself. */
void stem_write(const struct row *row, char prefix[STEM_PREFIX])
{
	const struct lines *lines = lines_of_locale();
	const struct row *way[STEM_PREFIX / 8];
	size_t count = 0;

	prefix[0] = '\0';
	for (; row->parent && count < sizeof way / sizeof *way;
	     row = row->parent)
		way[count++] = row;
	for (; count > 0; count--) {
		bool last = is_last(way[count - 1]);

		(void)strcat(prefix,
			     count == 1 ? last ? lines->last : lines->branch
			     : last     ? lines->none
					: lines->down);
	}
}
