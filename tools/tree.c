/* SPDX-License-Identifier: MIT */
/* tree.c - tine tree: what is under what. */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "record.h"
#include "sheet.h"
#include "verb.h"

#define TREE_SCHEMA 1
#define TREE_PREFIX 512

static const char *const usual[] = { "id",  "kind", "state", "age", "cpu",
				     "rss", "last", "note",  NULL };

/* ---- Whom to show ------------------------------------------------------- */

/* What stands above one that is wanted is shown with it. */
static void tree_mark(const struct choice *choice, struct row *row)
{
	row->shown = choice_takes(choice, row);
	for (size_t i = 0; i < row->row_count; i++) {
		if (row->rows[i]->depth == row->depth + 1)
			tree_mark(choice, row->rows[i]);
		row->shown |= row->rows[i]->shown;
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

/* ---- Text --------------------------------------------------------------- */

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
static void tree_prefix(const struct row *row, const struct lines *lines,
			char prefix[TREE_PREFIX])
{
	const struct row *way[TREE_PREFIX / 8];
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

static void tree_row(struct sheet *sheet, const struct row *row)
{
	char text[TREE_PREFIX + FIELD_ROOM];

	tree_prefix(row, lines_of_locale(), text);
	(void)strncat(text, row->name[0] ? row->name : row_kind_name(row->kind),
		      FIELD_ROOM - 1);
	sheet_row(sheet, text, row);
}

static bool tree_text(const struct choice *choice, const struct forest *forest)
{
	struct sheet sheet;

	sheet_begin(&sheet, choice, "NAME", forest->scan->now_us);
	for (size_t i = 0; i < forest->walk_count; i++)
		if (forest->walk[i]->shown)
			tree_row(&sheet, forest->walk[i]);
	return sheet_print(&sheet);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *tree_json_row(const struct choice *choice, const struct row *row,
			     int64_t now_us)
{
	json_t *object = choice_json(choice, row, now_us);
	json_t *list = json_array();

	for (size_t i = 0; i < row->row_count; i++)
		if (row->rows[i]->shown)
			(void)json_array_append_new(
				list,
				tree_json_row(choice, row->rows[i], now_us));
	(void)json_object_set_new(object, "rows", list);
	return object;
}

static bool tree_json(const struct choice *choice, const struct forest *forest)
{
	json_t *record = record_new(TREE_SCHEMA), *list = json_array();

	for (size_t i = 0; i < forest->root_count; i++)
		if (forest->roots[i]->shown)
			(void)json_array_append_new(
				list, tree_json_row(choice, forest->roots[i],
						    forest->scan->now_us));
	(void)json_object_set_new(record, "kind", json_string("tree"));
	(void)json_object_set_new(record, "rows", list);
	return record_print(record, stdout, RECORD_PRETTY);
}

/* ---- The command line --------------------------------------------------- */

static bool tree_forest(const struct choice *choice, struct forest *forest)
{
	if (!choice_sort_forest(choice, forest))
		return false;
	for (size_t i = 0; i < forest->root_count; i++)
		tree_mark(choice, forest->roots[i]);
	return choice->json ? tree_json(choice, forest)
			    : tree_text(choice, forest);
}

static const struct argp_child children[] = { { &choice_argp, 0, NULL, 0 },
					      { 0 } };
static const struct argp argp = {
	.parser = choice_pass,
	.children = children,
	.doc = "Show programs and what is under each: supervisors, their "
	       "children, streams, their items, tasks and the tasks of those.",
};

int verb_tree(int argc, char **argv)
{
	struct choice choice = { 0 };

	(void)argp_parse(&argp, argc, argv, 0, NULL, &choice);
	choice_default(&choice, usual);
	return verb_show(&choice, tree_forest);
}
