/* SPDX-License-Identifier: MIT */
/* show.c - tine show: all there is to be known of one. */
#include <argp.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "choice.h"
#include "detail.h"
#include "portrait.h"
#include "record.h"
#include "sheet.h"
#include "term.h"
#include "tine.h"
#include "units.h"
#include "verb.h"

#define SHOW_SCHEMA 1
#define SHOW_ENDS 10

struct wish {
	const char *id;
	bool json;
	size_t ends;
};

/* What is being shown, and how. */
struct view {
	const struct portrait *portrait;
	struct detail detail; /* if it is there */
	struct term term;
	int64_t now_us;
};

/* ---- The command line --------------------------------------------------- */

enum { OPTION_JSON = 256 };

static const struct argp_option options[] = {
	{ NULL, 'n', "N", 0, "at most N ends; 10 unless said otherwise", 0 },
	{ "json", OPTION_JSON, NULL, 0, "print JSON", 0 },
	{ 0 }
};

static error_t take(int key, char *value, struct argp_state *state)
{
	struct wish *wish = state->input;

	switch (key) {
	case 'n': wish->ends = verb_count(state, value); return 0;
	case OPTION_JSON: wish->json = true; return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_usage(state);
		wish->id = value;
		return 0;
	case ARGP_KEY_NO_ARGS: argp_usage(state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = take,
	.args_doc = "ID",
	.doc = "Show all there is to be known of a program, a supervisor, a "
	       "stream or a task, also when it has ended. ID is what tine ps "
	       "has as such, or a pid, or a name that only one has.",
};

/* ---- Text --------------------------------------------------------------- */

/* What the title says, and what has lines of its own below. */
static bool is_told_apart(const struct field *field)
{
	static const char *const names[] = { "id",  "kind",   "name", "age",
					     "app", "output", "ago" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(field->name, names[i]) == 0)
			return true;
	return false;
}

static bool show_field(const struct view *view, const struct field *field,
		       const struct row *row)
{
	char room[FIELD_ROOM], ago[UNITS_ROOM] = "";
	const char *text = field_print(field, row, view->now_us, room);
	enum term_colour colour = sheet_colour(field, row, text);
	char *safe;

	if (*text == '\0')
		return true;
	safe = term_safe(text, strlen(text));
	if (!safe)
		return false;
	(void)printf("  %-9s %s%s%s", field->name, term_on(&view->term, colour),
		     safe, term_off(&view->term, colour));
	if (field->unit == FIELD_DATE)
		(void)printf(" (%s ago)",
			     units_duration(ago, field_ago_us(field, row,
							      view->now_us)));
	(void)putchar('\n');
	free(safe);
	return true;
}

static bool show_row(const struct view *view, const struct row *row)
{
	enum field_of of = row->end ? FIELD_ENDED : FIELD_LIVE;

	for (const struct field *field = fields; field->name; field++)
		if (field_is_of(field, of) && !is_told_apart(field) &&
		    !show_field(view, field, row))
			return false;
	return true;
}

static bool show_title(const struct view *view, const struct row *row)
{
	const char *app = row->board->head.app;
	char *name = term_safe(row->name, strlen(row->name));
	char *of = term_safe(app, strlen(app));
	char id[ROW_ID];
	bool good = name && of;

	row_id(row, id);
	if (good)
		(void)printf(
			"%s%s %s%s%s%s%s%s\n", term_on(&view->term, TERM_BOLD),
			row_kind_name(row->kind), id,
			term_off(&view->term, TERM_BOLD), *name ? "  " : "",
			name, row->kind == ROW_PROGRAM ? "" : " of ",
			row->kind == ROW_PROGRAM ? "" : of);
	free(name);
	free(of);
	return good;
}

static void show_totals(const struct row *row)
{
	const struct board_tally *tally = row->tally;

	(void)printf("  %-9s %llu", "begun",
		     (unsigned long long)tally->started);
	for (int end = 0; end < BOARD_END_KINDS; end++)
		if (tally->ended[end] > 0)
			(void)printf(", %llu %s",
				     (unsigned long long)tally->ended[end],
				     tine_end_name((enum tine_end)end));
	(void)printf(", %llu restarts\n", (unsigned long long)tally->restarts);
}

static bool show_block(const char *title, const char *text)
{
	if (*text == '\0')
		return true;
	(void)printf("  %s\n", title);
	return term_lines(stdout, "    ", text);
}

static bool show_end(const struct view *view, const struct row *end)
{
	return show_row(view, end) && show_block("stderr", end->end->output) &&
	       show_block("stack", history_stack(end));
}

static bool show_ends(const struct view *view)
{
	static const char *const usual[] = { "ago",  "id",      "name", "end",
					     "time", "message", NULL };
	struct choice choice = { .of = FIELD_ENDED };
	struct sheet sheet;

	choice_default(&choice, usual);
	sheet_begin(&sheet, &choice, NULL, view->now_us);
	for (size_t i = 0; i < view->portrait->end_count; i++)
		sheet_row(&sheet, NULL, view->portrait->ends[i]);
	(void)putchar('\n');
	return sheet_print(&sheet);
}

static bool show_text(const struct view *view)
{
	const struct portrait *portrait = view->portrait;
	const struct row *row = portrait->row, *end = portrait->end;

	if (!show_title(view, row ? row : end) || (row && !show_row(view, row)))
		return false;
	if (row && row_has_tally(row))
		show_totals(row);
	if (row && !detail_print(&view->detail))
		return false;
	if (row && end)
		(void)puts("\nended before:");
	if (end && !show_end(view, end))
		return false;
	return portrait->end_count <= (end ? 1 : 0) || show_ends(view);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *json_row(const struct row *row, int64_t now_us)
{
	struct choice choice = { .of = row && row->end ? FIELD_ENDED
						       : FIELD_LIVE,
				 .json = true };

	if (!row)
		return json_null();
	choice_default(&choice, NULL);
	return choice_json(&choice, row, now_us);
}

static json_t *json_end(const struct row *end, int64_t now_us)
{
	json_t *object = json_row(end, now_us);
	const char *stack = end ? history_stack(end) : "";

	if (end)
		(void)json_object_set_new(object, "stack",
					  *stack ? record_text(stack)
						 : json_null());
	return object;
}

static json_t *json_count(uint64_t count)
{
	return json_integer(count > INT64_MAX ? INT64_MAX : (json_int_t)count);
}

static json_t *json_totals(const struct row *row)
{
	json_t *ended = json_object(), *totals = json_object();

	if (!row || !row_has_tally(row)) {
		json_decref(ended);
		json_decref(totals);
		return json_null();
	}
	for (int end = 0; end < TINE_PENDING; end++)
		(void)json_object_set_new(ended,
					  tine_end_name((enum tine_end)end),
					  json_count(row->tally->ended[end]));
	(void)json_object_set_new(totals, "begun",
				  json_count(row->tally->started));
	(void)json_object_set_new(totals, "ended", ended);
	(void)json_object_set_new(totals, "restarts",
				  json_count(row->tally->restarts));
	return totals;
}

static bool show_json(const struct view *view)
{
	const struct portrait *portrait = view->portrait;
	json_t *record = record_new(SHOW_SCHEMA), *ends = json_array();

	for (size_t i = 0; i < portrait->end_count; i++)
		(void)json_array_append_new(
			ends, json_row(portrait->ends[i], view->now_us));
	(void)json_object_set_new(record, "kind", json_string("show"));
	(void)json_object_set_new(record, "row",
				  json_row(portrait->row, view->now_us));
	(void)json_object_set_new(record, "totals", json_totals(portrait->row));
	(void)json_object_set_new(record, "detail",
				  portrait->row ? detail_json(&view->detail)
						: json_null());
	(void)json_object_set_new(record, "end",
				  json_end(portrait->end, view->now_us));
	(void)json_object_set_new(record, "ends", ends);
	return record_print(record, stdout, RECORD_PRETTY);
}

/* ---- Whom --------------------------------------------------------------- */

static int show_none(const char *id)
{
	warnx("there is, and was, nobody of the id or name '%s'",
	      term_brief(id));
	return VERB_NOTHING;
}

static int show_several(const char *text, const struct row *const *others,
			size_t count)
{
	char id[ROW_ID];

	(void)fprintf(stderr,
		      "%s: there are %zu of '%s':", program_invocation_name,
		      count, term_brief(text));
	for (size_t i = 0; i < count && i < PORTRAIT_OTHERS; i++) {
		row_id(others[i], id);
		(void)fprintf(stderr, " %s", id);
	}
	(void)fprintf(stderr, "%s\n", count > PORTRAIT_OTHERS ? " ..." : "");
	return VERB_NOTHING;
}

/* What has to be asked of the system: of the one, for of thousands it takes a
 * moment. */
static void show_look(struct view *view, const struct forest *forest)
{
	struct row *row;

	if (!view->portrait->row)
		return;
	row = &forest->all[view->portrait->row - forest->all];
	row->proc.pid = row->gone ? 0 : row->pid;
	proc_read(&row->proc, 1);
	detail_read(&view->detail, row);
}

static int show_found(const struct wish *wish, const struct forest *forest,
		      const struct history *history)
{
	const struct row *others[PORTRAIT_OTHERS];
	struct portrait portrait;
	struct view view = { .portrait = &portrait,
			     .now_us = forest->scan->now_us };
	int count = portrait_find(&portrait, forest, history, wish->id,
				  wish->ends, others);
	bool good;

	if (count == 0)
		return show_none(wish->id);
	if (count > 1)
		return show_several(wish->id, others, (size_t)count);
	show_look(&view, forest);
	term_look(&view.term, STDOUT_FILENO);
	good = count == 1 && (wish->json ? show_json(&view) : show_text(&view));
	portrait_done(&portrait);
	return verb_finish(good);
}

int verb_show(int argc, char **argv)
{
	struct wish wish = { .ends = SHOW_ENDS };
	struct forest forest = { 0 };
	struct history history = { 0 };
	struct scan scan;
	int status;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &wish);
	if (!scan_or_say(&scan, SCAN_SLOTS | SCAN_ENDS | SCAN_CRASHES))
		return VERB_NOTHING;
	if (forest_grow(&forest, &scan, true, FOREST_NOTES) &&
	    history_gather(&history, &scan))
		status = show_found(&wish, &forest, &history);
	else
		status = verb_finish(false);
	history_done(&history);
	forest_done(&forest);
	scan_done(&scan);
	return status;
}
