/* SPDX-License-Identifier: MIT */
/* crashes.c - tine crashes: bugs, by the fingerprints of crashes. */
#include <argp.h>
#include <err.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bug.h"
#include "forest.h"
#include "moment.h"
#include "record.h"
#include "table.h"
#include "term.h"
#include "text.h"
#include "units.h"
#include "verb.h"

#define CRASHES_SCHEMA 1

struct wish {
	const char *app, *name; /* patterns; NULL: any */
	const char *digits;     /* of a fingerprint; NULL: all */
	bool stacks, json;
};

/* ---- The command line --------------------------------------------------- */

enum { OPTION_APP = 256, OPTION_NAME, OPTION_STACK, OPTION_JSON };

static const struct argp_option options[] = {
	{ "app", OPTION_APP, "GLOB", 0, "only of programs of that name", 0 },
	{ "name", OPTION_NAME, "GLOB", 0,
	  "only those that one of that name had last", 0 },
	{ "stacks", OPTION_STACK, NULL, 0, "show stacks", 0 },
	{ "json", OPTION_JSON, NULL, 0, "print JSON", 0 },
	{ 0 }
};

static error_t take(int key, char *value, struct argp_state *state)
{
	struct wish *wish = state->input;

	switch (key) {
	case OPTION_APP: wish->app = value; return 0;
	case OPTION_NAME: wish->name = value; return 0;
	case OPTION_STACK: wish->stacks = true; return 0;
	case OPTION_JSON: wish->json = true; return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_usage(state);
		wish->digits = value;
		wish->stacks = true;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = take,
	.args_doc = "[FINGERPRINT]",
	.doc = "Show which crashes there were: those of one bug have the same "
	       "fingerprint. The one that was seen last comes last.",
};

static bool suits(const char *pattern, const char *text)
{
	return !pattern || fnmatch(pattern, text, 0) == 0;
}

static bool is_wished(const struct wish *wish, const struct bug *bug)
{
	return (!wish->digits || bug_is_meant(bug, wish->digits)) &&
	       suits(wish->app, bug->board->head.app) &&
	       suits(wish->name, bug->last->name);
}

static void bugs_choose(struct bugs *bugs, const struct wish *wish)
{
	size_t kept = 0;

	for (size_t i = 0; i < bugs->count; i++)
		if (is_wished(wish, &bugs->list[i]))
			bugs->list[kept++] = bugs->list[i];
	bugs->count = kept;
}

/* ---- A table ------------------------------------------------------------ */

static const struct table_column columns[] = {
	{ .title = "BUG" },
	{ .title = "COUNT", .right = true },
	{ .title = "FIRST", .right = true },
	{ .title = "LAST", .right = true },
	{ .title = "SIGNAL" },
	{ .title = "NAME" },
	{ .title = "APP" },
	{ .title = "WHERE" },
};

/* The first frame of which there is a line of source; else the first. */
static const char *bug_where(const struct bug *bug, size_t *size)
{
	const char *stack = bug->last->stack, *line = stack;
	const char *at = strstr(stack, " at ");

	if (at)
		for (const char *c = stack; c < at; c++)
			if (*c == '\n')
				line = c + 1;
	line += strspn(line, "#0123456789 ");
	*size = strcspn(line, "\n");
	return line;
}

static void cell_ago(struct table *table, int64_t us)
{
	char room[UNITS_ROOM];

	table_cell(table, TERM_PLAIN, "%s", units_duration(room, us));
}

static void bug_row(struct table *table, const struct bug *bug, int64_t day_us)
{
	char room[TEXT_SIGNAL];
	size_t size;
	const char *where = bug_where(bug, &size);

	table_cell(table, TERM_BOLD, "%s", bug_print(bug, room));
	table_cell(table, TERM_PLAIN, "%llu", (unsigned long long)bug->count);
	cell_ago(table, day_us - bug->first_us);
	cell_ago(table, day_us - bug->last_us);
	table_cell(table, TERM_RED, "%s", text_signal(room, bug->last->signal));
	table_cell(table, TERM_PLAIN, "%s", bug->last->name);
	table_cell(table, TERM_PLAIN, "%s", bug->board->head.app);
	table_cell(table, TERM_PLAIN, "%.*s", (int)size, where);
}

static bool bugs_table(const struct bugs *bugs, const struct term *term)
{
	struct table *table =
		table_new(columns, sizeof columns / sizeof *columns);
	int64_t day_us = moment_now_us();
	bool good;

	for (size_t i = 0; i < bugs->count; i++)
		bug_row(table, &bugs->list[i], day_us);
	good = table_print(table, stdout, term);
	table_free(table);
	return good;
}

/* ---- Stacks ------------------------------------------------------------- */

static bool bug_stack(const struct bug *bug, const struct term *term)
{
	char *name = term_safe(bug->last->name, strlen(bug->last->name));
	char *app =
		term_safe(bug->board->head.app, strlen(bug->board->head.app));
	char print[BUG_ROOM], id[ROW_ID], room[TEXT_SIGNAL];
	char first[MOMENT_ROOM], last[MOMENT_ROOM];
	bool good = name && app;

	row_write_id(bug->last->last_id, id);
	if (good)
		(void)printf("%s%s%s  %s, %llu time%s since %s\n"
			     "last %s: %s '%s' of %s\n",
			     term_on(term, TERM_BOLD), bug_print(bug, print),
			     term_off(term, TERM_BOLD),
			     text_signal(room, bug->last->signal),
			     (unsigned long long)bug->count,
			     bug->count == 1 ? "" : "s",
			     moment_print(first, bug->first_us),
			     moment_print(last, bug->last_us), id, name, app);
	good = good && term_lines(stdout, "  ", bug->last->stack);
	free(name);
	free(app);
	return good;
}

static bool bugs_stacks(const struct bugs *bugs, const struct term *term)
{
	for (size_t i = 0; i < bugs->count; i++) {
		if (i > 0)
			(void)putchar('\n');
		if (!bug_stack(&bugs->list[i], term))
			return false;
	}
	return true;
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *json_date(int64_t us)
{
	char room[MOMENT_ROOM];

	return json_string(moment_write(room, us));
}

static json_t *bug_json(const struct bug *bug)
{
	char print[BUG_ROOM], id[ROW_ID], name[TEXT_SIGNAL];
	json_int_t count =
		bug->count > INT64_MAX ? INT64_MAX : (json_int_t)bug->count;

	row_write_id(bug->last->last_id, id);
	return json_pack("{ss, sI, so, so, si, ss, so, so, ss, si, so}",
			 "fingerprint", bug_print(bug, print), "count", count,
			 "first", json_date(bug->first_us), "last",
			 json_date(bug->last_us), "signal", bug->last->signal,
			 "signal_name", text_signal(name, bug->last->signal),
			 "name", record_text(bug->last->name), "app",
			 record_text(bug->board->head.app), "last_id", id,
			 "last_pid", bug->last->last_pid, "stack",
			 record_text(bug->last->stack));
}

static bool bugs_json(const struct bugs *bugs)
{
	json_t *record = record_new(CRASHES_SCHEMA), *list = json_array();

	for (size_t i = 0; i < bugs->count; i++)
		(void)json_array_append_new(list, bug_json(&bugs->list[i]));
	(void)json_object_set_new(record, "kind", json_string("crashes"));
	(void)json_object_set_new(record, "rows", list);
	return record_print(record, stdout, RECORD_PRETTY);
}

/* ------------------------------------------------------------------------- */

static int bugs_show(struct wish *wish, struct bugs *bugs)
{
	struct term term;
	bool good = true;
	int status;

	bugs_choose(bugs, wish);
	if (wish->digits && bugs->count == 0) {
		warnx("there was no crash '%s'", term_brief(wish->digits));
		return VERB_NOTHING;
	}
	if (wish->digits && bugs->count > 1) {
		warnx("'%s' may be one of %zu crashes",
		      term_brief(wish->digits), bugs->count);
		wish->stacks = false;
		good = false;
	}
	term_look(&term, STDOUT_FILENO);
	status = verb_finish(wish->json     ? bugs_json(bugs)
			     : wish->stacks ? bugs_stacks(bugs, &term)
					    : bugs_table(bugs, &term));
	return good ? status : VERB_NOTHING;
}

int verb_crashes(int argc, char **argv)
{
	struct wish wish = { 0 };
	struct bugs bugs;
	struct scan scan;
	int status;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &wish);
	if (!scan_or_say(&scan, SCAN_CRASHES))
		return VERB_NOTHING;
	status = bugs_gather(&bugs, &scan) ? bugs_show(&wish, &bugs)
					   : verb_finish(false);
	bugs_done(&bugs);
	scan_done(&scan);
	return status;
}
