/* SPDX-License-Identifier: MIT */
/* choice.c - which rows, which fields of them, in which order. */
#include "choice.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "term.h"
#include "trait.h"

/* ---- The command line --------------------------------------------------- */

enum {
	OPTION_APP = 256,
	OPTION_SUPER,
	OPTION_STATE,
	OPTION_NAME,
	OPTION_KIND,
	OPTION_SORT,
	OPTION_JSON
};

static const struct argp_option options[] = {
	{ "app", OPTION_APP, "GLOB", 0, "only of programs of that name", 0 },
	{ "super", OPTION_SUPER, "GLOB", 0, "only those under that supervisor",
	  0 },
	{ "name", OPTION_NAME, "GLOB", 0, "only those of that name", 0 },
	{ "kind", OPTION_KIND, "GLOB", 0,
	  "only programs, supervisors, tasks, ...", 0 },
	{ "fields", 'o', "FIELD,...", 0,
	  "what to show; -o help lists the fields", 0 },
	{ "sort", OPTION_SORT, "FIELD", 0,
	  "in the order of a field; -FIELD: the other way", 0 },
	{ 0 }
};

static const struct argp_option options_live[] = {
	{ "state", OPTION_STATE, "GLOB", 0, "only those in that state", 0 },
	{ "all", 'a', NULL, 0, "programs that were killed, too", 0 },
	{ 0 }
};

static const struct argp_option options_json[] = {
	{ "json", OPTION_JSON, NULL, 0, "print JSON", 0 }, { 0 }
};

/* The program ends here, done. */
static void help_fields(const struct argp_state *state)
{
	const struct choice *choice = state->input;

	for (const struct field *field = fields; field->name; field++)
		if (field_is_of(field, choice->of))
			(void)printf("%-9s %s\n", field->name, field->help);
	if (!(state->flags & ARGP_NO_EXIT))
		exit(0);
}

static const struct field *take_field(struct argp_state *state,
				      const char *name)
{
	const struct choice *choice = state->input;
	const struct field *field = field_find(name);

	if (!field || !field_is_of(field, choice->of))
		argp_error(state, "there is no field '%s'; -o help lists all",
			   term_brief(name));
	return field;
}

static void take_fields(struct argp_state *state, struct choice *choice,
			char *list)
{
	char *rest = NULL;

	if (strcmp(list, "help") == 0) {
		help_fields(state);
		return;
	}
	choice->field_count = 0;
	for (char *name = strtok_r(list, ",", &rest); name;
	     name = strtok_r(NULL, ",", &rest)) {
		if (choice->field_count == CHOICE_FIELDS)
			argp_error(state, "too many fields");
		else
			choice->fields[choice->field_count++] =
				take_field(state, name);
	}
	if (choice->field_count == 0)
		argp_error(state, "-o needs a field");
}

static void take_sort(struct argp_state *state, struct choice *choice,
		      const char *name)
{
	choice->reverse = *name == '-';
	choice->sort = take_field(state, name + choice->reverse);
}

static error_t take(int key, char *value, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case OPTION_APP: choice->app = value; break;
	case OPTION_SUPER: choice->super = value; break;
	case OPTION_NAME: choice->name = value; break;
	case OPTION_KIND: choice->kind = value; break;
	case OPTION_SORT: take_sort(state, choice, value); break;
	case 'o': take_fields(state, choice, value); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp_common = { .options = options, .parser = take };

static error_t take_live(int key, char *value, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case OPTION_STATE: choice->state = value; return 0;
	case 'a': choice->all = true; return 0;
	default: return choice_pass(key, value, state);
	}
}

static const struct argp_child common[] = { { &argp_common, 0, NULL, 0 },
					    { 0 } };
const struct argp choice_argp_live = { .options = options_live,
				       .parser = take_live,
				       .children = common };

static error_t take_json(int key, char *value, struct argp_state *state)
{
	struct choice *choice = state->input;

	if (key != OPTION_JSON)
		return choice_pass(key, value, state);
	choice->json = true;
	return 0;
}

const struct argp choice_argp_ended = { .options = options_json,
					.parser = take_json,
					.children = common };

static const struct argp_child live[] = { { &choice_argp_live, 0, NULL, 0 },
					  { 0 } };
const struct argp choice_argp = { .options = options_json,
				  .parser = take_json,
				  .children = live };

error_t choice_pass(int key, char *value, struct argp_state *state)
{
	(void)value;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

static void choose_all(struct choice *choice)
{
	for (const struct field *field = fields; field->name; field++)
		if (field_is_of(field, choice->of))
			choice->fields[choice->field_count++] = field;
}

static void choose(struct choice *choice, const char *const *names)
{
	for (; *names; names++)
		choice->fields[choice->field_count++] = field_find(*names);
}

void choice_default(struct choice *choice, const char *const *names)
{
	if (choice->field_count > 0)
		return;
	if (choice->json)
		choose_all(choice);
	else
		choose(choice, names);
}

/* ---- Choosing ----------------------------------------------------------- */

unsigned choice_parts(const struct choice *choice)
{
	unsigned parts = choice->state ? FOREST_PROC : 0;

	for (size_t i = 0; i < choice->field_count; i++)
		parts |= choice->fields[i]->parts;
	return parts | (choice->sort ? choice->sort->parts : 0);
}

static bool suits(const char *pattern, const char *text)
{
	return !pattern || fnmatch(pattern, text, 0) == 0;
}

static bool suits_super(const char *pattern, const struct row *row)
{
	char room[FIELD_ROOM];
	const char *super = trait_super(row, room);

	return !pattern || (*super && suits(pattern, super)) ||
	       (row->kind == ROW_SUPER && suits(pattern, row->name));
}

bool choice_takes(const struct choice *choice, const struct row *row)
{
	return suits(choice->app, row->board->head.app) &&
	       suits(choice->name, row->name) &&
	       suits(choice->kind, row_kind_name(row->kind)) &&
	       suits_super(choice->super, row) &&
	       (!choice->state || suits(choice->state, row_state(row)));
}

bool choice_filters(const struct choice *choice)
{
	return choice->app || choice->super || choice->state || choice->name ||
	       choice->kind;
}

/* ---- Sorting ------------------------------------------------------------ */

struct order {
	const struct choice *choice;
	int64_t now_us;
};

/* Rows of one scan stand one behind the other: what was first stays first. */
static int compare_rows(const void *a, const void *b, void *data)
{
	const struct row *const *one = a, *const *other = b;
	const struct order *order = data;
	int compared =
		field_compare(order->choice->sort, *one, *other, order->now_us);

	if (order->choice->reverse)
		compared = -compared;
	return compared ? compared : (*one > *other) - (*one < *other);
}

void choice_sort(const struct choice *choice, struct row **rows, size_t count,
		 int64_t now_us)
{
	struct order order = { choice, now_us };

	if (choice->sort && count > 1)
		qsort_r(rows, count, sizeof(struct row *), compare_rows,
			&order);
}

bool choice_sort_forest(const struct choice *choice, struct forest *forest)
{
	int64_t now_us = forest->scan->now_us;

	if (!choice->sort)
		return true;
	choice_sort(choice, forest->roots, forest->root_count, now_us);
	for (size_t i = 0; i < forest->count; i++)
		choice_sort(choice, forest->all[i].rows,
			    forest->all[i].row_count, now_us);
	return forest_walk(forest);
}

/* ---- JSON --------------------------------------------------------------- */

json_t *choice_json(const struct choice *choice, const struct row *row,
		    int64_t now_us)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < choice->field_count; i++)
		if (json_object_set_new_nocheck(
			    object, choice->fields[i]->key,
			    field_json(choice->fields[i], row, now_us)) < 0) {
			json_decref(object);
			return NULL;
		}
	return object;
}

bool choice_print(const struct choice *choice, int schema, const char *kind,
		  struct row *const *rows, size_t count, int64_t now_us)
{
	struct record_list list;

	record_list_begin(&list, stdout, schema, kind);
	for (size_t i = 0; i < count; i++)
		record_list_add(&list, choice_json(choice, rows[i], now_us));
	return record_list_end(&list);
}
