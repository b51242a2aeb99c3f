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

static void tree_json_row(struct record_list *list, const struct choice *choice,
			  const struct row *row, int64_t now_us)
{
	record_list_open(list, choice_json(choice, row, now_us));
	for (size_t i = 0; i < row->row_count; i++)
		if (row->rows[i]->shown)
			tree_json_row(list, choice, row->rows[i], now_us);
	record_list_close(list);
}

static bool tree_json(const struct choice *choice, const struct forest *forest)
{
	struct record_list list;

	record_list_begin(&list, stdout, TREE_SCHEMA, "tree");
	for (size_t i = 0; i < forest->root_count; i++)
		if (forest->roots[i]->shown)
			tree_json_row(&list, choice, forest->roots[i],
				      forest->scan->now_us);
	return record_list_end(&list);
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
