/* SPDX-License-Identifier: MIT */
/* ps.c - tine ps: programs, supervisors, streams and tasks, a row each. */
#include <stdio.h>

#include "choice.h"
#include "sheet.h"
#include "verb.h"

#define PS_SCHEMA 1

static const char *const usual[] = { "id",       "kind", "name", "state",
				     "age",      "left", "cpu",  "rss",
				     "restarts", "last", "note", NULL };

static bool ps_rows(const struct choice *choice, struct row **rows,
		    size_t count, int64_t now_us)
{
	if (!choice->json)
		return sheet_rows(choice, rows, count, now_us);
	return choice_print(choice, PS_SCHEMA, "ps", rows, count, now_us);
}

static bool ps_forest(const struct choice *choice, struct forest *forest)
{
	int64_t now_us = forest->scan->now_us;
	size_t count = 0;

	for (size_t i = 0; i < forest->walk_count; i++)
		if (choice_takes(choice, forest->walk[i]))
			forest->walk[count++] = forest->walk[i];
	choice_sort(choice, forest->walk, count, now_us);
	return ps_rows(choice, forest->walk, count, now_us);
}

static const struct argp_child children[] = { { &choice_argp, 0, NULL, 0 },
					      { 0 } };
static const struct argp argp = {
	.parser = choice_pass,
	.children = children,
	.doc = "Show programs, supervisors, streams and tasks, a row each.",
};

int verb_ps(int argc, char **argv)
{
	struct choice choice = { 0 };

	(void)argp_parse(&argp, argc, argv, 0, NULL, &choice);
	choice_default(&choice, usual);
	return verb_live(&choice, ps_forest);
}
