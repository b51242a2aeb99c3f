/* SPDX-License-Identifier: MIT */
/* tree.c - tine tree: what is under what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "record.h"
#include "sheet.h"
#include "stem.h"
#include "verb.h"

#define TREE_SCHEMA 1

static const char *const usual[] = { "id",  "kind", "state", "age", "cpu",
				     "rss", "last", "note",  NULL };

/* ---- Text --------------------------------------------------------------- */

static void tree_row(struct sheet *sheet, const struct row *row)
{
	char text[STEM_ROOM];

	stem_write(row, text);
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
	stem_mark(choice, forest);
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
	return verb_live(&choice, tree_forest);
}
