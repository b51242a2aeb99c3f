/* SPDX-License-Identifier: MIT */
/* ends.c - tine ends: what has ended, and how. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "choice.h"
#include "history.h"
#include "near.h"
#include "record.h"
#include "sheet.h"
#include "term.h"
#include "tine.h"
#include "verb.h"

#define ENDS_SCHEMA 1

static const char *const usual[] = { "ended", "id",      "kind", "name",
				     "end",   "code",    "time", "cpu",
				     "rss",   "message", NULL };

struct wish {
	struct choice choice;
	unsigned ends; /* a bit each; 0: any */
	bool bad;
	bool relative;
	size_t most; /* 0: all */
};

/* ---- The command line --------------------------------------------------- */

enum { OPTION_END = 512, OPTION_BAD };

static const struct argp_option options[] = {
	{ "last", 'n', "N", 0, "only the N newest", 0 },
	{ "end", OPTION_END, "GLOB", 0,
	  "only those that ended so: ok, failed, crashed, ...; given again: or "
	  "so",
	  0 },
	{ "bad", OPTION_BAD, NULL, 0,
	  "not those that ended ok, or were asked to stop", 0 },
	{ "relative", 'r', NULL, 0, "how long ago, not the time of day", 0 },
	{ 0 }
};

static void refuse_end(struct argp_state *state, const char *value)
{
	const char *names[TINE_PENDING + 1] = { NULL }, *nearest;

	for (int end = TINE_OK; end < TINE_PENDING; end++)
		names[end] = tine_end_name((enum tine_end)end);
	nearest = near_find(value, names);
	argp_error(state, "there is no end '%s'%s%s%s", term_brief(value),
		   nearest ? "; did you mean '" : "", nearest ? nearest : "",
		   nearest ? "'?" : "");
}

static unsigned take_ends(struct argp_state *state, const char *value)
{
	unsigned ends = 0;

	for (int end = TINE_OK; end < TINE_PENDING; end++)
		if (fnmatch(value, tine_end_name((enum tine_end)end), 0) == 0)
			ends |= 1u << end;
	if (!ends)
		refuse_end(state, value);
	return ends;
}

static error_t take(int key, char *value, struct argp_state *state)
{
	struct wish *wish = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &wish->choice; return 0;
	case 'n': wish->most = verb_count(state, value); return 0;
	case OPTION_END: wish->ends |= take_ends(state, value); return 0;
	case 'r': wish->relative = true; return 0;
	case OPTION_BAD: wish->bad = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &choice_argp_ended, 0, NULL, 0 }, { 0 }
};
static const struct argp argp = {
	.options = options,
	.parser = take,
	.children = children,
	.doc = "Show what has ended, and how; the newest last. The last 256 "
	       "ends of a program are kept until it exits; or for a day, if it "
	       "was killed.",
};

/* ---- Choosing ----------------------------------------------------------- */

static bool is_bad(unsigned end)
{
	return end != TINE_OK && end != TINE_SHUTDOWN;
}

static bool is_wished(const struct wish *wish, const struct row *row)
{
	return (!wish->bad || is_bad(row->end->end)) &&
	       (!wish->ends || wish->ends & 1u << row->end->end) &&
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
	return choice_print(choice, ENDS_SCHEMA, "ends", rows, count, now_us);
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

/* The time of day is for people who were there. */
static void ends_default(struct wish *wish)
{
	struct choice *choice = &wish->choice;

	choice_default(choice, usual);
	for (size_t i = 0; wish->relative && i < choice->field_count; i++)
		if (!choice->json && choice->fields[i] == field_find("ended"))
			choice->fields[i] = field_find("ago");
}

int verb_ends(int argc, char **argv)
{
	struct wish wish = { .choice.of = FIELD_ENDED };
	struct history history;
	struct scan scan;
	bool good;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &wish);
	ends_default(&wish);
	if (!scan_or_say(&scan, SCAN_ENDS))
		return VERB_NOTHING;
	good = history_gather(&history, &scan) &&
	       ends_show(&wish, &history, scan.now_us);
	history_done(&history);
	scan_done(&scan);
	return verb_finish(good);
}
