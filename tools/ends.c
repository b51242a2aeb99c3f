/* SPDX-License-Identifier: MIT */
/* ends.c - tine ends: what has ended, and how. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "choice.h"
#include "history.h"
#include "record.h"
#include "sheet.h"
#include "tine.h"
#include "verb.h"

#define ENDS_SCHEMA 1

static const char *const usual[] = { "ago",  "id",  "kind", "name",    "end",
				     "time", "cpu", "rss",  "message", NULL };

struct wish {
	struct choice choice;
	const char *end; /* a pattern; NULL: any */
	bool bad;
	size_t most; /* 0: all */
};

/* ---- The command line --------------------------------------------------- */

enum { OPTION_END = 512, OPTION_BAD };

static const struct argp_option options[] = {
	{ NULL, 'n', "N", 0, "only the N newest", 0 },
	{ "end", OPTION_END, "GLOB", 0,
	  "only those that ended so: ok, failed, crashed, ...", 0 },
	{ "bad", OPTION_BAD, NULL, 0,
	  "not those that ended ok, or were asked to stop", 0 },
	{ 0 }
};

static error_t take(int key, char *value, struct argp_state *state)
{
	struct wish *wish = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &wish->choice; return 0;
	case 'n': wish->most = verb_count(state, value); return 0;
	case OPTION_END: wish->end = value; return 0;
	case OPTION_BAD: wish->bad = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &choice_argp_common, 0, NULL, 0 }, { 0 }
};
static const struct argp argp = {
	.options = options,
	.parser = take,
	.children = children,
	.doc = "Show what has ended, and how; the newest last.",
};

/* ---- Choosing ----------------------------------------------------------- */

static bool is_bad(unsigned end)
{
	return end != TINE_OK && end != TINE_SHUTDOWN;
}

static bool is_wished(const struct wish *wish, const struct row *row)
{
	const char *end = tine_end_name((enum tine_end)row->end->end);

	return (!wish->bad || is_bad(row->end->end)) &&
	       (!wish->end || fnmatch(wish->end, end, 0) == 0) &&
	       choice_takes(&wish->choice, row);
}

/* The newest of them, in the order of time. */
static struct row **ends_choose(const struct wish *wish,
				struct history *history, size_t *count)
{
	struct row **rows = calloc(history->count + 1, sizeof *rows);
	size_t at = history->count;
	size_t most = wish->most ? wish->most : history->count;

	*count = 0;
	if (!rows)
		return NULL;
	for (size_t i = history->count; i > 0 && *count < most; i--)
		if (is_wished(wish, &history->rows[i - 1])) {
			rows[--at] = &history->rows[i - 1];
			++*count;
		}
	for (size_t i = 0; i < *count; i++)
		rows[i] = rows[at + i];
	return rows;
}

/* ---- Printing ----------------------------------------------------------- */

static bool ends_rows(const struct choice *choice, struct row **rows,
		      size_t count, int64_t now_us)
{
	if (!choice->json)
		return sheet_rows(choice, rows, count, now_us);
	return record_print(
		choice_record(choice, ENDS_SCHEMA, "ends", rows, count, now_us),
		stdout, RECORD_PRETTY);
}

static bool ends_show(const struct wish *wish, struct history *history,
		      int64_t now_us)
{
	const struct choice *choice = &wish->choice;
	size_t count;
	struct row **rows = ends_choose(wish, history, &count);
	bool good;

	if (!rows)
		return false;
	choice_sort(choice, rows, count, now_us);
	good = ends_rows(choice, rows, count, now_us);
	free(rows);
	return good;
}

int verb_ends(int argc, char **argv)
{
	struct wish wish = { .choice.of = FIELD_ENDED };
	struct history history;
	struct scan scan;
	bool good;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &wish);
	choice_default(&wish.choice, usual);
	if (!scan_or_say(&scan, SCAN_ENDS))
		return VERB_NOTHING;
	good = history_gather(&history, &scan) &&
	       ends_show(&wish, &history, scan.now_us);
	history_done(&history);
	scan_done(&scan);
	return verb_finish(good);
}
